"""An uploading phone or browser, chunk by chunk as the clients' contract has it."""

import hashlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from api.models import User


def md5_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def send_chunk(client: APIClient, user: User, part: bytes, start: int, upload_id: str = "", **extra: Any) -> Any:
    """The length in Content-Range is the chunk's, as phones send it."""
    body = {
        "upload_id": upload_id,
        "user": str(user.pk),
        "offset": str(start),
        "md5": "",
        "file": SimpleUploadedFile("blob", part, "application/octet-stream"),
    }
    content_range = f"bytes {start}-{start + len(part) - 1}/{len(part)}"
    return client.post("/api/upload/", body | extra, format="multipart", HTTP_CONTENT_RANGE=content_range)


def complete(client: APIClient, user: User, upload_id: str, data: bytes, name: str = "a.jpg", **extra: Any) -> Any:
    body = {"upload_id": upload_id, "user": str(user.pk), "filename": name, "md5": md5_of(data)}
    return client.post("/api/upload/complete/", body | extra, format="multipart")


def upload(client: APIClient, user: User, data: bytes, name: str = "a.jpg", *, step: int = 1000) -> Any:
    """Send all chunks and complete; return the answer to complete."""
    upload_id = ""
    for start in range(0, len(data), step):
        answer = send_chunk(client, user, data[start : start + step], start, upload_id)
        assert answer.status_code == 200, answer.content
        upload_id = answer.json()["upload_id"]
    return complete(client, user, upload_id, data, name)

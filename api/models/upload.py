"""A file on its way in, chunk by chunk."""

import uuid

from django.conf import settings
from django.db import models


class Upload(models.Model):
    """The bytes so far lie in UPLOADS_DIR/<id>. A finished upload is kept a while: finishing it twice is harmless."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    offset = models.PositiveBigIntegerField(default=0, help_text="Bytes received.")
    last_chunk_bytes = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    photo = models.ForeignKey("api.Photo", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    completed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)

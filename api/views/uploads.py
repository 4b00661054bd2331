"""Files in chunks, and whether the server has a file already."""

import re
from datetime import timedelta

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions.upload_complete import upload_complete
from api.actions.uploads import upload_append
from api.authentication import MediaAuthentication
from api.errors import InvalidError, TooLargeError
from api.selectors.uploads import photo_exists
from api.serializers.uploads import (
    ExistsSerializer,
    UploadChunkSerializer,
    UploadCompleteSerializer,
    UploadedSerializer,
    UploadStateSerializer,
)
from api.views.base import current_user, parsed

CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(?:\d+|\*)\Z")
OVERHEAD_BYTES = 64 * 1024
"""What the parts around a file may weigh."""


class UploadView(APIView):
    authentication_classes = [MediaAuthentication]
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="upload_chunk",
        request={"multipart/form-data": UploadChunkSerializer},
        responses=UploadStateSerializer,
        parameters=[
            OpenApiParameter(
                "Content-Range", str, OpenApiParameter.HEADER, description="bytes START-END/*; the length is ignored."
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Add a chunk. 400 `wrong_offset` says in `offset` where to go on."""
        if int(request.headers.get("Content-Length") or 0) > settings.MAX_UPLOAD_BYTES + OVERHEAD_BYTES:
            raise TooLargeError(f"A file may have at most {settings.MAX_UPLOAD_BYTES} bytes.")
        body = parsed(UploadChunkSerializer, request)
        _own(request, body["user"])
        file = body["file"]
        upload = upload_append(
            user=current_user(request),
            upload_id=body["upload_id"],
            start=_start(request, body["offset"], file.size),
            size=file.size,
            chunk=file,
        )
        answer = {
            "upload_id": upload.pk.hex,
            "offset": upload.offset,
            "expires": upload.created_at + timedelta(seconds=settings.UPLOAD_EXPIRES_S),
        }
        return Response(UploadStateSerializer(answer).data)


class UploadCompleteView(APIView):
    authentication_classes = [MediaAuthentication]
    parser_classes = [MultiPartParser, FormParser]

    @extend_schema(
        operation_id="upload_complete",
        request={"multipart/form-data": UploadCompleteSerializer},
        responses=UploadedSerializer,
    )
    def post(self, request: Request) -> Response:
        """Check the file and take it in; asking again answers the same."""
        body = parsed(UploadCompleteSerializer, request)
        _own(request, body["user"])
        photo = upload_complete(
            user=current_user(request), upload_id=body["upload_id"], md5=body["md5"], file_name=body["filename"]
        )
        return Response(UploadedSerializer({"image_hash": photo.pk, "state": photo.state}).data)


class ExistsView(APIView):
    authentication_classes = [MediaAuthentication]

    @extend_schema(operation_id="photo_exists", responses=ExistsSerializer)
    def get(self, request: Request, image_hash: str) -> Response:
        """Whether the server holds this file of the asking user; in the trash counts, removed for good does not."""
        exists = photo_exists(user=current_user(request), image_hash=image_hash)
        return Response(ExistsSerializer({"exists": exists}).data)


@extend_schema_view(get=extend_schema(operation_id="photo_exists_without_slash"))
class ExistsWithoutSlashView(ExistsView):
    """The web client leaves the closing slash out."""


def _own(request: Request, user: str) -> None:
    if user and user != str(request.user.pk):
        raise InvalidError("A file can be uploaded only for oneself.", code="wrong_user", field="user")


def _start(request: Request, offset: int, size: int) -> int:
    """Clients send the chunk's length where the file's belongs, so only the first two numbers count."""
    header = request.headers.get("Content-Range", "").strip()
    if not header:
        return offset
    match = CONTENT_RANGE.match(header)
    if not match or int(match[2]) - int(match[1]) + 1 != size:
        raise InvalidError("Content-Range does not fit the chunk.", code="wrong_length", field="file")
    return int(match[1])

"""/media/…: previews and originals, for those who may see the photo."""

import re
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from api.authentication import MediaAuthentication
from api.selectors.media import KINDS, media_file
from api.views.file_response import file_response

KIND_PATTERN = "|".join(KINDS)


class FirstRenderer(BaseContentNegotiation):
    """An <img> accepts only pictures; its errors are JSON all the same."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class MediaView(APIView):
    """The bearer header or the cookie `jwt` says who asks; public photos need neither."""

    authentication_classes = [MediaAuthentication]
    permission_classes = [AllowAny]
    content_negotiation_class = FirstRenderer

    @extend_schema(
        operation_id="media_file",
        parameters=[
            OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=KINDS),
            OpenApiParameter("image_hash", str, OpenApiParameter.PATH, description="Cut at the first `.` or `_`."),
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="One range of bytes."),
        ],
        responses={
            (200, "image/*"): OpenApiTypes.BINARY,
            (206, "image/*"): OpenApiTypes.BINARY,
            304: OpenApiResponse(description="The client has it."),
            401: OpenApiResponse(description="The token has expired."),
            404: OpenApiResponse(description="Unknown, somebody else's, or not ready yet."),
            416: OpenApiResponse(description="The range begins behind the end."),
        },
    )
    def get(self, request: Request, kind: str, image_hash: str) -> HttpResponseBase:
        media = media_file(user=request.user, kind=kind, image_hash=re.split(r"[._]", image_hash, maxsplit=1)[0])
        return file_response(request._request, media)

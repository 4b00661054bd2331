"""What the server is, holds and has room for."""

import json
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.permissions import IsAdministrator
from api.selectors.server import folder_tree, library_counts, server_facts, storage
from api.serializers.web_client import (
    FolderQuerySerializer,
    FolderSerializer,
    ImageTagSerializer,
    LibraryCountsSerializer,
    ServerFactsSerializer,
    StorageSerializer,
)
from api.views.base import current_user, parsed_query

TIME_RULES: list[dict[str, Any]] = [
    {"id": 1, "name": "Time set by the person", "rule_type": "user_defined", "is_default": True},
    {"id": 2, "name": "Time in the file (EXIF, XMP, video)", "rule_type": "exif", "is_default": True},
    {"id": 3, "name": "Time in the file name", "rule_type": "path", "is_default": True},
]
"""How a photo's time is found, in this order. It is fixed; the web client shows it."""


class StorageView(APIView):
    @extend_schema(operation_id="server_storage", responses=StorageSerializer)
    def get(self, request: Request) -> Response:
        """Bytes of the disk that photos are kept on."""
        return Response(storage())


class ImageTagView(APIView):
    @extend_schema(operation_id="server_version", responses=ImageTagSerializer)
    def get(self, request: Request) -> Response:
        """Which version runs."""
        return Response({"image_tag": settings.IMAGE_TAG, "git_hash": settings.GIT_HASH})


class LibraryCountsView(APIView):
    @extend_schema(operation_id="library_counts", responses=LibraryCountsSerializer)
    def get(self, request: Request) -> Response:
        """How much of everything one has."""
        return Response(library_counts(current_user(request)))


class ServerFactsView(APIView):
    permission_classes = (IsAdministrator,)

    @extend_schema(operation_id="server_facts", responses=ServerFactsSerializer)
    def get(self, request: Request) -> Response:
        """What helps to understand a report of a fault. For administrators."""
        return Response(server_facts())


class FolderTreeView(APIView):
    permission_classes = (IsAdministrator,)

    @extend_schema(
        operation_id="server_folders", parameters=[FolderQuerySerializer], responses=FolderSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """A folder inside PHOTOS_DIR with its children, as a list of one. For administrators."""
        path = parsed_query(FolderQuerySerializer, request)["path"]
        return Response([FolderSerializer(folder_tree(path)).data])


class TimeZonesView(APIView):
    @extend_schema(operation_id="server_time_zones", responses=OpenApiTypes.STR)
    def get(self, request: Request) -> Response:
        """The names of all time zones: a JSON text that holds a JSON list, as the web client wants it."""
        return Response(json.dumps(sorted(available_timezones())))


class TimeRulesView(APIView):
    @extend_schema(operation_id="server_time_rules", responses=OpenApiTypes.STR)
    def get(self, request: Request) -> Response:
        """How a photo's time is found: a JSON text that holds a JSON list, as the web client wants it."""
        return Response(json.dumps(TIME_RULES))

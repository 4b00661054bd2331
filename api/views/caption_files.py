"""Captions in files: how far it is, and doing all of it."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions.file_writes import file_writes_start
from api.selectors.file_writes import caption_files
from api.serializers.caption_files import CaptionFilesSerializer
from api.serializers.captions import JobStartSerializer
from api.views.base import current_user


class CaptionFilesView(APIView):
    @extend_schema(operation_id="captions_files", responses=CaptionFilesSerializer)
    def get(self, request: Request) -> Response:
        """How many of one's captions are in files, and why some are not."""
        return Response(CaptionFilesSerializer(caption_files(current_user(request))).data)

    @extend_schema(operation_id="captions_files_write", request=None, responses={202: JobStartSerializer})
    def post(self, request: Request) -> Response:
        """Write all one's captions in a job, also those that failed."""
        job = file_writes_start(user=current_user(request))
        return Response({"status": True, "job_id": str(job.job_id)}, status=202)

"""Start a scan of one's own folder."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions.scan import scan_start
from api.serializers.scan import ScanStartedSerializer
from api.views.base import current_user


class ScanView(APIView):
    @extend_schema(operation_id="scan_photos", request=None, responses=ScanStartedSerializer)
    def post(self, request: Request) -> Response:
        """Take in what is new or changed. While a scan runs, the answer names that one."""
        return _started(request, full=False)


class FullScanView(APIView):
    @extend_schema(operation_id="scan_photos_full", request=None, responses=ScanStartedSerializer)
    def post(self, request: Request) -> Response:
        """Read every file anew. While a scan runs, the answer names that one."""
        return _started(request, full=True)


def _started(request: Request, *, full: bool) -> Response:
    job = scan_start(user=current_user(request), full=full)
    return Response(ScanStartedSerializer({"status": True, "job_id": str(job.job_id)}).data)

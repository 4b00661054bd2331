"""Jobs: what runs, what ran, and stopping it."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions.jobs import job_cancel, job_delete
from api.pagination import Pages, paged
from api.selectors.jobs import job_at_work, job_of, jobs_of
from api.serializers.jobs import JobSerializer, QueueSerializer, queue_body
from api.views.base import current_user


class QueueView(APIView):
    @extend_schema(operation_id="jobs_queue", responses=QueueSerializer)
    def get(self, request: Request) -> Response:
        """One's job at work; the web client asks every two seconds."""
        return Response(queue_body(job_at_work(current_user(request))))


class JobListView(APIView):
    @extend_schema(operation_id="jobs_list", responses=paged(JobSerializer))
    def get(self, request: Request) -> Response:
        """One's jobs, newest first; for administrators everybody's."""
        pages = Pages()
        jobs = pages.paginate_queryset(jobs_of(current_user(request)), request, self) or []
        return pages.get_paginated_response([JobSerializer(job).data for job in jobs])


class JobView(APIView):
    @extend_schema(operation_id="jobs_get", responses=JobSerializer)
    def get(self, request: Request, job_pk: int) -> Response:
        """One job."""
        return Response(JobSerializer(job_of(current_user(request), job_pk)).data)

    @extend_schema(operation_id="jobs_delete", responses={204: None})
    def delete(self, request: Request, job_pk: int) -> Response:
        """Remove a job from the list; one that runs stops."""
        job_delete(job=job_of(current_user(request), job_pk))
        return Response(status=204)


class JobCancelView(APIView):
    @extend_schema(operation_id="jobs_cancel", request=None, responses=JobSerializer)
    def post(self, request: Request, job_pk: int) -> Response:
        """Stop a job that waits or runs."""
        job = job_cancel(job=job_of(current_user(request), job_pk))
        return Response(JobSerializer(job).data)

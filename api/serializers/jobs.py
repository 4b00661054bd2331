"""Shapes of jobs."""

from typing import Any

from rest_framework import serializers

from api.lib.wall_clock import wall_clock
from api.models import Job
from api.models.job import JobState
from api.serializers.fields import PersonOfAccountSerializer
from api.serializers.photos import person_body

ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class JobSerializer(serializers.Serializer[Job]):
    """A job. `result` holds counts and reasons, `error` one sentence when it failed."""

    id = serializers.IntegerField()
    job_id = serializers.CharField()
    job_type = serializers.IntegerField()
    job_type_str = serializers.CharField()
    state = serializers.ChoiceField(choices=JobState.choices)
    finished = serializers.BooleanField()
    failed = serializers.BooleanField()
    queued_at = serializers.CharField()
    started_at = serializers.CharField(allow_null=True)
    finished_at = serializers.CharField(allow_null=True)
    progress_current = serializers.IntegerField()
    progress_target = serializers.IntegerField()
    per_minute = serializers.FloatField(allow_null=True, help_text="Steps a minute of late; null where none is known.")
    seconds_left = serializers.IntegerField(allow_null=True, help_text="At that rate.")
    error = serializers.CharField(allow_null=True)
    error_code = serializers.CharField(allow_blank=True, help_text="Of `error`, as in an answer; for programs.")
    result = serializers.DictField()
    started_by = PersonOfAccountSerializer()

    def to_representation(self, instance: Job) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "job_id": str(instance.job_id),
            "job_type": instance.kind,
            "job_type_str": instance.get_kind_display(),
            "state": instance.state,
            "finished": instance.state in ENDED,
            "failed": instance.state == JobState.FAILED,
            "queued_at": wall_clock(instance.queued_at),
            "started_at": wall_clock(instance.started_at),
            "finished_at": wall_clock(instance.finished_at),
            "progress_current": instance.progress_current,
            "progress_target": instance.progress_target,
            "per_minute": _per_minute(instance),
            "seconds_left": _seconds_left(instance),
            "error": instance.error or None,
            "error_code": instance.error_code,
            "result": instance.result,
            "started_by": person_body(instance.started_by),
        }


def _per_minute(job: Job) -> float | None:
    rate = job.result.get("per_minute") if job.state == JobState.RUNNING else None
    return float(rate) if rate else None


def _seconds_left(job: Job) -> int | None:
    rate = _per_minute(job)
    return round(60 * max(0, job.progress_target - job.progress_current) / rate) if rate else None


class QueueSerializer(serializers.Serializer[Any]):
    """Whether one may start a job; `job_detail` is null when one has none at work."""

    status = serializers.BooleanField()
    queue_can_accept_job = serializers.BooleanField()
    job_detail = JobSerializer(allow_null=True)


def queue_body(job: Job | None) -> dict[str, Any]:
    """Return what QueueSerializer describes."""
    detail = JobSerializer(job).data if job else None
    if detail is not None and detail["started_at"] is None:
        # The web client cannot read a job that has not started.
        detail["started_at"] = detail["queued_at"]
    return {"status": True, "queue_can_accept_job": job is None, "job_detail": detail}

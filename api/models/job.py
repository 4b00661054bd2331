"""A long-running job as people see it; LibrePhotos' clients know it as LongRunningJob."""

import uuid

from django.conf import settings
from django.db import models


class JobKind(models.IntegerChoices):
    """Numbers and names up to 13 are LibrePhotos'; clients react to the names."""

    SCAN_PHOTOS = 1, "Scan Photos"
    TRAIN_FACES = 4, "Train Faces"
    SCAN_FACES = 7, "Scan Faces"
    DOWNLOAD_MODELS = 10, "Download Models"
    DRAFT_CAPTIONS = 101, "Draft Captions"
    VERIFY_MODELS = 102, "Verify Models"
    CONVERT_MODELS = 103, "Convert Models"
    WRITE_METADATA = 104, "Write Captions to Files"
    RENAME_TAG = 105, "Rename Hashtag"


class JobState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


class Job(models.Model):
    job_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.PositiveSmallIntegerField(choices=JobKind.choices)
    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.QUEUED)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs")
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True, help_text="The worker's last sign of life.")
    finished_at = models.DateTimeField(null=True, blank=True)
    task = models.CharField(max_length=128, help_text="Dotted name of the entry point in api.jobs.")
    parameters = models.JSONField(default=dict, help_text="What the job was asked to do; ids and plain values.")
    # Steps or bytes; a model has more bytes than 32 bits count.
    progress_current = models.PositiveBigIntegerField(default=0)
    progress_target = models.PositiveBigIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    error_code = models.CharField(max_length=64, blank=True, default="", help_text="Of `error`, for programs.")
    result = models.JSONField(default=dict, help_text="Counts and reasons, for example why files were skipped.")

    class Meta:
        ordering = ["-queued_at", "-id"]
        indexes = [models.Index(fields=["state"], name="job_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.job_id}"

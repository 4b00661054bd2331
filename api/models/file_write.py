"""What of a photo's caption stands in its files, and what is still to be written there."""

from django.db import models


class FileWrite(models.Model):
    """One row a photo whose caption is, was or shall be in files; written by `api.actions.file_writes` only.

    `due_at`: when to try (again); null: nothing is to do, or it was given up after `tries`.
    """

    photo = models.OneToOneField("api.Photo", on_delete=models.CASCADE, related_name="file_write")
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="Since when a worker is at it.")
    tries = models.PositiveSmallIntegerField(default=0, help_text="That failed, since the caption changed.")
    reason = models.TextField(blank=True, default="", help_text="Why the last try failed, as a sentence.")
    written_at = models.DateTimeField(null=True, blank=True)
    # Null: never anything; an empty text is a caption like any other.
    text = models.TextField(null=True, blank=True, help_text="What we wrote last.")  # noqa: DJ001
    tags = models.JSONField(default=list, help_text="Keywords that we added to the file.")

    def __str__(self) -> str:
        return f"caption of {self.photo_id} in its files"


class PhotoVersion(models.Model):
    """Bytes that a photo's file holds, or held, since we wrote into it. A scan that meets them knows the photo."""

    owner = models.ForeignKey("api.User", on_delete=models.CASCADE, related_name="+")
    photo = models.ForeignKey("api.Photo", on_delete=models.CASCADE, related_name="versions")
    md5 = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "md5"], name="photo_version_one_per_md5")]

    def __str__(self) -> str:
        return f"{self.md5} of {self.photo_id}"

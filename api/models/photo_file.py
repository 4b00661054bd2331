"""One file on disk that holds a photo's bytes."""

from django.conf import settings
from django.db import models


class PhotoFile(models.Model):
    """`size_bytes` and `mtime_ns` tell a scan whether the file changed without reading it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="photo_files")
    photo = models.ForeignKey("api.Photo", on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    path = models.CharField(max_length=4096)
    size_bytes = models.PositiveBigIntegerField()
    mtime_ns = models.BigIntegerField()
    sidecar_mtime_ns = models.BigIntegerField(default=0, help_text="Of the XMP file beside it; 0 without one.")
    md5 = models.CharField(
        max_length=32, blank=True, default="", help_text="Of its bytes, where a caption was written into it since."
    )
    missing = models.BooleanField(default=False)
    uploaded = models.BooleanField(default=False, help_text="Lies in the product's own folder, not the person's.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "path"], name="photo_file_one_per_path")]

    def __str__(self) -> str:
        return self.path

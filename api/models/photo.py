"""One picture or video of one owner; identical bytes are one photo, however many files hold them."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone


class MediaType(models.TextChoices):
    IMAGE = "image", "Picture"
    VIDEO = "video", "Video"
    MOTION_PHOTO = "motion_photo", "Motion photo"


class PhotoState(models.TextChoices):
    PROCESSING = "processing", "Being read"
    READY = "ready", "Ready"
    BROKEN = "broken", "Cannot be shown, see `problem`"
    MISSING = "missing", "All its files are missing"


def is_visible(photos: str = "") -> models.Q:
    """What an owner's timeline shows: read, not hidden, not in the trash, not removed; `photos` leads to the photos."""
    read = [state for state in PhotoState if state != PhotoState.PROCESSING]
    wanted = {"hidden": False, "in_trashcan": False, "removed": False, "state__in": read}
    return models.Q(**{f"{photos}__{name}" if photos else name: value for name, value in wanted.items()})


class PhotoQuerySet(models.QuerySet["Photo"]):
    def of(self, user: Any) -> "PhotoQuerySet":
        """The photos that belong to `user`."""
        return self.filter(owner=user)

    def visible(self) -> "PhotoQuerySet":
        return self.filter(is_visible())

    def newest_first(self) -> "PhotoQuerySet":
        """Undated ones last."""
        return self.order_by(models.F("taken_at").desc(nulls_last=True), "pk")

    def change(self, **values: Any) -> int:
        """Update rows and their modification time, which phones synchronise by. Returns the number of rows."""
        return self.update(last_modified=timezone.now(), **values)


class Photo(models.Model):
    """The key is md5 of the bytes (hex) + the owner's id, which phones compute by themselves.

    Times: `taken_at` is local wall-clock time stored as if it were UTC, because clients show it without shifting it.
    A removed photo stays as a tombstone (`removed`), so that phones learn of it.
    """

    image_hash = models.CharField(primary_key=True, max_length=64)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="photos")
    album_date = models.ForeignKey(
        "api.AlbumDate", on_delete=models.SET_NULL, null=True, blank=True, related_name="photos"
    )
    media_type = models.CharField(max_length=16, choices=MediaType.choices, default=MediaType.IMAGE)
    state = models.CharField(max_length=16, choices=PhotoState.choices, default=PhotoState.PROCESSING)
    problem = models.CharField(
        max_length=255, blank=True, default="", help_text="One sentence on why it cannot be shown."
    )
    added_on = models.DateTimeField(default=timezone.now, db_index=True)
    last_modified = models.DateTimeField(default=timezone.now)

    # The file
    original_name = models.CharField(max_length=255, blank=True, default="")
    mime_type = models.CharField(max_length=64, blank=True, default="")
    size_bytes = models.PositiveBigIntegerField(default=0)
    width = models.PositiveIntegerField(null=True, blank=True, help_text="Pixels, upright.")
    height = models.PositiveIntegerField(null=True, blank=True, help_text="Pixels, upright.")
    dominant_color = models.CharField(max_length=7, blank=True, default="", help_text="#rrggbb or empty.")
    video_length_s = models.FloatField(null=True, blank=True)

    # When and where
    file_timestamp = models.DateTimeField(null=True, blank=True, help_text="From the file.")
    user_timestamp = models.DateTimeField(null=True, blank=True, help_text="Set by the person; wins.")
    taken_at = models.DateTimeField(null=True, blank=True, help_text="user_timestamp, else file_timestamp.")
    gps_lat = models.FloatField(null=True, blank=True)
    gps_lon = models.FloatField(null=True, blank=True)
    location = models.CharField(max_length=255, blank=True, default="")
    album_place = models.ForeignKey(
        # Its index is photo_place.
        "api.AlbumPlace",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="photos",
        db_index=False,
    )
    place_looked_by = models.PositiveSmallIntegerField(
        default=0, help_text="Version of the gazetteer that was asked for the place last; 0: none."
    )

    # Camera
    camera = models.CharField(max_length=128, blank=True, default="")
    lens = models.CharField(max_length=128, blank=True, default="")
    fstop = models.FloatField(null=True, blank=True)
    shutter_speed = models.CharField(max_length=32, blank=True, default="")
    iso = models.PositiveIntegerField(null=True, blank=True)
    focal_length = models.FloatField(null=True, blank=True)
    focal_length_35mm = models.FloatField(null=True, blank=True)
    digital_zoom_ratio = models.FloatField(null=True, blank=True)
    subject_distance = models.FloatField(null=True, blank=True)
    keywords = models.JSONField(default=list, help_text="Keywords of the file.")
    text_in_picture = models.TextField(blank=True, default="", help_text="Lines that a model read in the picture.")
    text_read_by = models.CharField(
        max_length=200, blank=True, default="", help_text="That model and its revision; empty: nobody looked."
    )
    people_in_file = models.JSONField(
        default=list, help_text="People as the file had them when it was last read, see api.actions.people_import."
    )

    # What the person decided
    rating = models.PositiveSmallIntegerField(default=0)
    hidden = models.BooleanField(default=False)
    public = models.BooleanField(default=False)
    in_trashcan = models.BooleanField(default=False)
    removed = models.BooleanField(default=False)
    shared_to = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="photos_shared_to_me", blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-taken_at"], name="photo_timeline"),
            models.Index(fields=["owner", "last_modified"], name="photo_sync"),
            models.Index(fields=["album_date", "-taken_at", "image_hash"], name="photo_day"),
            # Holds all that counting a library's days by any filter reads, so that the rows themselves are not.
            models.Index(
                fields=[
                    "owner",
                    "album_date",
                    "hidden",
                    "in_trashcan",
                    "removed",
                    "state",
                    "media_type",
                    "rating",
                    "public",
                    "location",
                ],
                name="photo_feed",
            ),
            # The same for counting the photos of places.
            models.Index(fields=["album_place", "hidden", "in_trashcan", "removed", "state"], name="photo_place"),
        ]

    def __str__(self) -> str:
        return self.image_hash

    @property
    def md5(self) -> str:
        """Of the bytes that it came with, in 32 hexadecimal digits."""
        return self.image_hash[:32]

    @property
    def aspect_ratio(self) -> float | None:
        """Width / height, upright; None while unknown."""
        return self.width / self.height if self.width and self.height else None

    @property
    def is_video(self) -> bool:
        return self.media_type == MediaType.VIDEO

    def change(self, **values: Any) -> None:
        """Set fields, write only them and the modification time."""
        values["last_modified"] = timezone.now()
        for name, value in values.items():
            setattr(self, name, value)
        names: Iterable[str] = values.keys()
        self.save(update_fields=list(names))

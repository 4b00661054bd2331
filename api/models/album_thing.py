"""Albums named by a thing; so far the hashtags of accepted captions."""

from django.conf import settings
from django.db import models

HASHTAG = "hashtag_attribute"
"""LibrePhotos' name for the kind of a hashtag album."""


class AlbumThing(models.Model):
    """`title` carries no `#`; `key` is the title case-folded, by which tags are the same."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="albums_thing")
    title = models.CharField(max_length=256)
    key = models.CharField(max_length=256)
    thing_type = models.CharField(max_length=32, default=HASHTAG)
    photos = models.ManyToManyField("api.Photo", related_name="albums_thing", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "thing_type", "key"], name="album_thing_one_per_key")]

    def __str__(self) -> str:
        return self.title

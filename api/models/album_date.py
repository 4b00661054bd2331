"""The album of one day, which both clients' timelines are made of."""

from django.conf import settings
from django.db import models


class AlbumDate(models.Model):
    """All photos of one owner taken on `date`; null is the album of photos without a date.

    A row outlives its last photo: clients learn of removed photos through the day they were in.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="albums_date")
    date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "date"], name="album_date_one_per_day"),
            models.UniqueConstraint(fields=["owner"], condition=models.Q(date=None), name="album_date_one_undated"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.date or 'undated'}"

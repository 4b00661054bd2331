"""What an online provider said of a position, kept so that it is asked once."""

from django.db import models


class PlaceLookup(models.Model):
    """One answer. `position` is rounded to about ten metres, "38.7139,-9.1394"; `answer` is empty where nothing is.

    Names in `answer`: venue, city, region, country, country_code.
    """

    provider = models.CharField(max_length=32)
    position = models.CharField(max_length=32)
    language = models.CharField(max_length=16)
    answer = models.JSONField(default=dict)
    asked_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "position", "language"], name="place_lookup_asked_once")
        ]

    def __str__(self) -> str:
        return f"{self.position} ({self.provider}, {self.language})"

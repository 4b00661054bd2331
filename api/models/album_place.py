"""Where photos were taken, as albums: a town, what lies around the towns of a region, and the country of both."""

from django.conf import settings
from django.db import models


class AlbumPlace(models.Model):
    """A place on photos of one owner, by the gazetteer's own names, which `api.selectors.albums_place` translates.

    A photo has the finest that is known of it. `city` is empty for what lies outside of every town, `region` too for
    a country, which has a row of its own as soon as one of its places has.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="albums_place")
    country_code = models.CharField(max_length=2, help_text="ISO 3166-1.")
    region = models.CharField(max_length=200, blank=True, default="")
    city = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "country_code", "region", "city"], name="album_place_one_per_name")
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.city, self.region, self.country_code) if part)

    @property
    def is_country(self) -> bool:
        return not (self.region or self.city)

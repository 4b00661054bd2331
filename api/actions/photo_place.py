"""Put photos into the albums of their places, by the gazetteer that comes along: no position leaves the machine."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from api.actions.search_index import photos_index
from api.lib.captioning.places import GAZETTEER_VERSION, place_key_at
from api.models import AlbumPlace, Photo, User
from api.models.user import DEFAULT_LANGUAGE
from api.selectors.users import llm_settings_of

BATCH = 500


def photo_place(*, owner: User, latitude: float | None, longitude: float | None) -> dict[str, Any]:
    """Return what a photo at a position has as `album_place` and `location`; None and empty where no town is near.

    `location` is in the language of the owner's drafts, because clients show it as it is. `place_looked_by` says which
    gazetteer told it.
    """
    looked = {"place_looked_by": GAZETTEER_VERSION}
    key = place_key_at(latitude, longitude) if latitude is not None and longitude is not None else None
    if key is None:
        return {"album_place": None, "location": "", **looked}
    country: dict[str, Any] = {"owner": owner, "country_code": key.country_code}
    AlbumPlace.objects.get_or_create(**country, region="", city="")
    album, _ = AlbumPlace.objects.get_or_create(**country, region=key.region, city=key.city)
    language = llm_settings_of(owner)["language"] or DEFAULT_LANGUAGE
    return {"album_place": album, "location": key.named(language=language).known_as(), **looked}


def places_fill(*, report: Callable[[int], None] = lambda _count: None) -> int:
    """Place the photos that have a position and no place, and that this gazetteer was not asked for: those read by an
    earlier version. Returns how many.

    Works in batches, each of them kept. `report` gets the count so far.
    """
    placeless = Photo.objects.filter(album_place=None, gps_lat__isnull=False, gps_lon__isnull=False, removed=False)
    without = placeless.filter(place_looked_by__lt=GAZETTEER_VERSION)
    count, last = 0, ""
    while photos := list(without.filter(pk__gt=last).order_by("pk").select_related("owner")[:BATCH]):
        placed = _fill(photos)
        count, last = count + placed, photos[-1].pk
        if placed:
            report(count)
    return count


@transaction.atomic
def _fill(photos: list[Photo]) -> int:
    placed = []
    for photo in photos:
        values = photo_place(owner=photo.owner, latitude=photo.gps_lat, longitude=photo.gps_lon)
        if values["album_place"] is not None:
            # A name that is there already came from elsewhere and is better.
            photo.change(**values | {"location": photo.location or values["location"]})
            placed.append(photo.pk)
    # At sea: nothing that phones would have to learn of.
    Photo.objects.filter(pk__in=[photo.pk for photo in photos]).update(place_looked_by=GAZETTEER_VERSION)
    photos_index(hashes=placed)
    return len(placed)

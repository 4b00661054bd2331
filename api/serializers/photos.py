"""Shapes of a photo: short for grids and feeds, long for its page. Each serves both clients' needs.

`…_body` builds the answer, the serializer beside it describes it; a test holds the two together. Plain functions,
because a feed has thousands of items and a serializer takes twenty times as long for each.
"""

import math
from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from api.lib.face_crops import face_url
from api.lib.wall_clock import wall_clock
from api.models import AlbumThing, AlbumUser, Photo, User
from api.models.photo import MediaType, PhotoState
from api.models.user import DEFAULT_LANGUAGE
from api.selectors.albums_place import place_named
from api.selectors.captions import captions_json
from api.serializers.fields import PersonOfAccountSerializer


class PhotoSummarySerializer(serializers.Serializer[Any]):
    """A photo in a grid or feed. Times are local wall-clock time written with Z, to be shown as they are."""

    id = serializers.CharField()
    url = serializers.CharField(help_text="The id again.")
    aspectRatio = serializers.FloatField(allow_null=True, help_text="Null while it is being read.")  # noqa: N815
    type = serializers.ChoiceField(choices=MediaType.choices)
    rating = serializers.IntegerField()
    date = serializers.CharField(allow_null=True)
    birthTime = serializers.CharField(help_text="The time again; empty if unknown.")  # noqa: N815
    location = serializers.CharField()
    dominantColor = serializers.CharField(help_text="#rrggbb or empty.")  # noqa: N815
    video_length = serializers.CharField(help_text="Seconds; empty for pictures.")
    exif_gps_lat = serializers.FloatField(allow_null=True)
    exif_gps_lon = serializers.FloatField(allow_null=True)
    removed = serializers.BooleanField()
    in_trashcan = serializers.BooleanField()
    owner = PersonOfAccountSerializer()


def photo_summary_body(photo: Photo, *, private: bool, gone_if_hidden: bool = False) -> dict[str, Any]:
    """Return a photo as PhotoSummarySerializer has it; it needs its owner loaded.

    private: the reader is the owner. gone_if_hidden: a hidden photo counts as removed, so that phones that
    synchronise drop it from their timeline (they keep a list of hidden ones apart).
    """
    taken_at = wall_clock(photo.taken_at)
    return {
        "id": photo.pk,
        "url": photo.pk,
        "aspectRatio": _aspect_ratio(photo),
        "type": photo.media_type,
        "rating": photo.rating,
        "date": taken_at,
        "birthTime": taken_at or "",
        "location": photo.location if private else "",
        "dominantColor": photo.dominant_color,
        "video_length": f"{photo.video_length_s:g}" if photo.video_length_s else "",
        "exif_gps_lat": _finite(photo.gps_lat) if private else None,
        "exif_gps_lon": _finite(photo.gps_lon) if private else None,
        "removed": photo.removed or (gone_if_hidden and photo.hidden),
        "in_trashcan": photo.in_trashcan,
        "owner": person_body(photo.owner),
    }


class PhotoFaceSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    face_url = serializers.CharField()
    face_id = serializers.IntegerField()
    person_id = serializers.IntegerField()


class AlbumRefSerializer(serializers.Serializer[Any]):
    """An album that a photo is in."""

    id = serializers.IntegerField()
    title = serializers.CharField()


class PhotoPlacesSerializer(serializers.Serializer[Any]):
    attributes = serializers.ListField(child=serializers.CharField())
    categories = serializers.ListField(child=serializers.CharField())
    environment = serializers.ListField(child=serializers.CharField())


class PhotoCaptionsJsonSerializer(serializers.Serializer[Any]):
    im2txt = serializers.CharField(help_text="Newest draft; empty without one.")
    user_caption = serializers.CharField(allow_null=True, help_text="The caption; null until somebody decided.")
    places365 = PhotoPlacesSerializer()


class PhotoRefSerializer(serializers.Serializer[Any]):
    image_hash = serializers.CharField()
    type = serializers.ChoiceField(choices=MediaType.choices)


class PhotoSerializer(serializers.Serializer[Any]):
    """A photo in full. What only its owner may know is empty or null for others."""

    image_hash = serializers.CharField()
    image_path = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=PhotoState.choices)
    problem = serializers.CharField(help_text="Why it cannot be shown; usually empty.")
    type = serializers.ChoiceField(choices=MediaType.choices)
    video = serializers.BooleanField()
    video_length = serializers.CharField()
    mime_type = serializers.CharField()
    size = serializers.IntegerField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    dominant_color = serializers.CharField()
    rating = serializers.IntegerField()
    hidden = serializers.BooleanField()
    public = serializers.BooleanField()
    in_trashcan = serializers.BooleanField()
    removed = serializers.BooleanField()
    owner = PersonOfAccountSerializer()
    shared_to = serializers.ListField(child=serializers.IntegerField())
    captions_json = PhotoCaptionsJsonSerializer()
    search_captions = serializers.CharField(allow_null=True, help_text="Keywords and hashtags, comma-separated.")
    search_location = serializers.CharField(allow_null=True)
    people = PhotoFaceSerializer(many=True)
    place = AlbumRefSerializer(allow_null=True, help_text="Of /api/albums/place/list/, in the language asked for.")
    hashtags = AlbumRefSerializer(many=True, help_text="Of /api/albums/thing/list/, titles without #.")
    albums = AlbumRefSerializer(many=True, help_text="Of /api/albums/user/list/.")
    similar_photos = PhotoRefSerializer(many=True)
    embedded_media = PhotoRefSerializer(many=True)
    exif_timestamp = serializers.CharField(allow_null=True)
    timestamp = serializers.CharField(allow_null=True)
    added_on = serializers.CharField()
    exif_gps_lat = serializers.FloatField(allow_null=True)
    exif_gps_lon = serializers.FloatField(allow_null=True)
    geolocation_json = serializers.DictField()
    exif_json = serializers.DictField()
    camera = serializers.CharField(allow_null=True)
    lens = serializers.CharField(allow_null=True)
    fstop = serializers.FloatField(allow_null=True)
    shutter_speed = serializers.CharField(allow_null=True)
    iso = serializers.IntegerField(allow_null=True)
    focal_length = serializers.FloatField(allow_null=True)
    focalLength35Equivalent = serializers.FloatField(allow_null=True)  # noqa: N815
    digitalZoomRatio = serializers.FloatField(allow_null=True)  # noqa: N815
    subjectDistance = serializers.FloatField(allow_null=True)  # noqa: N815
    big_thumbnail_url = serializers.CharField()
    square_thumbnail_url = serializers.CharField()
    small_square_thumbnail_url = serializers.CharField()


def photo_body(photo: Photo, *, private: bool, language: str = DEFAULT_LANGUAGE) -> dict[str, Any]:
    """Return a photo as PhotoSerializer has it; it needs what `api.selectors.photos.with_details` loads."""
    taken_at = wall_clock(photo.taken_at)
    captions = captions_json(photo)
    return {
        "image_hash": photo.pk,
        "image_path": _paths(photo, private=private),
        "state": photo.state,
        "problem": photo.problem,
        "type": photo.media_type,
        "video": photo.is_video,
        "video_length": f"{photo.video_length_s:g}" if photo.video_length_s else "",
        "mime_type": photo.mime_type,
        "size": photo.size_bytes,
        "width": photo.width,
        "height": photo.height,
        "dominant_color": photo.dominant_color,
        "rating": photo.rating,
        "hidden": photo.hidden,
        "public": photo.public,
        "in_trashcan": photo.in_trashcan,
        "removed": photo.removed,
        "owner": person_body(photo.owner),
        "shared_to": [user.pk for user in photo.shared_to.all()] if private else [],
        "captions_json": captions if private else captions | {"im2txt": ""},
        "search_captions": ", ".join(_tags(photo)) or None,
        "search_location": (photo.location or None) if private else None,
        "people": _people(photo) if private else [],
        **_albums(photo, private=private, language=language),
        "similar_photos": [],
        "embedded_media": [],
        "exif_timestamp": taken_at,
        "timestamp": taken_at,
        "added_on": wall_clock(photo.added_on),
        "exif_gps_lat": _finite(photo.gps_lat) if private else None,
        "exif_gps_lon": _finite(photo.gps_lon) if private else None,
        "geolocation_json": {},
        "exif_json": {},
        **_camera(photo),
        "big_thumbnail_url": f"/media/thumbnails_big/{photo.pk}",
        "square_thumbnail_url": f"/media/square_thumbnails/{photo.pk}",
        "small_square_thumbnail_url": f"/media/square_thumbnails_small/{photo.pk}",
    }


def person_body(user: User) -> dict[str, Any]:
    """Return an account as PersonOfAccountSerializer has it."""
    return {
        "id": user.pk,
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
    }


def _camera(photo: Photo) -> dict[str, Any]:
    return {
        "camera": photo.camera or None,
        "lens": photo.lens or None,
        "fstop": _finite(photo.fstop),
        "shutter_speed": photo.shutter_speed or None,
        "iso": photo.iso,
        "focal_length": _finite(photo.focal_length),
        "focalLength35Equivalent": _finite(photo.focal_length_35mm),
        "digitalZoomRatio": _finite(photo.digital_zoom_ratio),
        "subjectDistance": _finite(photo.subject_distance),
    }


def _aspect_ratio(photo: Photo) -> float | None:
    if photo.state == PhotoState.PROCESSING:
        return None
    # A tile needs some shape, also of a photo whose size could not be read.
    return photo.aspect_ratio or 1.0


def _paths(photo: Photo, *, private: bool) -> list[str]:
    """File names, at least one; the owner also sees where his own files lie."""
    name = photo.original_name or photo.pk
    found = [name if file.uploaded else file.path for file in photo.files.all()] if private else []
    # Two colons separate paths inside the Android client.
    return [path.replace("::", ":") for path in found or [name]]


def _people(photo: Photo) -> list[dict[str, Any]]:
    return [
        {
            # Two colons separate names inside the Android client.
            "name": face.person.name.replace("::", ":"),
            "face_url": face_url(photo.pk, face.pk),
            "face_id": face.pk,
            "person_id": face.person.pk,
        }
        for face in photo.faces.all()
        if face.person is not None
    ]


def _albums(photo: Photo, *, private: bool, language: str) -> dict[str, Any]:
    """The albums that the photo is in; they are their owner's, so nobody else is told."""
    place = photo.album_place if private else None
    return {
        "place": {"id": place.pk, "title": place_named(place, language=language).known_as()} if place else None,
        "hashtags": _album_refs(photo.albums_thing.all()) if private else [],
        "albums": _album_refs(photo.albums_user.all()) if private else [],
    }


def _album_refs(albums: Iterable[AlbumThing | AlbumUser]) -> list[dict[str, Any]]:
    titles = sorted((album.title, album.pk) for album in albums)
    return [{"id": pk, "title": title} for title, pk in titles]


def _tags(photo: Photo) -> list[str]:
    keywords = [str(word) for word in photo.keywords] if isinstance(photo.keywords, list) else []
    return list(dict.fromkeys([*keywords, *(album.title for album in photo.albums_thing.all())]))


def _finite(value: float | None) -> float | None:
    """JSON has no NaN, and cameras write odd numbers."""
    return value if value is not None and math.isfinite(value) else None

"""Shapes of the albums that people put together themselves."""

from typing import Any

from rest_framework import serializers

from api.lib.wall_clock import wall_clock
from api.models import AlbumUser, Photo
from api.selectors.albums_user import UserAlbum
from api.serializers.albums import AlbumDetailSerializer, CoverSerializer, album_body
from api.serializers.albums_date import UNDATED
from api.serializers.fields import PersonOfAccountSerializer
from api.serializers.photo_edits import MAX_HASHES
from api.serializers.photos import person_body
from api.serializers.users import PublicSampleSerializer


class UserAlbumSerializer(serializers.Serializer[UserAlbum]):
    """An album in the list; `id` is a number here and a text in the detail, as the web client has it."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    cover_photo = PublicSampleSerializer(allow_null=True, help_text="Null only of an empty album.")
    cover_photos = CoverSerializer(many=True)
    photo_count = serializers.IntegerField()
    owner = PersonOfAccountSerializer()
    shared_to = PersonOfAccountSerializer(many=True)
    created_on = serializers.CharField()
    favorited = serializers.BooleanField()

    def to_representation(self, instance: UserAlbum) -> dict[str, Any]:
        album = instance.album
        return {
            "id": album.pk,
            "title": album.title,
            "cover_photo": PublicSampleSerializer(instance.covers[0]).data if instance.covers else None,
            "cover_photos": [CoverSerializer(photo).data for photo in instance.covers],
            "photo_count": instance.count,
            "owner": person_body(album.owner),
            "shared_to": [],
            "created_on": wall_clock(album.created_on),
            "favorited": album.favorited,
        }


class UserAlbumListQuerySerializer(serializers.Serializer[Any]):
    empty = serializers.BooleanField(
        default=False, help_text="Also albums without a visible photo, which LibrePhotos' clients cannot show."
    )


class UserAlbumListSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    results = UserAlbumSerializer(many=True)


class UserAlbumDetailSerializer(AlbumDetailSerializer):
    owner = PersonOfAccountSerializer()
    shared_to = PersonOfAccountSerializer(many=True)
    date = serializers.CharField(allow_blank=True, help_text="Time of the newest photo; empty without one.")
    location = serializers.CharField(allow_blank=True)


class UserAlbumEditedSerializer(serializers.Serializer[Any]):
    """An album after a change, with the hashes of all its photos."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    photos = serializers.ListField(child=serializers.CharField())
    created_on = serializers.CharField()


def hash_list() -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(max_length=64), max_length=MAX_HASHES, default=list)


class UserAlbumCreateSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=256)
    photos = hash_list()


class UserAlbumChangeSerializer(serializers.Serializer[Any]):
    """Any of these: a new title, photos to add, photos to remove, the hash of the cover."""

    title = serializers.CharField(max_length=256, required=False)
    photos = hash_list()
    removedPhotos = hash_list()  # noqa: N815 - the client's spelling
    cover_photo = serializers.CharField(max_length=64, required=False)


class UserAlbumRenameSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=256)


def user_album_body(album: AlbumUser, photos: list[Photo]) -> dict[str, Any]:
    """Return an album as UserAlbumDetailSerializer has it."""
    return album_body(album.pk, album.title, photos, undated=UNDATED) | {
        "owner": person_body(album.owner),
        "shared_to": [],
        "date": (wall_clock(photos[0].taken_at) if photos else None) or "",
        "location": max((photo.location for photo in photos), default=""),
    }


def user_album_edited_body(album: AlbumUser, hashes: list[str]) -> dict[str, Any]:
    """Return an album as UserAlbumEditedSerializer has it."""
    return {"id": album.pk, "title": album.title, "photos": hashes, "created_on": wall_clock(album.created_on)}

"""Small answers that LibrePhotos' web client asks for in names of its own."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.lib.folders import Folder


class FirstTimeSetupSerializer(serializers.Serializer[Any]):
    isFirstTimeSetup = serializers.BooleanField()  # noqa: N815 - the client's spelling


class StorageSerializer(serializers.Serializer[Any]):
    """Bytes."""

    used_storage = serializers.IntegerField()
    total_storage = serializers.IntegerField()
    free_storage = serializers.IntegerField()


class ImageTagSerializer(serializers.Serializer[Any]):
    image_tag = serializers.CharField()
    git_hash = serializers.CharField()


class LibraryCountsSerializer(serializers.Serializer[Any]):
    num_photos = serializers.IntegerField()
    num_missing_photos = serializers.IntegerField()
    num_faces = serializers.IntegerField()
    num_people = serializers.IntegerField()
    num_unknown_faces = serializers.IntegerField()
    num_labeled_faces = serializers.IntegerField()
    num_inferred_faces = serializers.IntegerField()
    num_albumauto = serializers.IntegerField()
    num_albumdate = serializers.IntegerField()
    num_albumuser = serializers.IntegerField()


class ServiceFactsSerializer(serializers.Serializer[Any]):
    """A model service. `provider` is empty until a model is loaded, `why_not_cuda` on CUDA or while it is unknown."""

    name = serializers.CharField()
    state = serializers.CharField(help_text="absent, idle, loading, ready, failed, or unreachable")
    why = serializers.CharField(allow_blank=True)
    device = serializers.CharField(allow_blank=True)
    provider = serializers.CharField(allow_blank=True)
    gpu = serializers.CharField(allow_blank=True)
    why_not_cuda = serializers.CharField(allow_blank=True)


class ServerFactsSerializer(serializers.Serializer[Any]):
    version = serializers.CharField()
    image_tag = serializers.CharField()
    git_hash = serializers.CharField()
    python = serializers.CharField()
    platform = serializers.CharField()
    cpu_count = serializers.IntegerField(allow_null=True)
    database = serializers.CharField()
    storage = StorageSerializer()
    users = serializers.IntegerField()
    photos = serializers.DictField(child=serializers.IntegerField())
    captions = serializers.DictField(child=serializers.IntegerField())
    jobs = serializers.DictField(child=serializers.IntegerField())
    services = ServiceFactsSerializer(many=True)


class FolderSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(source="name")
    absolute_path = serializers.CharField(source="path")
    children = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_children(self, folder: Folder) -> list[dict[str, Any]]:
        """The folders right in it, in the same shape."""
        return [FolderSerializer(child).data for child in folder.children]


class FolderQuerySerializer(serializers.Serializer[Any]):
    path = serializers.CharField(default="", allow_blank=True, trim_whitespace=False, max_length=4096)

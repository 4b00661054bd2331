"""Shapes of captions in files."""

from typing import Any

from rest_framework import serializers

from api.selectors.file_writes import FileState


class CaptionFileSerializer(serializers.Serializer[Any]):
    """How far writing a photo's caption into its files is; `reason` says why the last try failed."""

    image_hash = serializers.CharField()
    state = serializers.ChoiceField(choices=[(str(state), str(state)) for state in FileState])
    reason = serializers.CharField()
    tries = serializers.IntegerField()
    next_try_at = serializers.DateTimeField(allow_null=True)
    written_at = serializers.DateTimeField(allow_null=True)


class CaptionFilesSerializer(serializers.Serializer[Any]):
    """`mode` is the account's `save_metadata_to_disk`."""

    mode = serializers.CharField()
    written = serializers.IntegerField()
    waiting = serializers.IntegerField()
    failed = serializers.IntegerField()
    problems = CaptionFileSerializer(many=True)

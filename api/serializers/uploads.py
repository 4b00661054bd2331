"""Uploads in chunks, as both clients send them."""

from typing import Any

from rest_framework import serializers


class UploadChunkSerializer(serializers.Serializer[Any]):
    """The start of the chunk comes from the header Content-Range; without it from `offset`."""

    file = serializers.FileField(allow_empty_file=False, max_length=None)
    upload_id = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Empty in the first chunk."
    )
    user = serializers.CharField(required=False, allow_blank=True, default="", help_text="If given, one's own id.")
    offset = serializers.IntegerField(required=False, min_value=0, default=0)
    md5 = serializers.CharField(required=False, allow_blank=True, default="", help_text="Ignored.")


class UploadStateSerializer(serializers.Serializer[Any]):
    upload_id = serializers.CharField()
    offset = serializers.IntegerField(help_text="Where the next chunk starts.")
    expires = serializers.DateTimeField()


class UploadCompleteSerializer(serializers.Serializer[Any]):
    upload_id = serializers.CharField()
    md5 = serializers.CharField(help_text="Of the whole file, 32 hexadecimal digits.")
    filename = serializers.CharField(required=False, allow_blank=True, default="", trim_whitespace=False)
    user = serializers.CharField(required=False, allow_blank=True, default="", help_text="If given, one's own id.")


class UploadedSerializer(serializers.Serializer[Any]):
    image_hash = serializers.CharField()
    state = serializers.CharField(help_text="processing, ready or broken")


class ExistsSerializer(serializers.Serializer[Any]):
    exists = serializers.BooleanField()

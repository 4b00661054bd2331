"""Small answers that LibrePhotos' web client asks for in names of its own."""

from typing import Any

from rest_framework import serializers


class FirstTimeSetupSerializer(serializers.Serializer[Any]):
    isFirstTimeSetup = serializers.BooleanField()  # noqa: N815 - the client's spelling

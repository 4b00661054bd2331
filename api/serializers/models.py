"""Shapes of the model list."""

from typing import Any

from rest_framework import serializers


class ModelSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    task = serializers.ChoiceField(choices=("caption", "llm", "clip"))
    service = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    description = serializers.CharField()
    licence = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    revision = serializers.CharField()
    runtime = serializers.CharField()
    ram_bytes = serializers.IntegerField()
    vram_bytes = serializers.IntegerField()
    languages = serializers.ListField(child=serializers.CharField())
    bundled = serializers.BooleanField()
    active = serializers.BooleanField()


class ModelListSerializer(serializers.Serializer[Any]):
    results = ModelSerializer(many=True)


class ServiceSerializer(serializers.Serializer[Any]):
    """`health` is the service's own answer; null when it cannot be reached, `why` says so then."""

    name = serializers.CharField()
    task = serializers.CharField()
    health = serializers.JSONField(allow_null=True)
    why = serializers.CharField()


class ServiceListSerializer(serializers.Serializer[Any]):
    results = ServiceSerializer(many=True)

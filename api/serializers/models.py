"""Shapes of the model list."""

from typing import Any

from rest_framework import serializers


class QualitySerializer(serializers.Serializer[Any]):
    """A published figure, and where it is published; absent when nobody published one."""

    dataset = serializers.CharField(required=False)
    metric = serializers.CharField(required=False)
    value = serializers.FloatField(required=False)
    source = serializers.CharField(required=False)  # type: ignore[assignment]


class ModelSerializer(serializers.Serializer[Any]):
    """A model, what it costs, and what of it is on this machine.

    `available`: this version can use it. `verified`: every file's hash is known from public sources; otherwise the
    hub's own is asked for. `download_bytes` is null when only the server knows. While it is downloaded, `percentage`,
    `job_id` and `job` (the job's number in /api/jobs/) tell; `error` is why the last download failed.
    """

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
    quality = QualitySerializer()
    bundled = serializers.BooleanField()
    recommended = serializers.BooleanField()
    librephotos_name = serializers.CharField(allow_blank=True)
    active = serializers.BooleanField()
    available = serializers.BooleanField()
    verified = serializers.BooleanField()
    state = serializers.ChoiceField(choices=("bundled", "installed", "downloading", "missing"))
    installed = serializers.BooleanField()
    outdated = serializers.BooleanField()
    installed_bytes = serializers.IntegerField()
    download_bytes = serializers.IntegerField(allow_null=True)
    partial_bytes = serializers.IntegerField()
    percentage = serializers.IntegerField(allow_null=True, min_value=0, max_value=100)
    job_id = serializers.CharField(allow_null=True)
    job = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_blank=True)


class ModelListSerializer(serializers.Serializer[Any]):
    results = ModelSerializer(many=True)


class ModelJobSerializer(serializers.Serializer[Any]):
    """A job on a model; `job` is its number in /api/jobs/."""

    job_id = serializers.CharField()
    job = serializers.IntegerField()


class ServiceSerializer(serializers.Serializer[Any]):
    """`health` is the service's own answer; null when it cannot be reached, `why` says so then."""

    name = serializers.CharField()
    task = serializers.CharField()
    health = serializers.JSONField(allow_null=True)
    why = serializers.CharField()


class ServiceListSerializer(serializers.Serializer[Any]):
    results = ServiceSerializer(many=True)

"""Starting a scan."""

from typing import Any

from rest_framework import serializers


class ScanStartedSerializer(serializers.Serializer[Any]):
    status = serializers.BooleanField()
    job_id = serializers.CharField()

"""Shapes of signing in and out."""

from typing import Any

from rest_framework import serializers


class LoginSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1024, trim_whitespace=False)


class SessionSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField()


class AccessSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()


class EmptySerializer(serializers.Serializer[Any]):
    """An empty object."""

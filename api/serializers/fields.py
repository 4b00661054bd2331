"""Fields that more than one shape uses."""

import math
from typing import Any

from rest_framework import serializers

from api.models.user import DEFAULT_LANGUAGE

MAX_ID = 2**63 - 1
"""What a database's column of ids can hold; it refuses to compare it with more."""


class FiniteFloatField(serializers.FloatField):
    """A number that JSON can carry: neither NaN nor infinite, which `FloatField` reads from a text."""

    def to_internal_value(self, data: Any) -> float:
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("invalid")
        return value


class PersonOfAccountSerializer(serializers.Serializer[Any]):
    """Who it is, for people: the short form of an account."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    first_name = serializers.CharField(allow_blank=True)
    last_name = serializers.CharField(allow_blank=True)


class LanguageQuerySerializer(serializers.Serializer[Any]):
    """In which language places are named; English for clients that do not say."""

    language = serializers.RegexField(
        r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$",
        default=DEFAULT_LANGUAGE,
        max_length=35,
        help_text="Such as de or pt-BR.",
    )

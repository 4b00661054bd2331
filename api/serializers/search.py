"""Shapes of searching."""

from typing import Any

from rest_framework import serializers

from api.selectors.search import MAX_FOUND
from api.selectors.search_suggestions import Suggestion, SuggestionKind
from api.serializers.albums_date import PhotoGroupSerializer
from api.serializers.fields import MAX_ID, LanguageQuerySerializer
from api.serializers.photos import PhotoSummarySerializer


class SearchQuerySerializer(serializers.Serializer[Any]):
    search = serializers.CharField(
        allow_blank=True, max_length=200, help_text="Words that must all occur; the last may be the beginning of one."
    )
    order = serializers.ChoiceField(
        ["day", "rank"], default="day", help_text="`day`: in groups, newest first; `rank`: a flat list, best first."
    )
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_FOUND, default=MAX_FOUND, help_text="Photos in one answer, by day."
    )
    before = serializers.IntegerField(
        min_value=0, max_value=MAX_ID, required=False, help_text="`next` of the answer before: older ones."
    )


class SearchResultSerializer(serializers.Serializer[Any]):
    results = PhotoGroupSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="For `before`; null when there are no older ones.")


class RankedResultSerializer(serializers.Serializer[Any]):
    results = PhotoSummarySerializer(many=True)


class SearchExamplesSerializer(serializers.Serializer[Any]):
    results = serializers.ListField(child=serializers.CharField())


class SuggestionQuerySerializer(LanguageQuerySerializer):
    search = serializers.CharField(
        allow_blank=True, trim_whitespace=False, max_length=200, help_text="What was typed so far."
    )


class SuggestionSerializer(serializers.Serializer[Suggestion]):
    """A `word` is a text to search for; what has an id has a page of its own."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in SuggestionKind])
    text = serializers.CharField(help_text="A name; of a word, the whole search. Hashtags come without #.")
    id = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField(allow_null=True, help_text="Photos.")


class SuggestionsSerializer(serializers.Serializer[Any]):
    results = SuggestionSerializer(many=True)

"""Shapes of the numbers on how drafts were received."""

from typing import Any

from rest_framework import serializers


class StatsQuerySerializer(serializers.Serializer[Any]):
    all = serializers.BooleanField(default=False, help_text="For administrators: of everybody's photos.")


class RatingsSerializer(serializers.Serializer[Any]):
    """Ratings of 1 to 5; the quartiles are null without any."""

    n = serializers.IntegerField()
    counts = serializers.ListField(child=serializers.IntegerField(), help_text="How many gave 1, 2, 3, 4, 5.")
    first_quartile = serializers.FloatField(allow_null=True)
    median = serializers.FloatField(allow_null=True)
    third_quartile = serializers.FloatField(allow_null=True)


class CorrelationSerializer(serializers.Serializer[Any]):
    """Spearman's, -1..1, of a score with ratings over `n` drafts; null with fewer than 3 or when one never varies."""

    n = serializers.IntegerField()
    spearman = serializers.FloatField(allow_null=True)


class CorrelationsSerializer(serializers.Serializer[Any]):
    log_probability = CorrelationSerializer()
    clip = CorrelationSerializer()


class ReceptionSerializer(serializers.Serializer[Any]):
    """What became of drafts. Rates are parts of those that somebody decided on, null while nobody has."""

    drafts = serializers.IntegerField()
    held_back = serializers.IntegerField(help_text="By the guard; among the drafts.")
    held_back_rate = serializers.FloatField(allow_null=True, help_text="Part of all drafts.")
    decided = serializers.IntegerField()
    accepted = serializers.IntegerField()
    merged = serializers.IntegerField()
    refused = serializers.IntegerField()
    acceptance_rate = serializers.FloatField(allow_null=True)
    merge_rate = serializers.FloatField(allow_null=True)
    refusal_rate = serializers.FloatField(allow_null=True)
    ratings = RatingsSerializer()
    blind_ratings = RatingsSerializer(help_text="Given without knowing the model.")
    correlations = CorrelationsSerializer()


class StepReceptionSerializer(ReceptionSerializer):
    step = serializers.CharField(help_text='What was done to the drafts: "names_replaced", "place_added" …; "plain".')


class StatsModelSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class ModelReceptionSerializer(ReceptionSerializer):
    model = StatsModelSerializer()
    steps = StepReceptionSerializer(many=True, help_text="A draft counts for each of its steps.")


class RewriterReceptionSerializer(ReceptionSerializer):
    model = StatsModelSerializer()


class CaptionStatsSerializer(serializers.Serializer[Any]):
    all = ReceptionSerializer()
    models = ModelReceptionSerializer(many=True)
    rewriters = RewriterReceptionSerializer(many=True, help_text="What each language model wrote.")

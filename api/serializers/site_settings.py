"""Site settings in LibrePhotos' names, which are ours in lower case."""

from typing import Any

from rest_framework import serializers

from api.lib.night import CLOCK
from api.selectors.site_settings import IDLE_TIMEOUT_RANGE_S
from api.serializers.models import ModelCostSerializer


class SiteSettingsSerializer(serializers.Serializer[Any]):
    """`locked` names the settings that the server's environment fixes."""

    allow_registration = serializers.BooleanField()
    allow_upload = serializers.BooleanField()
    skip_patterns = serializers.CharField()
    heavyweight_process = serializers.IntegerField()
    map_api_key = serializers.CharField(help_text="Empty for everyone but administrators.")
    map_api_provider = serializers.CharField()
    map_api_enabled = serializers.BooleanField(help_text="Whether positions of photos are sent to that provider.")
    map_api_url = serializers.CharField(help_text="Empty for everyone but administrators.")
    captioning_model = serializers.CharField()
    llm_model = serializers.CharField()
    clip_model = serializers.CharField()
    ocr_model = serializers.CharField()
    idle_timeout_s = serializers.FloatField()
    memory_budget = serializers.CharField(help_text="A share of the machine's memory (80%), or a size (6 GB).")
    llm_timeout_s = serializers.FloatField()
    guard_clip_ratio = serializers.FloatField()
    guard_added_words = serializers.IntegerField()
    guard_lost_words = serializers.IntegerField()
    night_start = serializers.CharField(help_text="Such as 23:30, by each user's own clock.")
    night_end = serializers.CharField()
    locked = serializers.ListField(child=serializers.CharField())


class SiteSettingsChangedSerializer(SiteSettingsSerializer):
    """The settings as they are now; `costs` of the models that were chosen just now."""

    costs = ModelCostSerializer(many=True)


class SiteSettingsChangeSerializer(serializers.Serializer[Any]):
    """Any of the settings; what is absent stays. `confirm`: choose a model although it needs more than there is."""

    allow_registration = serializers.BooleanField(required=False)
    allow_upload = serializers.BooleanField(required=False)
    skip_patterns = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    heavyweight_process = serializers.IntegerField(required=False, min_value=1, max_value=10)
    map_api_key = serializers.CharField(required=False, allow_blank=True, max_length=500)
    map_api_provider = serializers.CharField(required=False, max_length=50)
    map_api_enabled = serializers.BooleanField(required=False)
    map_api_url = serializers.URLField(required=False, allow_blank=True, max_length=300)
    captioning_model = serializers.CharField(required=False, max_length=200)
    llm_model = serializers.CharField(required=False, max_length=200)
    clip_model = serializers.CharField(required=False, max_length=200)
    ocr_model = serializers.CharField(required=False, max_length=200)
    idle_timeout_s = serializers.FloatField(
        required=False, min_value=IDLE_TIMEOUT_RANGE_S[0], max_value=IDLE_TIMEOUT_RANGE_S[1]
    )
    night_start = serializers.RegexField(rf"^{CLOCK.pattern}\Z", required=False)
    night_end = serializers.RegexField(rf"^{CLOCK.pattern}\Z", required=False)
    memory_budget = serializers.CharField(required=False, max_length=30)
    confirm = serializers.BooleanField(required=False, default=False)
    llm_timeout_s = serializers.FloatField(required=False, min_value=1, max_value=600)
    guard_clip_ratio = serializers.FloatField(required=False, min_value=0, max_value=2)
    guard_added_words = serializers.IntegerField(required=False, min_value=0, max_value=100)
    guard_lost_words = serializers.IntegerField(required=False, min_value=0, max_value=100)

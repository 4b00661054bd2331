"""Shapes of the caption ledger. No queries here: rows come with their author."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.actions.captions import ANY_BASE, MAX_CAPTION_LENGTH
from api.actions.drafts import MAX_DRAFTS
from api.models import Caption, User


class CaptionAuthorSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "username", "first_name", "last_name")


class CaptionModelSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    revision = serializers.CharField()


class CaptionSerializer(serializers.ModelSerializer[Caption]):
    """`author` is the person who wrote it, `model` what drafted it; the other one is null."""

    author = CaptionAuthorSerializer(allow_null=True)
    model = serializers.SerializerMethodField()
    merged_from = serializers.IntegerField(source="merged_from_id", allow_null=True)

    class Meta:
        model = Caption
        fields = (
            "id", "text", "state", "author", "model", "device", "language", "style", "scores", "context", "options",
            "rating", "created_at", "decided_at", "merged_from",
        )  # fmt: skip

    @extend_schema_field(CaptionModelSerializer(allow_null=True))
    def get_model(self, caption: Caption) -> dict[str, str] | None:
        if not caption.model_id:
            return None
        entry = settings.MODEL_REGISTRY.get(caption.model_id)  # None once a model has left the registry
        return {
            "id": caption.model_id,
            "label": entry.label if entry else caption.model_id,
            "revision": caption.model_revision,
        }


class CaptionListSerializer(serializers.Serializer[Any]):
    results = CaptionSerializer(many=True)
    current = CaptionSerializer(allow_null=True)


class DraftListSerializer(serializers.Serializer[Any]):
    drafts = CaptionSerializer(many=True)
    current = CaptionSerializer(allow_null=True)


class DraftOptionsSerializer(serializers.Serializer[Any]):
    """What a captioner lets one choose; absent means the model's own default."""

    num_beams = serializers.IntegerField(min_value=1, max_value=10, required=False)
    max_words = serializers.IntegerField(min_value=1, max_value=100, required=False)
    temperature = serializers.FloatField(min_value=0.0, max_value=2.0, required=False)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


class DraftRequestSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=1, max_value=MAX_DRAFTS, default=3)
    force = serializers.BooleanField(default=False)
    model = serializers.CharField(
        max_length=128, allow_blank=True, default="", help_text="Id of an installed captioner; absent: the one in use."
    )
    options = DraftOptionsSerializer(default=dict)


class CaptionChangeSerializer(serializers.Serializer[Any]):
    """`base`: id of the caption that was on screen (null: none). Absent: overwrite whatever it is now."""

    action = serializers.ChoiceField(choices=("accept", "merge", "refuse", "rate"))
    text = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=MAX_CAPTION_LENGTH, required=False)
    rating = serializers.IntegerField(min_value=1, max_value=5, required=False)
    base = serializers.IntegerField(allow_null=True, default=ANY_BASE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed = {"merge": "text", "rate": "rating"}.get(attrs["action"])
        if needed and needed not in attrs:
            raise serializers.ValidationError({needed: f"Needed to {attrs['action']}."})
        return attrs


class CaptionWriteSerializer(serializers.Serializer[Any]):
    """A person's own text for the photo; empty is a value."""

    text = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=MAX_CAPTION_LENGTH)
    base = serializers.IntegerField(allow_null=True, default=ANY_BASE)


class AttentionWordSerializer(serializers.Serializer[Any]):
    """`probability` is the model's own, 0 to 1; `attention` h rows of w weights over the whole picture, sum 1."""

    text = serializers.CharField()
    probability = serializers.FloatField(allow_null=True)
    attention = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))


class CaptionAttentionSerializer(serializers.Serializer[Any]):
    """`text` is what the model said; `exact` is false when names or a place were added to it for the draft."""

    text = serializers.CharField()
    exact = serializers.BooleanField()
    words = AttentionWordSerializer(many=True)


class SaveCaptionSerializer(serializers.Serializer[Any]):
    image_hash = serializers.CharField(max_length=64)
    caption = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=MAX_CAPTION_LENGTH)


class GenerateCaptionSerializer(serializers.Serializer[Any]):
    image_hash = serializers.CharField(max_length=64)


class StatusSerializer(serializers.Serializer[Any]):
    status = serializers.BooleanField()


class DraftManySerializer(serializers.Serializer[Any]):
    """Absent `image_hashes`: all own photos without a caption."""

    image_hashes = serializers.ListField(child=serializers.CharField(max_length=64), max_length=10_000, required=False)


class JobStartSerializer(serializers.Serializer[Any]):
    status = serializers.BooleanField()
    job_id = serializers.CharField()

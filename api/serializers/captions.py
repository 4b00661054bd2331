"""Shapes of the caption ledger. No queries here: rows come with their author."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.actions.captions import ANY_BASE, MAX_CAPTION_LENGTH
from api.actions.drafts import MAX_DRAFTS
from api.lib.captioning.chosen import LANGUAGE_TAG
from api.lib.captioning.outcome import RewriteState
from api.lib.captioning.taste import Length, Style, Tone
from api.models import Caption, User
from api.selectors.draft_scope import ALBUM_KINDS
from api.serializers.caption_files import CaptionFileSerializer
from api.serializers.fields import MAX_ID


class CaptionAuthorSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "username", "first_name", "last_name")


class CaptionModelSerializer(serializers.Serializer[Any]):
    """`explains`: the model can tell for each word where it looked; false also for one that is not listed any more."""

    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    revision = serializers.CharField()
    explains = serializers.BooleanField()


class VerdictSerializer(serializers.Serializer[Any]):
    """What the guard found in a rewritten sentence. `unchecked`: what it could not look at."""

    state = serializers.ChoiceField(choices=("ok", "held_back"))
    reason = serializers.CharField(allow_null=True, help_text="See docs/drafts.md, for example word_added.")
    evidence = serializers.ListField(child=serializers.CharField(), help_text="The words that show the reason.")
    unchecked = serializers.ListField(child=serializers.CharField())


class CaptionSerializer(serializers.ModelSerializer[Caption]):
    """`author` is the person who wrote it, `model` what drafted it; the other one is null.

    Of a rewritten sentence `rewriter` is the language model, `rewritten_from` the row that it says differently and
    `verdict` what the guard found; all null otherwise.
    """

    author = CaptionAuthorSerializer(allow_null=True)
    model = serializers.SerializerMethodField()
    merged_from = serializers.IntegerField(source="merged_from_id", allow_null=True)
    rewriter = serializers.SerializerMethodField()
    rewritten_from = serializers.IntegerField(source="rewritten_from_id", allow_null=True)
    keywords = serializers.ListField(child=serializers.CharField())
    verdict = serializers.SerializerMethodField()

    class Meta:
        model = Caption
        fields = (
            "id", "text", "state", "author", "model", "device", "language", "style", "scores", "context", "options",
            "rating", "created_at", "decided_at", "merged_from", "rewriter", "rewritten_from", "prompt_version",
            "keywords", "verdict",
        )  # fmt: skip

    @extend_schema_field(CaptionModelSerializer(allow_null=True))
    def get_model(self, caption: Caption) -> dict[str, Any] | None:
        return _model(caption.model_id, caption.model_revision)

    @extend_schema_field(CaptionModelSerializer(allow_null=True))
    def get_rewriter(self, caption: Caption) -> dict[str, Any] | None:
        return _model(caption.rewriter_id, caption.rewriter_revision)

    @extend_schema_field(VerdictSerializer(allow_null=True))
    def get_verdict(self, caption: Caption) -> dict[str, Any] | None:
        return caption.verdict or None


def _model(model_id: str, revision: str) -> dict[str, Any] | None:
    if not model_id:
        return None
    entry = settings.MODEL_REGISTRY.get(model_id)  # None once a model has left the registry
    return {
        "id": model_id,
        "label": entry.label if entry else model_id,
        "revision": revision,
        "explains": entry is not None and entry.explains,
    }


class CaptionListSerializer(serializers.Serializer[Any]):
    results = CaptionSerializer(many=True)
    current = CaptionSerializer(allow_null=True)
    file = CaptionFileSerializer()


class RewriteOutcomeSerializer(serializers.Serializer[Any]):
    """What became of the wish to have it rewritten.

    `off`: nobody wished it, or there is no language model. `ok`: the first draft is the rewritten one. `held_back`: it
    was, but the guard refused it; `caption` is its row and has the verdict. `unavailable`: the language model is
    missing, down or too slow, `code` and `detail` say which. In all but `ok` the drafts are those of the rules.
    """

    state = serializers.ChoiceField(choices=tuple(RewriteState))
    code = serializers.CharField(
        help_text="llm_off, not_wished, service_timeout …; empty when there is no more to say."
    )
    detail = serializers.CharField()
    caption = CaptionSerializer(allow_null=True)


class DraftListSerializer(serializers.Serializer[Any]):
    drafts = CaptionSerializer(many=True, help_text="Best first.")
    current = CaptionSerializer(allow_null=True)
    rewrite = RewriteOutcomeSerializer()


class DraftOptionsSerializer(serializers.Serializer[Any]):
    """What a captioner lets one choose; absent means the model's own default."""

    num_beams = serializers.IntegerField(min_value=1, max_value=10, required=False)
    max_words = serializers.IntegerField(min_value=1, max_value=100, required=False)
    temperature = serializers.FloatField(min_value=0.0, max_value=2.0, required=False)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


class DraftRequestSerializer(serializers.Serializer[Any]):
    """How to draft. What is absent of the last ones is as in the person's `llm_settings`.

    `from_draft`: say this row of the ledger differently, without asking the captioner again; needs a language model
    (409 `llm_off`). `style`, `length`, `tone`, `language` or `rewrite` ask the language model also where the settings
    do not.
    """

    count = serializers.IntegerField(min_value=1, max_value=MAX_DRAFTS, default=3)
    force = serializers.BooleanField(default=False, help_text="Ask again for what was refused, or drafted before.")
    model = serializers.CharField(
        max_length=128, allow_blank=True, default="", help_text="Id of an installed captioner; absent: the one in use."
    )
    options = DraftOptionsSerializer(default=dict)
    from_draft = serializers.IntegerField(required=False, min_value=1, help_text="Id of a caption of this photo.")
    rewrite = serializers.BooleanField(required=False, help_text="Whether a language model takes part.")
    style = serializers.ChoiceField(choices=tuple(Style), required=False)  # type: ignore[assignment]
    length = serializers.ChoiceField(choices=tuple(Length), required=False)
    tone = serializers.ChoiceField(choices=tuple(Tone), required=False)
    language = serializers.RegexField(
        f"^{LANGUAGE_TAG.pattern}$",
        required=False,
        allow_blank=True,
        help_text='"de", "pt-BR"; empty: the captioner\'s.',
    )
    creativity = serializers.FloatField(required=False, min_value=0.0, max_value=1.0)
    keywords = serializers.BooleanField(required=False)
    hashtags = serializers.BooleanField(required=False)


class CaptionChangeSerializer(serializers.Serializer[Any]):
    """`base`: id of the caption that was on screen (null: none). Absent: overwrite whatever it is now."""

    action = serializers.ChoiceField(choices=("accept", "restore", "merge", "refuse", "rate"))
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


class AlbumScopeSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=ALBUM_KINDS, help_text="As in /api/albums/{kind}/.")
    id = serializers.IntegerField(min_value=1, max_value=MAX_ID)


class DraftManySerializer(serializers.Serializer[Any]):
    """A selection, an album, or with neither all own photos; of these always those without a caption or draft."""

    image_hashes = serializers.ListField(child=serializers.CharField(max_length=64), max_length=10_000, required=False)
    album = AlbumScopeSerializer(required=False)
    redo_model = serializers.CharField(
        max_length=128,
        required=False,
        help_text="Instead: photos whose open drafts all come from this model, anew with the one in use.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "image_hashes" in attrs and "album" in attrs:
            raise serializers.ValidationError({"album": "Send a selection or an album, not both."})
        return attrs


class JobStartSerializer(serializers.Serializer[Any]):
    status = serializers.BooleanField()
    job_id = serializers.CharField()

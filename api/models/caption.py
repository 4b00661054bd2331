"""The ledger: every caption a photo ever had, and where it came from."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class CaptionState(models.TextChoices):
    DRAFT = "draft", "Offered"
    ACCEPTED = "accepted", "Current caption"
    MERGED = "merged", "Went into a person's caption"
    REFUSED = "refused", "Refused"
    SUPERSEDED = "superseded", "Replaced by a later one"
    HELD_BACK = "held_back", "Held back by the guard"


class CaptionQuerySet(models.QuerySet["Caption"]):
    def of(self, user: Any) -> "CaptionQuerySet":
        """Rows on photos that belong to `user`."""
        return self.filter(photo__owner=user)


class Caption(models.Model):
    """One row per text. The accepted row is the photo's caption; an empty text is a decision like any other.

    `author` is the person who wrote it; null for a draft of a model, which `model_id`, `model_revision` and `device`
    name then. `request_key` is equal for drafts of the same model, revision and context: what was refused for a key is
    not offered again for it.

    A rewritten sentence is a row of its own: `rewritten_from` is the row it says differently, `rewriter_id` the
    language model, and `verdict` what the guard found (`{state, reason, evidence, unchecked}`). What was held back is
    kept too, but not offered.
    """

    photo = models.ForeignKey("api.Photo", on_delete=models.CASCADE, related_name="captions")
    text = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=CaptionState.choices, default=CaptionState.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="captions"
    )
    merged_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged_into"
    )

    model_id = models.CharField(max_length=128, blank=True, default="")
    model_revision = models.CharField(max_length=64, blank=True, default="")
    device = models.CharField(max_length=64, blank=True, default="")
    rewritten_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="rewrites"
    )
    rewriter_id = models.CharField(max_length=128, blank=True, default="")
    rewriter_revision = models.CharField(max_length=64, blank=True, default="")
    prompt_version = models.CharField(max_length=32, blank=True, default="")
    context = models.JSONField(default=dict, help_text="What was known and used: people, place, date …")
    options = models.JSONField(default=dict, help_text="How it was asked for.")
    language = models.CharField(max_length=16, blank=True, default="")
    style = models.CharField(max_length=32, blank=True, default="")
    scores = models.JSONField(default=dict, help_text="log_probability, clip (CLIPScore) and the guard's numbers.")
    keywords = models.JSONField(default=list, help_text="Words for the photo that came with a rewritten sentence.")
    verdict = models.JSONField(default=dict, help_text="What the guard found; empty where nothing was rewritten.")
    request_key = models.CharField(max_length=64, blank=True, default="")

    rating = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    blind_rating = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="Given without knowing the model; shown in the statistics only.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = CaptionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["photo"], condition=models.Q(state="accepted"), name="caption_one_accepted_per_photo"
            )
        ]
        indexes = [models.Index(fields=["photo", "state", "-id"], name="caption_by_photo")]

    def __str__(self) -> str:
        return f"{self.state} caption {self.pk} of {self.photo_id}"

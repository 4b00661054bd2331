"""A person with an account, and what they chose for themselves."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.validators import MinValueValidator
from django.db import models


class SaveMetadata(models.TextChoices):
    """Where accepted captions are written; the values are LibrePhotos'."""

    OFF = "OFF", "Nowhere"
    MEDIA_FILE = "MEDIA_FILE", "Into the photo"
    SIDECAR_FILE = "SIDECAR_FILE", "Into a sidecar file"


DEFAULT_LANGUAGE = "en"
"""For who has chosen none, and clients that do not say one."""


def default_llm_settings() -> dict[str, Any]:
    """Return what LibrePhotos' clients know, and below it what only ours do.

    `enabled`: rewrite drafts when the server has a language model. The rest of ours are the values of
    `api.lib.captioning.taste`, and which facts may be said.
    """
    return {
        "enabled": False,
        "add_person": True,
        "add_location": True,
        "add_keywords": False,
        "add_camera": False,
        "add_lens": False,
        "add_album": False,
        "sentiment": 0,
        "custom_prompt": "",
        "custom_prompt_enabled": False,
        "add_date": False,
        "add_text": False,
        "granularity": "city",
        "style": "plain",
        "length": "medium",
        "tone": "neutral",
        "language": "",
        "creativity": 0.0,
        "want_keywords": False,
        "want_hashtags": False,
    }


class User(AbstractUser):
    """`is_superuser` marks the administrator. User names are kept in lower case, as both clients send them."""

    scan_directory = models.CharField(max_length=1024, blank=True, default="")
    default_timezone = models.CharField(max_length=64, default="UTC")
    favorite_min_rating = models.PositiveSmallIntegerField(default=4, validators=[MinValueValidator(1)])
    image_scale = models.PositiveSmallIntegerField(default=1)
    save_metadata_to_disk = models.CharField(max_length=16, choices=SaveMetadata.choices, default=SaveMetadata.OFF)
    draft_at_night = models.BooleanField(default=False, help_text="Drafts for new photos between the site's two hours.")
    public_sharing = models.BooleanField(default=False)
    transcode_videos = models.BooleanField(default=False)
    llm_settings = models.JSONField(default=default_llm_settings)
    avatar = models.CharField(max_length=255, blank=True, default="")
    sessions_ended = models.PositiveIntegerField(default=0, help_text="How often all tokens so far were made useless.")

    # Kept because LibrePhotos' clients read and write them; nothing here uses them yet.
    confidence = models.FloatField(default=0.1)
    confidence_person = models.FloatField(default=0.9)
    confidence_unknown_face = models.FloatField(default=0.5)
    semantic_search_topk = models.PositiveIntegerField(default=0)
    min_cluster_size = models.PositiveIntegerField(default=0)
    min_samples = models.PositiveIntegerField(default=1)
    cluster_selection_epsilon = models.FloatField(default=0.05)
    face_recognition_model = models.CharField(max_length=8, default="HOG")
    datetime_rules = models.TextField(default="[]")
    nextcloud_server_address = models.CharField(max_length=255, null=True, blank=True, default=None)  # noqa: DJ001
    nextcloud_username = models.CharField(max_length=64, null=True, blank=True, default=None)  # noqa: DJ001
    nextcloud_scan_directory = models.CharField(max_length=255, null=True, blank=True, default=None)  # noqa: DJ001

    class Meta:
        ordering = ["id"]

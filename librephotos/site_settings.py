"""What an administrator may change while the product runs (django-constance).

Choices of models are built from ml_models.json. An environment variable of the same name overrides a setting and
locks it, see `api.selectors.site_settings`.
"""

import os
from typing import Any

from api.model_registry import OFF, ModelRegistry
from librephotos.env import env_bool, env_float, env_int, env_str

ConstanceConfig = dict[str, tuple[Any, str, type]]


def constance_config(registry: ModelRegistry) -> ConstanceConfig:
    """Return name → (default, help, type) for django-constance."""
    return {
        "CAPTIONING_MODEL": (registry.default_id("caption"), "Model that drafts captions, or none.", str),
        "LLM_MODEL": (OFF, "Language model that rewrites drafts, or none.", str),
        "CLIP_MODEL": (registry.default_id("clip"), "Model that compares a picture with a sentence, or none.", str),
        "OCR_MODEL": (OFF, "Model that reads the text in a picture, or none.", str),
        "LLM_TIMEOUT_S": (60.0, "Seconds that a language model may take for one draft.", float),
        "GUARD_CLIP_RATIO": (0.9, "How much of the plain sentence's CLIPScore a rewritten one must reach.", float),
        "GUARD_ADDED_WORDS": (0, "Words of its own that a rewritten sentence may have.", int),
        "GUARD_LOST_WORDS": (0, "Words of the plain sentence that a rewritten one may lack.", int),
        "ALLOW_REGISTRATION": (False, "Whether strangers may make themselves an account.", bool),
        "ALLOW_UPLOAD": (True, "Whether users may upload photos.", bool),
        "SKIP_PATTERNS": ("", "Comma-separated parts of a path; files whose path holds one are not scanned.", str),
        "HEAVYWEIGHT_PROCESS": (1, "How many heavy jobs run at once.", int),
        "MAP_API_ENABLED": (False, "Whether positions of photos are sent to a provider of place names.", bool),
        "MAP_API_PROVIDER": ("photon", "Provider of place names, used only when it is enabled.", str),
        "MAP_API_URL": ("", "Address of a provider of one's own; empty: the public one.", str),
        "MAP_API_KEY": ("", "Key of that provider.", str),
        "NIGHT_START": ("01:00", "When the night begins, by each user's own clock: drafts for those who want it.", str),
        "NIGHT_END": ("06:00", "When the night ends.", str),
        "IDLE_TIMEOUT_S": (30.0, "Seconds without a request after which a service gives its memory back.", float),
        "MEMORY_BUDGET": ("80%", "What models may take together: a share of the machine, or a size as 6 GB.", str),
    }


def overrides(config: ConstanceConfig) -> dict[str, Any]:
    """Return the settings that the environment fixes, already parsed. Raises EnvError on a malformed value."""
    found: dict[str, Any] = {}
    for name, (default, _help, kind) in config.items():
        if not os.environ.keys() & {name, f"{name}_FILE"}:
            continue
        if kind is bool:
            found[name] = env_bool(name, default=default)
        elif kind is int:
            found[name] = env_int(name, default=default)
        elif kind is float:
            found[name] = env_float(name, default=default, minimum=0)
        else:
            found[name] = env_str(name)
    return found

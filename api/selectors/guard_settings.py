"""The administrator's thresholds for rewritten sentences."""

from api.lib.captioning.verdict import Limits
from api.selectors.site_settings import site_settings_get


def guard_limits() -> Limits:
    """Return the administrator's thresholds."""
    values = site_settings_get(("GUARD_CLIP_RATIO", "GUARD_ADDED_WORDS", "GUARD_LOST_WORDS"))
    return Limits(
        added_words=int(values["GUARD_ADDED_WORDS"]),
        lost_words=int(values["GUARD_LOST_WORDS"]),
        clip_ratio=float(values["GUARD_CLIP_RATIO"]),
    )

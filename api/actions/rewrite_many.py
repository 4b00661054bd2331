"""Have the drafts of one job said differently, where their owner wants that; the plain ones stay whatever happens."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from api.actions.draft_answer import plainest
from api.actions.model_use import Check
from api.actions.rewrites import Outcome, caption_rewrite, language_model
from api.lib.captioning.outcome import RewriteState
from api.models import Caption, User
from api.models.caption import CaptionState
from api.selectors.draft_context import draft_taste
from api.selectors.users import llm_settings_of

logger = logging.getLogger(__name__)
MAX_FAILURES = 3
"""So many in a row, and it is the language model, not the sentences: the rest of the job stays plain."""
PATIENCE_S = 24 * 3600.0
"""Nobody looks at a clock here; LLM_TIMEOUT_S bounds every sentence."""
KEPT = ("to_rewrite", "rewritten")


class RewriteMany:
    """Keeps what is to be done in the job's result, so that who goes on with the job after a kill does it.

    There, `to_rewrite` are ids of captions, `rewritten` counts what became of them, and `rewriting_ended` says why the
    language model was given up.
    """

    def __init__(self, user: User, result: dict[str, Any], *, check: Check, save: Callable[[], None]) -> None:
        """check, save: raise to stop the job; save writes the result."""
        self._result, self._check, self._save = result, check, save
        self._is_on = bool(llm_settings_of(user)["enabled"]) and language_model() is not None
        self._failures = 0

    def add(self, drafts: Sequence[Caption]) -> None:
        """Note one photo's drafts, best first."""
        if self._is_on and drafts:
            self._result.setdefault("to_rewrite", []).append(plainest(drafts).pk)

    def run(self) -> None:
        """Rewrite what was noted. Raises what `check` and `save` do."""
        waiting = self._result.get("to_rewrite", [])
        while waiting and self._is_on:
            self._one(waiting[0])
            del waiting[0]
            self._save()
        self._result.pop("to_rewrite", None)

    def _one(self, caption_id: int) -> None:
        self._check()
        rows = Caption.objects.select_related("author", "photo__owner", "rewritten_from")
        source = rows.filter(pk=caption_id, state=CaptionState.DRAFT).first()
        if source is None or source.photo.captions.filter(state=CaptionState.ACCEPTED).exists():
            return  # somebody was faster
        until = time.monotonic() + PATIENCE_S
        self._count(caption_rewrite(source=source, taste=draft_taste(source.photo), until=until, check=self._check))

    def _count(self, outcome: Outcome) -> None:
        counts = self._result.setdefault("rewritten", {})
        name = outcome.code or str(outcome.state)
        counts[name] = counts.get(name, 0) + 1
        self._failures = self._failures + 1 if outcome.state is RewriteState.UNAVAILABLE else 0
        if self._failures == MAX_FAILURES:
            logger.warning("drafts stay plain: %s", outcome.detail)
            self._result["rewriting_ended"] = outcome.detail
            self._is_on = False

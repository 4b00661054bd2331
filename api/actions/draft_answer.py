"""All that a request for drafts asks for: the captioner's, by the rules, and one that a language model rewrote."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings

from api.actions.drafts import DraftRequest, drafts_make
from api.actions.photo_learn import text_learn
from api.actions.picture_scores import drafts_score
from api.actions.rewrites import Outcome, Tell, caption_rewrite, language_model_demanded, nobody
from api.errors import ConflictError, NotFoundError
from api.lib.captioning.context import StepKind
from api.lib.captioning.outcome import RewriteState
from api.lib.captioning.taste import Length, Style, Taste, Tone
from api.models import Caption, Photo
from api.selectors.draft_context import draft_taste, wants_rewriting

UNCHANGED = {StepKind.TIDIED, StepKind.LANGUAGE_KEPT}
"""Steps after which a sentence still says what the captioner said, and no more."""
KINDS = {"style": Style, "length": Length, "tone": Tone}
ASKING = frozenset(KINDS) | {"language"}
"""Wishes that only a language model can fulfil: whoever has one of them wants it rewritten."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for drafts. `taste` holds what it says of `Taste`; the rest is as in the owner's settings.

    `rewrite`: whether a language model takes part; None is as in the settings. `from_draft`: id of a caption of the
    photo that is to be said differently; the captioner is not asked then.
    """

    request: DraftRequest = field(default_factory=DraftRequest)
    rewrite: bool | None = None
    from_draft: int | None = None
    taste: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """Drafts, best first, and what became of rewriting."""

    drafts: list[Caption]
    rewrite: Outcome


def draft_answer(*, photo: Photo, ask: Ask, hurried: bool = False, tell: Tell = nobody) -> DraftAnswer:
    """Return drafts for a photo; `tell` hears each as soon as it is there, and the letters while one is written.

    hurried: the reader gives up at SERVICE_TIMEOUT_S, so the language model gets what is left of that. It may fail in
    any way: the rules' drafts are the answer then, and `rewrite` says why. Raises what `drafts_make` raises; with
    `from_draft` NotFoundError and ConflictError (`llm_off`).
    """
    until = time.monotonic() + (settings.SERVICE_TIMEOUT_S if hurried else 24 * 3600)
    if ask.from_draft is not None:
        source = _source(photo, ask.from_draft)
        outcome = _rewrite(source, ask, until, tell)
        return DraftAnswer(_best_first(outcome, [source]), outcome)
    rows = drafts_make(photo=photo, request=ask.request)
    for row in rows:
        tell("draft", row)
    if not _is_wanted(photo, ask):
        outcome = Outcome(RewriteState.OFF, "not_wished", "Rewriting is not switched on in your settings.")
    elif not rows:
        outcome = Outcome(RewriteState.OFF, "no_words", "There is nothing to rewrite.")
    else:
        outcome = _rewrite(plainest(rows), ask, until, tell)
    drafts_score(photo=photo, rows=rows)
    text_learn(photo=photo)  # for search; where it was rewritten, that has been done
    return DraftAnswer(_best_first(outcome, rows), outcome)


def _source(photo: Photo, caption_id: int) -> Caption:
    source = photo.captions.select_related("author", "photo__owner", "rewritten_from").filter(pk=caption_id).first()
    if source is None:
        raise NotFoundError
    language_model_demanded()
    if not source.text.strip():
        raise ConflictError("There is no text to say differently.", code="no_words")
    return source


def _is_wanted(photo: Photo, ask: Ask) -> bool:
    if ask.rewrite is not None:
        return ask.rewrite
    return wants_rewriting(photo) or any(ask.taste.get(name) for name in ASKING)


def _rewrite(source: Caption, ask: Ask, until: float, tell: Tell) -> Outcome:
    taste = _taste(source.photo, ask.taste)
    return caption_rewrite(source=source, taste=taste, until=until, force=ask.request.force, tell=tell)


def _taste(photo: Photo, asked: dict[str, Any]) -> Taste:
    values: dict[str, Any] = {name: KINDS[name](value) if name in KINDS else value for name, value in asked.items()}
    taste = replace(draft_taste(photo), **values)
    return replace(taste, keywords=taste.keywords or taste.hashtags)


def plainest(rows: Sequence[Caption]) -> Caption:
    """Return the captioner's own best sentence, which the rules put last; the best there is where it was refused."""

    def is_plain(row: Caption) -> bool:
        return all(step.get("kind") in UNCHANGED for step in row.context.get("steps", ()))

    return next((row for row in rows if is_plain(row)), rows[0])


def _best_first(outcome: Outcome, rows: list[Caption]) -> list[Caption]:
    """Put the rewritten draft first, once."""
    best = outcome.caption if outcome.state is RewriteState.OK else None
    return rows if best is None else [best, *(row for row in rows if row.pk != best.pk)]

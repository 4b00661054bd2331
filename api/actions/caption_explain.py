"""Why this word: where on the photo a model looked for each word of a draft."""

import math
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.conf import settings

from api.actions.drafts import MAX_DRAFTS, DraftRequest
from api.actions.model_use import model_use
from api.clients.caption import AttentionMap, CaptionedText, caption_image
from api.errors import ConflictError
from api.lib.tidy import tidy
from api.model_registry import ModelEntry
from api.models import Caption
from api.selectors.models import model_is_ready
from api.selectors.pictures import picture_for_models

COUNTS = (DraftRequest().count, 1, MAX_DRAFTS)
"""How many captions to ask for until the draft's is among them; their number decides how wide the search is."""

ALIKE = 0.6
"""From this share of common words on, a draft counts as made of a sentence: names and a place may have come in."""


@dataclass(frozen=True, slots=True)
class ExplainedWord:
    """`probability` is the model's own, 0 to 1. `attention`: h rows of w floats over the whole picture, sum 1."""

    text: str
    probability: float | None
    attention: AttentionMap


@dataclass(frozen=True, slots=True)
class Explanation:
    """The sentence as the model said it. `exact`: the draft says the same; otherwise names or a place came in later."""

    text: str
    exact: bool
    words: tuple[ExplainedWord, ...]


def caption_explain(*, caption: Caption) -> Explanation:
    """Ask the draft's model once more, the same way, and return where it looked for each word.

    Raises ConflictError: `not_a_draft` for a person's text, `model_missing`, `attention_unsupported` when the model
    does not tell, `draft_not_found_again` when it now says something else; ServiceUnavailableError and
    ServiceRejectedError.
    """
    model = _model_of(caption)
    picture = picture_for_models(caption.photo)
    for count in COUNTS:
        options = {**caption.options, "num_captions": count, "explain": True}
        with model_use(model) as use:
            answer = caption_image(picture, use=use, options=options)
        best = max(answer.captions, key=lambda said: _likeness(said, caption.text), default=None)
        if best is not None and not best.attention:
            raise ConflictError(f"{model.label} does not tell where it looked.", code="attention_unsupported")
        if best is not None and _likeness(best, caption.text) >= ALIKE:
            return Explanation(text=tidy(best.text), exact=tidy(best.text) == caption.text, words=_words(best))
    raise ConflictError(
        f"{model.label} now says something else about this photo, so this draft cannot be explained any more.",
        code="draft_not_found_again",
    )


def _model_of(caption: Caption) -> ModelEntry:
    if not caption.model_id:
        raise ConflictError("A person wrote this; only a model's draft can be explained.", code="not_a_draft")
    model = settings.MODEL_REGISTRY.get(caption.model_id)
    if model is None or not model_is_ready(model):
        raise ConflictError("The model that wrote this is not here any more.", code="model_missing")
    if model.task != "caption":
        raise ConflictError(f"{model.label} does not tell where it looked.", code="attention_unsupported")
    return model


def _likeness(said: CaptionedText, text: str) -> float:
    """Return the share of the sentence's words that the draft has in the same order, 0 to 1."""
    own, draft = _plain(tidy(said.text)), _plain(text)
    common = sum(block.size for block in SequenceMatcher(None, own, draft, autojunk=False).get_matching_blocks())
    return 1.0 if own == draft else 0.999 * common / max(1, len(own))


def _plain(text: str) -> list[str]:
    return [word.strip(".,;:!?").lower() for word in text.split()]


def _words(said: CaptionedText) -> tuple[ExplainedWord, ...]:
    sureness: list[float | None] = [min(1.0, math.exp(value)) for value in said.word_log_probabilities]
    sureness += [None] * (len(said.words) - len(sureness))
    return tuple(
        ExplainedWord(text, probability, attention)
        for text, probability, attention in zip(said.words, sureness, said.attention, strict=False)
    )

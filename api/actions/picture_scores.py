"""How well sentences fit a picture: for the guard, for the ledger and the statistics."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings

from api.actions.model_use import model_use
from api.clients.clip_score import clip_scores
from api.errors import DomainError
from api.lib.captioning.neutral import neutralised
from api.lib.captioning.verdict import Score
from api.model_registry import ModelEntry, is_off
from api.models import Caption, Photo
from api.selectors.models import model_is_ready
from api.selectors.pictures import picture_for_models
from api.selectors.site_settings import site_setting

FALLBACK_LANGUAGE = "en"


def scoring_model() -> ModelEntry | None:
    """Return the model that compares pictures with sentences; None when none is chosen, or it is not there."""
    chosen = str(site_setting("CLIP_MODEL"))
    model: ModelEntry | None = None if is_off(chosen) else settings.MODEL_REGISTRY.get(chosen)
    return model if model is not None and model_is_ready(model) else None


@dataclass(slots=True)
class PictureScorer:
    """Asks the scorer about one photo. `score` is None when it cannot be asked at all; `why_not` says why it was not,
    or why it did not answer: a sentence is not held back because a service is down."""

    photo: Photo
    model: ModelEntry | None
    why_not: str = ""
    score: Score | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.model is not None:
            self.score = partial(self._ask, self.model)

    def _ask(self, model: ModelEntry, texts: Sequence[str]) -> list[float] | None:
        try:
            picture = picture_for_models(self.photo)
            with model_use(model) as use:
                return clip_scores(picture, texts, use=use)
        except DomainError as error:
            self.why_not = f"picture: {error.detail}"
            return None


def picture_scorer(photo: Photo, *, languages: set[str]) -> PictureScorer:
    """Return the scorer for sentences in these languages, all of which its model must know."""
    model = scoring_model()
    if model is None:
        return PictureScorer(photo, None, "picture: no model compares it with sentences")
    unknown = sorted(languages - set(model.languages))
    if unknown:
        return PictureScorer(photo, None, f"picture: {model.label} does not know {', '.join(unknown)}")
    return PictureScorer(photo, model)


def drafts_score(*, photo: Photo, rows: list[Caption]) -> None:
    """Write `clip`, the CLIPScore without names and place, into the scores of rows that have none.

    Nothing happens where no scorer is chosen, it does not know the language, or it does not answer.
    """
    new = [row for row in rows if "clip" not in row.scores]
    languages = {row.language or FALLBACK_LANGUAGE for row in new}
    scorer = picture_scorer(photo, languages=languages)
    if not new or scorer.score is None:
        return
    plain = rows[-1].text
    scores = scorer.score([_neutral(row, plain) for row in new])
    for row, score in zip(new, scores or (), strict=bool(scores)):
        row.scores = {**row.scores, "clip": score}
        row.save(update_fields=["scores"])


def _neutral(row: Caption, plain: str) -> str:
    return neutralised(
        row.text,
        names=tuple(row.context.get("people", ())),
        place=str(row.context.get("place", "")),
        plain=plain,
        language=row.language or FALLBACK_LANGUAGE,
    )

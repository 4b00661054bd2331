"""How drafts were received: numbers only, no texts and no photos."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from api.errors import ForbiddenError
from api.lib.distributions import quartiles, spearman
from api.models import Caption, User
from api.models.caption import CaptionState

PLAIN = "plain"
"""The step of a draft with which nothing was done."""

SCORES = ("log_probability", "clip")
TAKEN = (CaptionState.ACCEPTED, CaptionState.SUPERSEDED)
"""A superseded draft was somebody's caption until a later one."""


@dataclass
class _Tally:
    states: Counter[str] = field(default_factory=Counter)
    ratings: list[int] = field(default_factory=list)
    blind: list[int] = field(default_factory=list)
    scored: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {name: [] for name in SCORES})

    def add(self, state: str, rating: int | None, blind: int | None, scores: dict[str, float]) -> None:
        self.states[state] += 1
        for stars, ratings in ((rating, self.ratings), (blind, self.blind)):
            if stars is None:
                continue
            ratings.append(stars)
            for name, score in scores.items():
                self.scored[name].append((score, stars))


def caption_stats(user: User, *, everybody: bool) -> dict[str, Any]:
    """Return what became of models' drafts: in all, per model, per step of each model, and per language model.

    Counted are drafts for the user's own photos; `everybody`: for all photos. Raises ForbiddenError when somebody who
    is no administrator asks for that.
    """
    if everybody and not user.is_superuser:
        raise ForbiddenError("Only administrators see everybody's numbers.")
    in_all = _Tally()
    per_model: dict[str, _Tally] = defaultdict(_Tally)
    per_step: dict[str, dict[str, _Tally]] = defaultdict(lambda: defaultdict(_Tally))
    per_rewriter: dict[str, _Tally] = defaultdict(_Tally)
    for model_id, rewriter_id, state, rating, blind, scores, context in _rows(user, everybody):
        tallies = [in_all, per_model[model_id], *(per_step[model_id][step] for step in _steps(context))]
        tallies += [per_rewriter[rewriter_id]] if rewriter_id else []
        numbers = _numbers(scores)
        for tally in tallies:
            tally.add(state, rating, blind, numbers)
    models = [
        {
            "model": _model(model_id),
            **_summary(tally),
            "steps": [{"step": step, **_summary(part)} for step, part in sorted(per_step[model_id].items())],
        }
        for model_id, tally in sorted(per_model.items())
    ]
    rewriters = [{"model": _model(model_id), **_summary(tally)} for model_id, tally in sorted(per_rewriter.items())]
    return {"all": _summary(in_all), "models": models, "rewriters": rewriters}


def _rows(user: User, everybody: bool) -> Iterator[tuple[str, str, str, int | None, int | None, Any, Any]]:
    drafts: QuerySet[Caption] = Caption.objects.all() if everybody else Caption.objects.of(user)
    drafts = drafts.filter(author=None).exclude(model_id="").order_by("pk")
    columns = ("model_id", "rewriter_id", "state", "rating", "blind_rating", "scores", "context")
    return drafts.values_list(*columns).iterator()


def _steps(context: Any) -> set[str]:
    """Return the kinds of what was done to a draft; a draft counts for each of them."""
    steps = context.get("steps") if isinstance(context, dict) else None
    kinds = {str(step.get("kind")) for step in steps or [] if isinstance(step, dict) and step.get("kind")}
    # A sentence that was only made a proper one says nothing besides the captioner's.
    return kinds - {"tidied"} or {PLAIN}


def _numbers(scores: Any) -> dict[str, float]:
    if not isinstance(scores, dict):
        return {}
    return {
        name: float(scores[name])
        for name in SCORES
        if isinstance(scores.get(name), int | float) and math.isfinite(scores[name])
    }


def _summary(tally: _Tally) -> dict[str, Any]:
    taken = sum(tally.states[state] for state in TAKEN)
    merged, refused = tally.states[CaptionState.MERGED], tally.states[CaptionState.REFUSED]
    held_back, drafts = tally.states[CaptionState.HELD_BACK], sum(tally.states.values())
    decided = taken + merged + refused
    return {
        "drafts": drafts,
        "held_back": held_back,
        "held_back_rate": _rate(held_back, drafts),
        "decided": decided,
        "accepted": taken,
        "merged": merged,
        "refused": refused,
        "acceptance_rate": _rate(taken, decided),
        "merge_rate": _rate(merged, decided),
        "refusal_rate": _rate(refused, decided),
        "ratings": _ratings(tally.ratings),
        "blind_ratings": _ratings(tally.blind),
        "correlations": {
            name: {"n": len(pairs), "spearman": _rounded(spearman(pairs))} for name, pairs in tally.scored.items()
        },
    }


def _ratings(ratings: list[int]) -> dict[str, Any]:
    first, median, third = quartiles(ratings) or (None, None, None)
    counts = Counter(ratings)
    return {
        "n": len(ratings),
        "counts": [counts[stars] for stars in range(1, 6)],
        "first_quartile": first,
        "median": median,
        "third_quartile": third,
    }


def _rate(part: int, whole: int) -> float | None:
    return _rounded(part / whole) if whole else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _model(model_id: str) -> dict[str, str]:
    entry = settings.MODEL_REGISTRY.get(model_id)  # None once a model has left the registry
    return {"id": model_id, "label": entry.label if entry else model_id}

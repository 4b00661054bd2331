"""Ask a model for drafts of a caption and write them into the ledger."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction

from api.actions.model_use import model_use
from api.actions.models import model_ready_or_download
from api.actions.photo_learn import place_learn
from api.actions.search_index import photo_index
from api.clients.caption import CaptionedText, caption_image
from api.errors import ConflictError, InvalidError
from api.lib.captioning.compose import compose, known_values
from api.lib.captioning.context import Context, Draft, Wishes
from api.lib.tidy import same_words, tidy
from api.model_registry import ModelEntry, is_off
from api.models import Caption, Photo, User
from api.models.caption import CaptionState
from api.models.photo import PhotoState
from api.selectors.draft_context import draft_context, draft_wishes
from api.selectors.models import model_is_ready
from api.selectors.pictures import picture_for_models
from api.selectors.site_settings import site_setting

MAX_DRAFTS = 5


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """How drafts are asked for. `force` asks again although a draft of the same model and context was refused.

    model: id of an installed captioner; empty: the one in use.
    """

    count: int = 3
    force: bool = False
    model: str = ""
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """What one photo is drafted by; `key` is the ledger's request key."""

    photo: Photo
    model: ModelEntry
    context: Context
    wishes: Wishes
    key: str


def draft_model(model_id: str = "") -> ModelEntry:
    """Return the captioner in use, or the one that is named. Raises ConflictError (`captioning_off`) without one in
    use, and InvalidError for an id that names no captioner."""
    if model_id:
        named = settings.MODEL_REGISTRY.get(model_id)
        if named is None or named.task != "caption":
            raise InvalidError(f"There is no captioner {model_id}.", field="model")
        return named
    chosen = str(site_setting("CAPTIONING_MODEL"))
    model = None if is_off(chosen) else settings.MODEL_REGISTRY.get(chosen)
    if model is None:
        raise ConflictError("Captions are switched off on this server.", code="captioning_off")
    return model


def drafts_make(*, photo: Photo, request: DraftRequest) -> list[Caption]:
    """Return drafts for a photo, best first; the person's caption is never touched.

    The model runs in its service. Raises ConflictError when there is nothing to draft from (`captioning_off`,
    `model_downloading`, `model_missing`, `memory_budget`, `photo_processing`, `photo_broken`, `photo_is_video`,
    `draft_refused`),
    ServiceUnavailableError and ServiceRejectedError.
    """
    plan = draft_plan(photo=photo, model=draft_model(request.model))
    draft_model_ready(model=plan.model, user=photo.owner, named=bool(request.model))
    if not request.force and (kept := _kept_after_refusal(photo, plan.key)) is not None:
        return kept
    options = {"num_captions": request.count, **request.options}
    picture = picture_for_models(photo)
    with model_use(plan.model) as use:
        answer = caption_image(picture, use=use, options=options)
    offers = draft_offers(plan, answer.captions)
    return drafts_store(plan=plan, offers=offers, options=request.options, device=answer.device)


def draft_plan(*, photo: Photo, model: ModelEntry) -> DraftPlan:
    """Return what the photo is drafted by. Raises ConflictError as `drafts_make` does when it cannot be."""
    _check_photo(photo)
    language = model.languages[0] if model.languages else "en"
    place_learn(photo=photo, language=language)
    context, wishes = draft_context(photo, language=language), draft_wishes(photo)
    return DraftPlan(photo, model, context, wishes, request_key(model, context=known_values(context, wishes)))


def draft_model_ready(*, model: ModelEntry, user: User, named: bool = False) -> None:
    """Return when the model can be used. The one in use is downloaded when it is not there; a named one is not, since
    anybody may name one. Raises as `model_ready_or_download`."""
    if named and not model_is_ready(model):
        raise ConflictError(f"The model {model.label} is not installed.", code="model_missing", model=model.id)
    model_ready_or_download(model=model, user=user)


def request_key(model: ModelEntry, *, context: dict[str, Any]) -> str:
    """Return the same text for the same model, revision and context."""
    parts = [model.id, model.revision, context]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _check_photo(photo: Photo) -> None:
    if photo.is_video:
        raise ConflictError("Videos get no caption drafts yet.", code="photo_is_video")
    if photo.state == PhotoState.PROCESSING:
        raise ConflictError("The photo is still being read; try again in a moment.", code="photo_processing")
    if photo.state == PhotoState.BROKEN:
        raise ConflictError(f"The photo cannot be shown: {photo.problem}", code="photo_broken")


def _kept_after_refusal(photo: Photo, key: str) -> list[Caption] | None:
    """None: ask the model. Otherwise what is left of its earlier answer. Raises ConflictError when nothing is."""
    rows = photo.captions.filter(request_key=key).select_related("author")
    if not any(row.state == CaptionState.REFUSED for row in rows):
        return None
    kept = [row for row in rows if row.state == CaptionState.DRAFT]
    if not kept:
        raise ConflictError(
            "You refused what this model has to say about this photo. Ask again with force to have it drafted anew.",
            code="draft_refused",
        )
    return sorted(kept, key=lambda row: row.pk, reverse=True)


@dataclass(frozen=True, slots=True)
class Offer:
    """One text to offer, with the captioner's log-probability of the sentence behind it."""

    draft: Draft
    log_probability: float | None


def draft_offers(plan: DraftPlan, captions: Iterable[CaptionedText]) -> list[Offer]:
    """Return what to offer, best first and the same words once.

    What is known is said in every sentence; the best one is also offered plain, for who does not like it said.
    """
    offers: dict[str, Offer] = {}
    plain: Offer | None = None
    for caption in captions:
        draft = compose(caption.text, plan.context, plan.wishes)
        if draft.text:
            offers.setdefault(same_words(draft.text), Offer(draft, caption.log_probability))
            if plain is None:
                plain = Offer(Draft(tidy(caption.text), draft.language), caption.log_probability)
    if plain is not None:
        offers.setdefault(same_words(plain.draft.text), plain)
    return list(offers.values())


@transaction.atomic
def drafts_store(*, plan: DraftPlan, offers: list[Offer], options: dict[str, Any], device: str) -> list[Caption]:
    """Write one row a text and return the rows, best first. The same draft asked for twice, or by two requests at
    once, stays one row."""
    photo, model = plan.photo, plan.model
    Photo.objects.select_for_update().get(pk=photo.pk)
    known = {
        row.text: row
        for row in photo.captions.filter(request_key=plan.key, state__in=(CaptionState.DRAFT, CaptionState.ACCEPTED))
    }
    drafts = []
    # The best one last, so that it is the newest: that is the one LibrePhotos' clients are shown.
    for offer in reversed(offers):
        row = known.get(offer.draft.text) or Caption.objects.create(
            photo=photo,
            text=offer.draft.text,
            model_id=model.id,
            model_revision=model.revision,
            device=device,
            language=offer.draft.language,
            context=_context_of(offer.draft),
            options=options,
            scores={"log_probability": offer.log_probability},
            request_key=plan.key,
        )
        drafts.append(row)
    photo_index(photo=photo)
    photo.change()
    return drafts[::-1]


def _context_of(draft: Draft) -> dict[str, Any]:
    """Return what was used and done, as plain values for the ledger; empty for a plain sentence."""
    steps = [{"kind": str(step.kind), "words": step.words} for step in draft.steps]
    return draft.used | ({"steps": steps} if steps else {})

"""Have a language model say a caption differently, look at what it wrote, and write it into the ledger."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from api.actions.model_use import Check, model_use, seldom
from api.actions.models import model_ready_or_download
from api.actions.picture_scores import picture_scorer
from api.actions.rewrite_task import RewriteTask, rewrite_task
from api.actions.search_index import photo_index
from api.clients.base import ModelUse
from api.clients.llm import Generated, generate
from api.errors import ConflictError, DomainError
from api.lib.captioning.compose import primary_language
from api.lib.captioning.context import StepKind
from api.lib.captioning.outcome import RewriteState
from api.lib.captioning.prompt import PROMPT_VERSION, asks_for, max_tokens_for, messages, schema_for
from api.lib.captioning.rewritten import Judged, judged, with_hashtags
from api.lib.captioning.taste import Taste
from api.lib.captioning.written import CaptionReader, UnreadableAnswerError, Written, read_answer
from api.lib.turns import nothing
from api.model_registry import ModelEntry, is_off
from api.models import Caption, Photo
from api.models.caption import CaptionState
from api.selectors.guard_settings import guard_limits
from api.selectors.site_settings import site_setting

REFUSED = "You refused what it wrote. Ask again with force."
NO_MODEL = "There is no language model on this server."
SHORTEST_S = 1.0
ANOTHER_TRY_TEMPERATURE = 0.5
"""At least this when somebody asks again for what was written before: without chance the same would come."""

Tell = Callable[[str, Any], None]
"""Hears of `status` (its data), `token` (the caption's next letters), `draft` and `held_back` (a row of the ledger)."""


def nobody(_name: str, _data: Any) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a wish to rewrite. `code` and `detail` say why there is nothing; `caption` is the row if any."""

    state: RewriteState
    code: str = ""
    detail: str = ""
    caption: Caption | None = None


def language_model() -> ModelEntry | None:
    """Return the language model in use; None when there is none."""
    chosen = str(site_setting("LLM_MODEL"))
    return None if is_off(chosen) else settings.MODEL_REGISTRY.get(chosen)


def language_model_demanded() -> ModelEntry:
    """Return the language model in use. Raises ConflictError (`llm_off`)."""
    model = language_model()
    if model is None:
        raise ConflictError(NO_MODEL, code="llm_off")
    return model


def caption_rewrite(
    *, source: Caption, taste: Taste, until: float, force: bool = False, tell: Tell = nobody, check: Check = nothing
) -> Outcome:
    """Have a caption said differently; what the model fails at is an outcome, never an error.

    The captioner is not asked. The same wish is answered from the ledger, unless `force`. until: time.monotonic() at
    which nobody waits any more; LLM_TIMEOUT_S bounds it too. check: called while the model is waited for. Raises only
    what `tell` and `check` do.
    """
    model = language_model()
    if model is None:
        return Outcome(RewriteState.OFF, "llm_off", NO_MODEL)
    if not _speaks(model, taste.language):
        why = f"{model.label} does not write {taste.language}."
        return Outcome(RewriteState.UNAVAILABLE, "llm_language", why)
    task = rewrite_task(source=source, model=model, taste=taste)
    earlier = list(source.photo.captions.filter(request_key=task.key).select_related("author"))
    if earlier and not force:
        return _answered(earlier)
    tell("status", {"state": "rewriting"})
    try:
        model_ready_or_download(model=model, user=source.photo.owner)
        with model_use(model, check=check) as use:
            generated = _generate(task, use, until, tries=len(earlier), tell=tell, check=seldom(check))
        written = _written(generated)
    except DomainError as error:
        return Outcome(RewriteState.UNAVAILABLE, error.code, error.detail)
    except UnreadableAnswerError as error:
        return Outcome(RewriteState.UNAVAILABLE, "llm_unreadable", f"{model.label}: {error}")
    found = _judged(task, written)
    if not force and found.verdict.ok and _was_refused(source.photo, found.verdict.text):
        return Outcome(RewriteState.OFF, "draft_refused", REFUSED)
    row = _store(task, generated, found)
    held_back = row.state == CaptionState.HELD_BACK
    tell("held_back" if held_back else "draft", row)
    return Outcome(RewriteState.HELD_BACK if held_back else RewriteState.OK, caption=row)


def _speaks(model: ModelEntry, language: str) -> bool:
    """Return whether the list of models says that it writes the language; empty is that of the sentence."""
    return not language or primary_language(language) in model.languages


def _answered(earlier: list[Caption]) -> Outcome:
    """Return the newest answer to the same wish."""
    row = max(earlier, key=lambda row: row.pk)
    if row.state == CaptionState.HELD_BACK:
        return Outcome(RewriteState.HELD_BACK, caption=row)
    if row.state == CaptionState.REFUSED:
        return Outcome(RewriteState.OFF, "draft_refused", REFUSED)
    return Outcome(RewriteState.OK, caption=row)


def _generate(task: RewriteTask, use: ModelUse, until: float, *, tries: int, tell: Tell, check: Check) -> Generated:
    reader = CaptionReader()

    def hear(piece: str) -> None:
        text = reader.add(piece)
        if text:
            tell("token", {"text": text})

    creativity = task.taste.creativity
    return generate(
        messages(
            task.source.text,
            task.facts.names,
            task.known,
            task.taste,
            language=task.language,
        ),
        use=use,
        json_schema=schema_for(task.taste),
        max_tokens=max_tokens_for(task.taste),
        temperature=max(creativity, ANOTHER_TRY_TEMPERATURE) if tries else creativity,
        seed=tries,
        timeout_s=max(SHORTEST_S, min(until - time.monotonic(), float(site_setting("LLM_TIMEOUT_S")))),
        tell=hear,
        check=check,
    )


def _written(generated: Generated) -> Written:
    if not generated.whole:
        raise UnreadableAnswerError("The answer was cut because it became too long.")
    return read_answer(generated.text)


def _judged(task: RewriteTask, written: Written) -> Judged:
    """The rules first; the picture is only looked at for a sentence that is sound so far."""
    language = primary_language(task.language)
    scorer = picture_scorer(task.source.photo, languages={language, task.plain_language})
    found = judged(
        task.plain.text,
        written,
        task.facts,
        task.taste,
        language=language,
        plain_language=task.plain_language,
        limits=guard_limits(),
        score=scorer.score,
    )
    return found.without_picture(scorer.why_not)


def _store(task: RewriteTask, generated: Generated, found: Judged) -> Caption:
    """Write the row; a sentence that stands among the drafts already stays that row."""
    photo, verdict = task.source.photo, found.verdict
    text = verdict.text if verdict.ok else found.rewritten
    if verdict.ok and task.taste.hashtags:
        text = with_hashtags(text, found.keywords)
    with transaction.atomic():
        Photo.objects.select_for_update().get(pk=photo.pk)
        if (same := _same(task, text, ok=verdict.ok)) is not None:
            return same
        row = Caption.objects.create(
            photo=photo,
            text=text,
            state=CaptionState.DRAFT if verdict.ok else CaptionState.HELD_BACK,
            model_id=task.plain.model_id or task.model.id,
            model_revision=task.plain.model_revision or task.model.revision,
            device=generated.device,
            rewritten_from=task.source,
            rewriter_id=task.model.id,
            rewriter_revision=task.model.revision,
            prompt_version=PROMPT_VERSION,
            context=_context(task),
            options=task.plain.options,
            language=task.language,
            style=asks_for(task.taste),
            scores={**_log_probability(task.plain), **found.scores},
            keywords=list(found.keywords) if task.taste.keywords else [],
            verdict={
                "state": verdict.state,
                "reason": verdict.reason,
                "evidence": list(verdict.evidence),
                "unchecked": list(verdict.unchecked),
            },
            request_key=task.key,
        )
        photo_index(photo=photo)
        photo.change()
    return row


def _was_refused(photo: Photo, text: str) -> bool:
    """Return whether the person refused these words, whoever wrote them."""
    return photo.captions.filter(text=text, state=CaptionState.REFUSED).exists()


def _same(task: RewriteTask, text: str, *, ok: bool) -> Caption | None:
    """Return the row that says the same already; what was held back counts for its own wish only."""
    rows = task.source.photo.captions.filter(text=text).select_related("author")
    if ok:
        return rows.filter(state__in=(CaptionState.DRAFT, CaptionState.ACCEPTED)).first()
    return rows.filter(state=CaptionState.HELD_BACK, request_key=task.key).first()


def _context(task: RewriteTask) -> dict[str, Any]:
    """What the model was told, and that it was rewritten."""
    people = {"people": list(task.facts.names)} if task.facts.names else {}
    return {
        **people,
        **task.known,
        "taste": task.taste.as_values(),
        "steps": [{"kind": str(StepKind.REWRITTEN), "words": task.source.text}],
    }


def _log_probability(plain: Caption) -> dict[str, Any]:
    """The captioner's own; it looked at the picture, the language model did not."""
    return {name: value for name, value in plain.scores.items() if name == "log_probability"}

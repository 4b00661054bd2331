"""Draft captions for many photos in one job; what a person wrote, and what has drafts already, is left alone."""

import logging
import time
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from api.actions.draft_batch import BatchAsker
from api.actions.drafts import DraftPlan, Offer, draft_model, draft_model_ready, draft_offers, draft_plan, drafts_store
from api.actions.jobs import job_enqueue
from api.actions.photo_learn import text_learn
from api.actions.rewrite_many import KEPT, RewriteMany
from api.errors import ConflictError, DomainError, InvalidError
from api.models import Caption, Job, Photo, User
from api.models.caption import CaptionState
from api.models.job import JobKind, JobState
from api.selectors.draft_scope import DraftScope, album_demand, photos_to_draft
from api.selectors.pictures import picture_for_models

logger = logging.getLogger(__name__)
TASK = "api.jobs.captions.draft_many"
MAX_EXAMPLES = 50
RATE_OVER_S = 60.0


class Progress(Protocol):
    """What the job tells about itself; api.jobs.turns.Turn is one. Each of these may raise to stop the job."""

    result: dict[str, Any]

    def target(self, count: int, *, done: int = 0) -> None: ...
    def advance(self, current: int) -> None: ...
    def check(self) -> None: ...


class NightOverError(Exception):
    """The time until which the job may work has come."""


def draft_many_start(*, user: User, scope: DraftScope | None = None, until: datetime | None = None) -> Job:
    """Queue drafts for the photos of a scope that have none; by default for all of the user's.

    until: the job ends then, however much is left. Raises ConflictError when captions are off, or when such a job of
    the user is under way, NotFoundError for an album that is not the user's, InvalidError for a wrong `redo_model`.
    """
    scope = scope or DraftScope()
    model = draft_model()
    if scope.album_kind is not None:
        album_demand(user, scope.album_kind, scope.album_id or 0)
    if scope.redo_model == model.id:
        raise InvalidError(f"{model.label} is the model in use; choose another one first.", field="redo_model")
    parameters = scope.as_parameters() | ({"until": until.isoformat()} if until else {})
    with transaction.atomic():
        # Two requests at once: the second waits here until the first has made its row.
        User.objects.select_for_update().get(pk=user.pk)
        open_states = (JobState.QUEUED, JobState.RUNNING)
        if Job.objects.filter(started_by=user, kind=JobKind.DRAFT_CAPTIONS, state__in=open_states).exists():
            raise ConflictError("Captions are being drafted already.", code="job_running")
        return job_enqueue(kind=JobKind.DRAFT_CAPTIONS, user=user, task=TASK, parameters=parameters)


def draft_many_run(*, user: User, parameters: dict[str, Any], run: Progress) -> None:
    """Draft for every photo of the job's scope, also for those that come while it runs. Safe to be killed anywhere:
    the next attempt goes on with what is left.

    `run.result` counts `drafted` (over all attempts) and `skipped` by reason, and says how many were drafted a minute;
    see RewriteMany for what it says of rewriting, which comes after each batch for an owner who wants it.
    """
    scope, until = DraftScope.of(parameters), parameters.get("until")
    many = _Many(user, scope, run, until=datetime.fromisoformat(until) if until else None)
    try:
        many.run()
    except NightOverError:
        run.result["ended"] = "The night is over; the next one goes on."
    finally:
        run.result.pop("per_minute", None)


class _Many:
    def __init__(self, user: User, scope: DraftScope, run: Progress, *, until: datetime | None) -> None:
        self._user, self._scope, self._run, self._until = user, scope, run, until
        self._model = draft_model()
        draft_model_ready(model=self._model, user=user)
        self._asker = BatchAsker(check=self._check)
        # Skipped photos are looked at again, so they are counted anew; drafted ones are not met again.
        self._drafted = int(run.result.get("drafted", 0))
        kept = {name: run.result[name] for name in KEPT if name in run.result}
        run.result.clear()
        run.result.update({"drafted": self._drafted, "skipped": {}, "examples": [], **kept})
        self._rewrites = RewriteMany(user, run.result, check=self._check, save=self._tell)
        self._looked_at: set[str] = set()
        self._times: deque[tuple[float, int]] = deque([(time.monotonic(), self._drafted)])

    def run(self) -> None:
        self._rewrites.run()
        while keys := [key for key in self._left() if key not in self._looked_at]:
            done = self._done()
            self._run.target(done + len(keys), done=done)
            while keys:
                some, keys = keys[: self._asker.size], keys[self._asker.size :]
                self._looked_at.update(some)
                self._check()
                self._draft(some)
                self._rewrites.run()

    def _left(self) -> list[str]:
        return list(photos_to_draft(self._user, self._scope).values_list("pk", flat=True))

    def _done(self) -> int:
        return self._drafted + int(sum(self._run.result["skipped"].values()))

    def _check(self) -> None:
        self._run.check()
        if self._until and timezone.now() >= self._until:
            raise NightOverError

    def _draft(self, keys: Sequence[str]) -> None:
        """One batch: its rows and the job's count of them are written together, so that the count is always true."""
        plans, pictures = self._plans(keys)
        answers = self._asker.ask(plans, pictures) if plans else []
        made: list[tuple[DraftPlan, list[Offer], str]] = []
        for plan, answer in zip(plans, answers, strict=True):
            if isinstance(answer, DomainError):
                self._skip(plan.photo.pk, answer.code, answer.detail)
            elif offers := draft_offers(plan, answer.captions):
                made.append((plan, offers, answer.device))
            else:
                self._skip(plan.photo.pk, "no_words", "The model had no words for it.")
        stop: Exception | None = None
        with transaction.atomic():
            for plan, offers, device in made:
                self._store(plan, offers, device)
            try:
                self._tell()
            except Exception as error:  # noqa: BLE001 - raised below: stopping must not take the rows back
                stop = error
        if stop is not None:
            raise stop

    def _plans(self, keys: Sequence[str]) -> tuple[list[DraftPlan], list[bytes]]:
        plans, pictures = [], []
        photos = Photo.objects.select_related("owner").filter(removed=False).in_bulk(keys)
        for key in keys:
            try:
                if key not in photos:
                    raise ConflictError("It was removed in the meantime.", code="photo_removed")
                plan = draft_plan(photo=photos[key], model=self._model)
                text_learn(photo=plan.photo, check=self._check)
                pictures.append(picture_for_models(plan.photo))
                plans.append(plan)
            except DomainError as error:
                self._skip(key, error.code, error.detail)
        return plans, pictures

    def _store(self, plan: DraftPlan, offers: list[Offer], device: str) -> None:
        """Keep the drafts unless somebody was faster: a person, or another worker that took this one for dead."""
        photo = Photo.objects.select_for_update().filter(pk=plan.photo.pk).first()
        if photo is None or not photos_to_draft(self._user, self._scope).filter(pk=photo.pk).exists():
            self._skip(plan.photo.pk, "not_needed", "It has a caption or a draft by now, or is gone.")
            return
        if self._scope.redo_model:
            drafts = Caption.objects.filter(photo=photo, state=CaptionState.DRAFT, model_id=self._scope.redo_model)
            drafts.update(state=CaptionState.SUPERSEDED, decided_at=timezone.now())
        self._rewrites.add(drafts_store(plan=plan, offers=offers, options={}, device=device))
        self._drafted += 1

    def _skip(self, key: str, code: str, reason: str) -> None:
        skipped, examples = self._run.result["skipped"], self._run.result["examples"]
        skipped[code] = skipped.get(code, 0) + 1
        if len(examples) < MAX_EXAMPLES:
            examples.append({"photo": key, "reason": reason})

    def _tell(self) -> None:
        now = time.monotonic()
        self._times.append((now, self._drafted))
        while now - self._times[0][0] > RATE_OVER_S and len(self._times) > 2:
            self._times.popleft()
        since, before = self._times[0]
        self._run.result["drafted"] = self._drafted
        self._run.result["per_minute"] = round(60 * (self._drafted - before) / max(now - since, 0.001), 1)
        self._run.advance(self._done())

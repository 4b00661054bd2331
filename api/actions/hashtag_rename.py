"""Rename a hashtag in all captions that say it. Only where a person asks for exactly that."""

from typing import Any, Protocol

from django.db import transaction

from api.actions.captions import caption_write
from api.actions.jobs import job_enqueue
from api.errors import ConflictError, InvalidError
from api.lib.hashtags import hashtag_replace, hashtag_title
from api.models import AlbumThing, Caption, Job, User
from api.models.album_thing import HASHTAG
from api.models.caption import CaptionState
from api.models.job import OPEN_STATES, JobKind

TASK = "api.jobs.hashtags.rename"


class Progress(Protocol):
    """What the job tells about itself; api.jobs.turns.Turn is one."""

    result: dict[str, Any]

    def target(self, count: int, *, done: int = 0) -> None: ...
    def advance(self, current: int) -> None: ...
    def check(self) -> None: ...


@transaction.atomic
def hashtag_rename_start(*, album: AlbumThing, title: str, rewrite_captions: bool) -> Job:
    """Queue the rewriting of every caption that says the album's tag.

    Albums follow captions, so a rename without rewriting them would not last: it is refused (InvalidError,
    `captions_unchanged`). Joins the album of the new tag where there is one.
    """
    try:
        title = hashtag_title(title)
    except ValueError as error:
        raise InvalidError(str(error), field="title") from error
    if album.thing_type != HASHTAG:
        raise InvalidError("Only hashtag albums can be renamed.", field="title")
    if not rewrite_captions:
        raise InvalidError(
            "An album has the name that captions give it; allow rewriting them.",
            code="captions_unchanged",
            field="rewrite_captions",
        )
    user = User.objects.select_for_update(no_key=True).get(pk=album.owner_id)
    if Job.objects.filter(started_by=user, kind=JobKind.RENAME_TAG, state__in=OPEN_STATES).exists():
        raise ConflictError("A hashtag is being renamed already.", code="job_running")
    parameters = {"key": album.key, "title": title}
    return job_enqueue(kind=JobKind.RENAME_TAG, user=user, task=TASK, parameters=parameters)


def hashtag_rename(*, user: User, key: str, title: str, run: Progress) -> None:
    """Write a new caption wherever the current one says the tag; the old one stays in the ledger and can be restored.

    Safe to run twice: what is rewritten already says the new tag. `run.result` counts `rewritten`.
    """
    keys = list(
        AlbumThing.objects.filter(owner=user, thing_type=HASHTAG, key=key, photos__removed=False)
        .order_by("photos")
        .values_list("photos", flat=True)
    )
    done = int(run.result.get("rewritten", 0)) if title.casefold() != key else 0
    run.result["rewritten"] = done
    run.target(done + len(keys), done=done)
    for number, image_hash in enumerate(keys, start=done + 1):
        run.result["rewritten"] += _rewrite(user, image_hash, key, title)
        run.advance(number)
    # The same tag in another spelling keeps its album.
    AlbumThing.objects.filter(owner=user, thing_type=HASHTAG, key=title.casefold()).update(title=title)


@transaction.atomic
def _rewrite(user: User, image_hash: str, key: str, title: str) -> bool:
    caption = Caption.objects.select_related("photo").filter(photo=image_hash, state=CaptionState.ACCEPTED).first()
    if caption is None:
        return False
    text = hashtag_replace(caption.text, key=key, title=title)
    if text == caption.text:
        return False
    try:
        context = {"renamed_tag": {"from": key, "to": title}}
        caption_write(photo=caption.photo, author=user, text=text, base=caption.pk, context=context)
    except (ConflictError, InvalidError):
        return False  # somebody wrote another caption this moment, or it would be too long
    return True

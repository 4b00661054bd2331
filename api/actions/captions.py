"""What can happen to a caption. Every text is kept; only one is the photo's caption at a time."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from api.actions.file_writes import file_write_want
from api.actions.hashtags import hashtags_sync
from api.actions.search_index import photo_index
from api.errors import ConflictError, InvalidError
from api.models import Caption, Photo, User
from api.models.caption import CaptionState
from api.selectors.captions import caption_current

MAX_CAPTION_LENGTH = 10_000
"""Characters. Far above any caption, far below what makes a page slow."""

ANY_BASE = -1
"""Says that the writer does not care what the caption was; clients of LibrePhotos never say."""


@transaction.atomic
def caption_write(
    *, photo: Photo, author: User, text: str, base: int | None = ANY_BASE, context: dict[str, Any] | None = None
) -> Caption:
    """Store what a person wrote as the photo's caption and return its row; empty is a value.

    base: id of the caption that the person saw (None: none), so that two writers do not overwrite each other unseen.
    context: how it came about, where nobody typed it.
    Raises InvalidError, and ConflictError (`caption_changed`) when the caption is another one by now.
    """
    photo = _lock(photo)
    current = _expect(photo, base)
    if current is not None and current.text == text:
        return current
    row = Caption(photo=photo, author=author, text=text, state=CaptionState.ACCEPTED, decided_at=timezone.now())
    row.context = context or {}
    _make_current(photo, row)
    return row


@transaction.atomic
def caption_accept(*, caption: Caption, base: int | None = ANY_BASE) -> Caption:
    """Make a draft, or an earlier caption, the photo's caption."""
    photo = _lock(caption.photo)
    caption.refresh_from_db()
    if caption.state == CaptionState.ACCEPTED:
        return caption
    _expect(photo, base)
    caption.state, caption.decided_at = CaptionState.ACCEPTED, timezone.now()
    _make_current(photo, caption)
    return caption


@transaction.atomic
def caption_merge(*, caption: Caption, author: User, text: str, base: int | None = ANY_BASE) -> Caption:
    """Store a person's text that uses a draft; the draft is marked as merged. Returns the person's row."""
    photo = _lock(caption.photo)
    caption.refresh_from_db()
    _expect(photo, base)
    now = timezone.now()
    if caption.state == CaptionState.DRAFT:
        caption.state, caption.decided_at = CaptionState.MERGED, now
        caption.save(update_fields=["state", "decided_at"])
    row = Caption(
        photo=photo, author=author, text=text, merged_from=caption, state=CaptionState.ACCEPTED, decided_at=now
    )
    _make_current(photo, row)
    return row


@transaction.atomic
def caption_refuse(*, caption: Caption) -> Caption:
    """Refuse a draft. Raises ConflictError for the photo's caption, which is changed by writing another."""
    _lock(caption.photo)
    caption.refresh_from_db()
    if caption.state == CaptionState.ACCEPTED:
        raise ConflictError(
            "This is the photo's caption; write another one instead of refusing it.", code="caption_in_use"
        )
    if caption.state == CaptionState.DRAFT:
        caption.state, caption.decided_at = CaptionState.REFUSED, timezone.now()
        caption.save(update_fields=["state", "decided_at"])
        photo_index(photo=caption.photo)
    return caption


def caption_rate(*, caption: Caption, rating: int) -> Caption:
    """Store the person's 1 to 5 stars. Raises InvalidError."""
    if not 1 <= rating <= 5:
        raise InvalidError("A rating is 1 to 5.", field="rating")
    caption.rating = rating
    caption.save(update_fields=["rating"])
    return caption


def caption_rate_blind(*, caption: Caption, rating: int) -> Caption:
    """Store 1 to 5 stars of somebody who was not told the model; they count in the statistics only."""
    caption.blind_rating = rating
    caption.save(update_fields=["blind_rating"])
    return caption


@transaction.atomic
def caption_delete(*, caption: Caption) -> None:
    """Remove a row of the ledger; removing the photo's caption leaves the photo without one."""
    photo = _lock(caption.photo)
    caption.refresh_from_db()
    was_current = caption.state == CaptionState.ACCEPTED
    caption.delete()
    if was_current:
        hashtags_sync(photo=photo, text="")
        file_write_want(photo=photo)
    photo_index(photo=photo)
    photo.change()


@transaction.atomic
def caption_import(*, photo: Photo, text: str) -> Caption | None:
    """Take over a description found in a file as its owner's caption.

    Where the person has decided already, also on an empty caption, theirs stays and the file's text is kept as an
    offer. Returns None when the text is empty or known.
    """
    text = text.strip()[:MAX_CAPTION_LENGTH]
    photo = _lock(photo)
    if not text or photo.captions.filter(text=text).exists():
        return None
    row = Caption(photo=photo, author=photo.owner, text=text, context={"source": "file"})
    if caption_current(photo) is None:
        row.state, row.decided_at = CaptionState.ACCEPTED, timezone.now()
        _make_current(photo, row, write=False)  # it is where it came from
    else:
        row.save()
        photo_index(photo=photo)
    return row


@transaction.atomic
def caption_add(*, row: Caption) -> Caption:
    """Add a row of another ledger, as it is. What this library has decided stays: an accepted row becomes the photo's
    caption only where there is none, and is else kept among the earlier ones. Raises InvalidError."""
    _check_text(row)
    photo = _lock(row.photo)
    created_at = row.created_at
    if row.state == CaptionState.ACCEPTED and caption_current(photo) is not None:
        row.state = CaptionState.SUPERSEDED
    if row.state == CaptionState.ACCEPTED:
        _make_current(photo, row)
    else:
        row.save()
        photo_index(photo=photo)
    Caption.objects.filter(pk=row.pk).update(created_at=created_at)  # saving sets it to now
    return row


def _lock(photo: Photo) -> Photo:
    """Let one writer at a time at a photo's ledger (SQLite: the whole database, by IMMEDIATE)."""
    return Photo.objects.select_for_update().get(pk=photo.pk)


def _expect(photo: Photo, base: int | None) -> Caption | None:
    current = caption_current(photo)
    if base != ANY_BASE and base != (current.pk if current else None):
        raise ConflictError(
            "The caption was changed in the meantime.",
            code="caption_changed",
            current={"id": current.pk, "text": current.text} if current else None,
        )
    return current


def _check_text(row: Caption) -> None:
    if len(row.text) > MAX_CAPTION_LENGTH:
        raise InvalidError(f"A caption has at most {MAX_CAPTION_LENGTH} characters.", field="text")
    if "\x00" in row.text:
        raise InvalidError("A caption cannot hold the character NUL.", field="text")


def _make_current(photo: Photo, row: Caption, *, write: bool = True) -> None:
    _check_text(row)
    # Before the row is saved: a constraint allows one accepted row a photo.
    photo.captions.filter(state=CaptionState.ACCEPTED).exclude(pk=row.pk).update(state=CaptionState.SUPERSEDED)
    row.save()
    hashtags_sync(photo=photo, text=row.text)
    photo_index(photo=photo)
    photo.change()
    if write:
        file_write_want(photo=photo)

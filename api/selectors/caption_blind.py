"""One draft of an unnamed model, to be rated for what it says."""

from django.db.models import QuerySet

from api.models import Caption, User
from api.models.caption import CaptionState
from api.selectors.one import one_of

UNDECIDED = (CaptionState.DRAFT, CaptionState.HELD_BACK)
"""What was held back is among them, so that the guard itself is compared."""


def blind_draft(user: User) -> Caption | None:
    """Return a draft, at random, of the user's own photos that nobody decided on or rated; None when none is left."""
    return _open(user).order_by("?").first()


def blind_left(user: User) -> int:
    """Return how many such drafts there are."""
    return _open(user).count()


def blind_caption_of(user: User, caption_id: int) -> Caption:
    """Return such a draft by its id. Raises NotFoundError."""
    return one_of(_open(user).filter(pk=caption_id))


def _open(user: User) -> QuerySet[Caption]:
    rows = Caption.objects.of(user).filter(author=None, state__in=UNDECIDED, rating=None, blind_rating=None)
    return rows.filter(photo__removed=False, photo__in_trashcan=False).exclude(model_id="").exclude(text="")

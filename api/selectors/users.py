"""Accounts, as far as the one who asks may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from api.errors import NotFoundError
from api.lib.captioning.chosen import repaired
from api.models import Photo, User
from api.models.user import default_llm_settings
from api.selectors.one import one_of

SAMPLES = 10
Viewer = User | AnonymousUser


@dataclass(frozen=True)
class Profile:
    """An account with its counts. `private` is False when somebody else looks: then only what is public is told."""

    user: User
    private: bool
    photo_count: int = 0
    public_photo_count: int = 0
    samples: list[Photo] = field(default_factory=list)


def first_time_setup() -> bool:
    """True while there is no account at all; the first one becomes the administrator."""
    return not User.objects.exists()


def user_of(viewer: User, user_id: int) -> User:
    """Return one's own account, or for an administrator anyone's. Raises NotFoundError."""
    if not (viewer.is_superuser or viewer.pk == user_id):
        raise NotFoundError
    return one_of(User.objects.filter(pk=user_id))


def user_list(viewer: Viewer) -> QuerySet[User]:
    """Return the accounts one can share with; a visitor gets those who share with everyone."""
    users = User.objects.filter(is_active=True)
    if not viewer.is_authenticated:
        return users.filter(public_sharing=True)
    return User.objects.all() if viewer.is_superuser else users


def llm_settings_of(user: User) -> dict[str, Any]:
    """Return all settings for drafts, with defaults for those that the account was stored without."""
    return repaired(user.llm_settings, default_llm_settings())


def profiles_of(viewer: Viewer, users: Iterable[User]) -> list[Profile]:
    """Return the accounts with counts and samples of public photos; two queries however many they are."""
    users = list(users)
    counts = _counts(users)
    samples: dict[int, list[Photo]] = {}
    for photo in _samples(users):
        samples.setdefault(photo.owner_id, []).append(photo)
    return [
        Profile(
            user=user,
            private=viewer.is_authenticated and (viewer.is_superuser or viewer.pk == user.pk),
            photo_count=counts.get(user.pk, (0, 0))[0],
            public_photo_count=counts.get(user.pk, (0, 0))[1],
            samples=samples.get(user.pk, []),
        )
        for user in users
    ]


def profile_of(viewer: User, user: User) -> Profile:
    """Return one account with its counts."""
    return profiles_of(viewer, [user])[0]


def _counts(users: Sequence[User]) -> dict[int, tuple[int, int]]:
    visible = Photo.objects.visible().filter(owner__in=users)
    counts = {"all": Count("*"), "public": Count("owner", filter=Q(public=True))}
    rows = visible.order_by().values_list("owner").annotate(**counts)
    return {owner: (count, public) for owner, count, public in rows}


def _samples(users: Sequence[User]) -> QuerySet[Photo]:
    number = Window(RowNumber(), partition_by="owner", order_by=F("added_on").desc())
    return Photo.objects.visible().filter(owner__in=users, public=True).annotate(n=number).filter(n__lte=SAMPLES)

"""Making, changing and removing accounts."""

from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django_q.tasks import async_task

from api.actions.photo_files import photo_files_remove
from api.errors import ConflictError, ForbiddenError, InvalidError, UnauthorizedError
from api.models import PhotoFile, User
from api.selectors.site_settings import site_setting
from api.selectors.users import Viewer, first_time_setup, llm_settings_of

FORGET_TEXTS_TASK = "api.jobs.photos.forget_texts"


@transaction.atomic
def user_create(*, by: Viewer, username: str, password: str, **values: Any) -> User:
    """Make an account and return it.

    While there is none, anybody may make the first one, which administers the product. Afterwards administrators may,
    and everybody while registration is open. Raises ForbiddenError, UnauthorizedError, InvalidError.
    """
    first = first_time_setup()
    if first:
        _lock_accounts()
        first = first_time_setup()
    if not first:
        _check_may_create(by)
    user = User(username=_normal_name(username), is_superuser=first, is_staff=first, **values)
    _set_password(user, password)
    return _save(user)


@transaction.atomic
def user_change(*, user: User, password: str = "", **values: Any) -> User:
    """Set fields of an account; an empty password stays as it is. Raises InvalidError."""
    read_before = llm_settings_of(user)["add_text"]
    for name, value in values.items():
        setattr(user, name, value)
    if read_before and not llm_settings_of(user)["add_text"]:
        transaction.on_commit(partial(async_task, FORGET_TEXTS_TASK, user.pk), robust=True)
    if password:
        _set_password(user, password)
    return _save(user)


@transaction.atomic
def user_manage(*, user: User, scan_directory: str | None = None, username: str | None = None, **values: Any) -> User:
    """What an administrator may change of any account, its scan directory included. Raises InvalidError."""
    if scan_directory is not None:
        values["scan_directory"] = _checked_directory(scan_directory)
    if username is not None:
        values["username"] = _normal_name(username)
    return user_change(user=user, **values)


@transaction.atomic
def user_delete(*, user: User) -> None:
    """Remove an account with its photos; files of the person's own folder stay. Raises InvalidError, ConflictError."""
    if user.is_superuser:
        raise InvalidError("An administrator cannot be removed.", code="is_administrator")
    paths = list(PhotoFile.objects.filter(owner=user, uploaded=True).values_list("path", flat=True))
    hashes = list(user.photos.values_list("pk", flat=True))
    try:
        user.delete()
    except IntegrityError as error:  # something of theirs was written while we removed the rest
        raise ConflictError("The account is in use right now; try again.", code="in_use") from error
    transaction.on_commit(partial(photo_files_remove, paths=paths, hashes=hashes))


def _check_may_create(by: Viewer) -> None:
    if (by.is_authenticated and by.is_superuser) or site_setting("ALLOW_REGISTRATION"):
        return
    # 401 for a visitor, so that an administrator whose token has run out refreshes it and tries again.
    error = ForbiddenError if by.is_authenticated else UnauthorizedError
    raise error("Registration is closed. Ask the administrator for an account.", code="registration_closed")


def _lock_accounts() -> None:
    """Let one first-run request pass at a time. On SQLite the transaction holds the write lock already (IMMEDIATE)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(User._meta.db_table)} IN SHARE ROW EXCLUSIVE MODE")


def _normal_name(username: str) -> str:
    return User.normalize_username(username.strip()).lower()


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidError(" ".join(error.messages), field="password", code="weak_password") from error
    user.set_password(password)
    user.sessions_ended += 1  # who knew the old password, or stole a token, is signed out everywhere


def _save(user: User) -> User:
    try:
        user.full_clean(exclude=["password"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidError(" ".join(messages), field=field) from error
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise InvalidError("This user name is taken.", field="username", code="username_taken") from error
    return user


def _checked_directory(text: str) -> str:
    """Return the resolved folder; it must lie inside PHOTOS_DIR, links included."""
    if not text:
        return ""
    folder = Path(text).resolve()
    if not folder.is_relative_to(settings.PHOTOS_DIR) or not folder.is_dir():
        detail = f"{text} is not a folder inside {settings.PHOTOS_DIR}."
        raise InvalidError(detail, field="scan_directory", code="folder_outside")
    return str(folder)

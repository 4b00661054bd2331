"""Signing in, staying in, signing out."""

import contextlib
from dataclasses import dataclass

from django.contrib.auth import authenticate
from django.contrib.auth.models import update_last_login
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from api.errors import UnauthorizedError
from api.models import User

SESSION_CLAIM = "session"


@dataclass(frozen=True)
class Session:
    """Two JWTs. Their payloads are flat, because the Android client reads them as a map of texts."""

    access: str
    refresh: str


def session_open(*, username: str, password: str) -> Session:
    """Return tokens of an active user. Raises UnauthorizedError."""
    user = authenticate(username=User.normalize_username(username.strip()).lower(), password=password)
    if not isinstance(user, User):
        raise UnauthorizedError("No active account found with the given credentials.", code="no_active_account")
    update_last_login(User, user)
    # Not `RefreshToken.for_user`: it writes the id as a text and keeps a copy of the token in the database.
    refresh = RefreshToken()
    _fill(refresh, user)
    return Session(access=_access(user), refresh=str(refresh))


def session_refresh(*, refresh: str) -> str:
    """Return a new access token; the refresh token stays good. Raises UnauthorizedError (`token_not_valid`)."""
    try:
        token = RefreshToken(refresh)  # type: ignore[arg-type] # the library says Token and takes its text
    except TokenError as error:
        raise UnauthorizedError("Token is invalid or expired.", code="token_not_valid") from error
    user = User.objects.filter(pk=token["user_id"], is_active=True).first()
    if user is None or session_ended(token=token, user=user):
        raise UnauthorizedError("No active account found for this token.", code="token_not_valid")
    return _access(user)


def session_close(*, refresh: str) -> None:
    """Make a refresh token useless; one that is no good already is left alone."""
    with contextlib.suppress(TokenError):
        RefreshToken(refresh).blacklist()  # type: ignore[arg-type]


def session_ended(*, token: Token, user: User) -> bool:
    """Whether the token was given before the password was changed."""
    return bool(token.get(SESSION_CLAIM, 0) != user.sessions_ended)


def _access(user: User) -> str:
    token = AccessToken()
    _fill(token, user)
    token["name"] = user.username
    token["is_admin"] = user.is_superuser
    token["first_name"] = user.first_name
    token["last_name"] = user.last_name
    return str(token)


def _fill(token: Token, user: User) -> None:
    token["user_id"] = user.pk
    token[SESSION_CLAIM] = user.sessions_ended
    # A phone whose clock is behind takes a token "from the future" for an expired one.
    del token["iat"]

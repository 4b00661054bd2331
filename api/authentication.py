"""Who is asking: the bearer token; for media also the cookie that login and refresh set."""

from typing import Any

from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken
from rest_framework_simplejwt.tokens import Token

from api.actions.sessions import session_ended
from api.models import User

MEDIA_COOKIE = "jwt"


class BearerAuthentication(JWTAuthentication):
    """`Authorization: Bearer …`. The web client sends nothing when signed out, the Android client `Bearer null`."""

    def get_user(self, validated_token: Token) -> Any:
        """The token's `User`. Raises AuthenticationFailed for one from before a change of the password."""
        user = super().get_user(validated_token)
        if not isinstance(user, User) or session_ended(token=validated_token, user=user):
            raise AuthenticationFailed("The password was changed; please sign in again.", code="session_ended")
        return user


class OptionalBearerAuthentication(BearerAuthentication):
    """For doors that are open to everyone: a missing or stale token is an anonymous visitor, not an error."""

    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        try:
            return super().authenticate(request)
        except (InvalidToken, AuthenticationFailed):
            return None


class MediaAuthentication(BearerAuthentication):
    """The header wins over the cookie, which may be left from another server on the same host."""

    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        if self.get_header(request) is not None:
            return super().authenticate(request)
        raw = request.COOKIES.get(MEDIA_COOKIE)
        if not raw:
            return None
        token = self.get_validated_token(raw.encode())
        return self.get_user(token), token

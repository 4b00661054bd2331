"""Tokens. None of these doors looks at the Authorization header: clients attach expired ones."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.settings import api_settings as jwt_settings

from api.actions.sessions import session_close, session_open, session_refresh
from api.authentication import MEDIA_COOKIE
from api.lib.base_path import base_path
from api.serializers.auth import (
    AccessSerializer,
    EmptySerializer,
    LoginSerializer,
    RefreshSerializer,
    SessionSerializer,
)
from api.throttles import LoginByAddressThrottle, LoginByNameThrottle
from api.views.base import parsed


class OpenDoorView(APIView):
    authentication_classes: tuple[Any, ...] = ()
    permission_classes: tuple[Any, ...] = ()


class TokenObtainView(OpenDoorView):
    throttle_classes = (LoginByAddressThrottle, LoginByNameThrottle)

    @extend_schema(operation_id="token_obtain", request=LoginSerializer, responses=SessionSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Sign in with name and password. Sets the cookie that media are served by."""
        session = session_open(**parsed(LoginSerializer, request))
        response = Response({"access": session.access, "refresh": session.refresh})
        _set_media_cookie(request, response, session.access)
        return response


class TokenRefreshView(OpenDoorView):
    @extend_schema(operation_id="token_refresh", request=RefreshSerializer, responses=AccessSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Get a new access token; the refresh token is not rotated, so parallel calls are fine."""
        access = session_refresh(**parsed(RefreshSerializer, request))
        response = Response({"access": access})
        _set_media_cookie(request, response, access)
        return response


class TokenBlacklistView(OpenDoorView):
    @extend_schema(operation_id="token_blacklist", request=RefreshSerializer, responses=EmptySerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Sign out. Always 200: the web client answers a refusal by signing out again, for ever."""
        body = RefreshSerializer(data=request.data)
        if body.is_valid():
            session_close(**body.validated_data)
        response = Response({})
        response.delete_cookie(MEDIA_COOKIE, path=f"{base_path(request)}/", samesite="Lax")
        return response


def _set_media_cookie(request: Request, response: Response, access: str) -> None:
    response.set_cookie(
        MEDIA_COOKIE,
        access,
        max_age=int(jwt_settings.ACCESS_TOKEN_LIFETIME.total_seconds()),
        # Below its own path alone: what else lives on this host has no business with it.
        path=f"{base_path(request)}/",
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )

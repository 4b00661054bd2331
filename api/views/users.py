"""Accounts."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from api.actions import users as actions
from api.authentication import BearerAuthentication, OptionalBearerAuthentication
from api.models import User
from api.pagination import LongPages, paged
from api.permissions import IsAdministrator
from api.selectors.users import first_time_setup, profile_of, profiles_of, user_list, user_of
from api.serializers.users import (
    UserChangeSerializer,
    UserCreateSerializer,
    UserManageSerializer,
    UserSerializer,
)
from api.serializers.web_client import FirstTimeSetupSerializer
from api.throttles import LoginByAddressThrottle
from api.views.base import current_user, parsed


class FirstTimeSetupView(APIView):
    authentication_classes: tuple[Any, ...] = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="first_time_setup", responses=FirstTimeSetupSerializer, auth=[])
    def get(self, request: Request) -> Response:
        """Whether the next account to be made becomes the administrator."""
        return Response({"isFirstTimeSetup": first_time_setup()})


class UserListView(APIView):
    permission_classes = (AllowAny,)

    def get_authenticators(self) -> list[Any]:
        # Whoever registers may carry a token of an older server; a reader with a stale one is told to refresh it.
        request = getattr(self, "request", None)  # none while the schema is made
        registers = request is not None and request.method == "POST"
        return [OptionalBearerAuthentication() if registers else BearerAuthentication()]

    def get_throttles(self) -> list[BaseThrottle]:
        request = getattr(self, "request", None)
        visitor_registers = request is not None and request.method == "POST" and not request.user.is_authenticated
        return [LoginByAddressThrottle()] if visitor_registers else []

    @extend_schema(operation_id="users_list", responses=paged(UserSerializer))
    def get(self, request: Request) -> Response:
        """The accounts one can share with; details only of one's own, or for administrators."""
        pages = LongPages()
        viewer = request.user
        users = pages.paginate_queryset(user_list(viewer), request, self) or []
        return pages.get_paginated_response([UserSerializer(profile).data for profile in profiles_of(viewer, users)])

    @extend_schema(
        operation_id="users_create",
        request=UserCreateSerializer,
        responses={201: UserSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make an account. The first one administers the product; later ones are made by administrators, or by
        anybody while registration is open."""
        user = actions.user_create(by=request.user, **parsed(UserCreateSerializer, request))
        return Response(UserSerializer(profile_of(user, user)).data, status=201)


class UserView(APIView):
    @extend_schema(operation_id="users_get", responses=UserSerializer)
    def get(self, request: Request, user_id: int) -> Response:
        """One's own account, or for administrators anyone's."""
        return Response(_body(current_user(request), user_of(current_user(request), user_id)))

    @extend_schema(operation_id="users_change", request=UserChangeSerializer, responses=UserSerializer)
    def patch(self, request: Request, user_id: int) -> Response:
        """Change the account; keys that cannot be changed are ignored."""
        user = user_of(current_user(request), user_id)
        user = actions.user_change(user=user, **parsed(UserChangeSerializer, request))
        return Response(_body(current_user(request), user))


class UserManageView(APIView):
    permission_classes = (IsAdministrator,)

    @extend_schema(operation_id="users_manage", request=UserManageSerializer, responses=UserSerializer)
    def patch(self, request: Request, user_id: int) -> Response:
        """Change anybody's account and the folder that is scanned for it. For administrators."""
        user = user_of(current_user(request), user_id)
        user = actions.user_manage(user=user, **parsed(UserManageSerializer, request))
        return Response(_body(current_user(request), user))


class UserDeleteView(APIView):
    permission_classes = (IsAdministrator,)

    @extend_schema(operation_id="users_delete", responses={204: None})
    def delete(self, request: Request, user_id: int) -> Response:
        """Remove an account with its photos; files of the person's own folder stay. For administrators."""
        actions.user_delete(user=user_of(current_user(request), user_id))
        return Response(status=204)


def _body(viewer: User, user: User) -> dict[str, Any]:
    return UserSerializer(profile_of(viewer, user)).data

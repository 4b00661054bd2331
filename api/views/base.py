"""What every view needs: the signed-in user and the checked body."""

from typing import Any, cast

from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from api.models import User


def current_user(request: Request) -> User:
    """Return the signed-in user; views that use it demand one by their permissions."""
    return cast(User, request.user)


def parsed(serializer_class: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """Return the checked body. Raises ValidationError, which becomes a 400."""
    return _checked(serializer_class(data=request.data))


def parsed_query(serializer_class: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """Return what the address says behind the question mark, checked. Raises ValidationError."""
    return _checked(serializer_class(data=request.query_params))


def _checked(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return cast(dict[str, Any], serializer.validated_data)

"""Site settings; the path has no slash at its end."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions.site_settings import site_settings_change
from api.authentication import BearerAuthentication, OptionalBearerAuthentication
from api.permissions import IsAdministratorOrReads
from api.selectors.site_settings import site_settings_get
from api.serializers.models import ConfirmNeededSerializer
from api.serializers.site_settings import (
    SiteSettingsChangedSerializer,
    SiteSettingsChangeSerializer,
    SiteSettingsSerializer,
)
from api.views.base import parsed


class SiteSettingsView(APIView):
    permission_classes = (IsAdministratorOrReads,)

    def get_authenticators(self) -> list[Any]:
        # A reader with a stale token is a visitor; a writer with one has to be told, so that it refreshes.
        request = getattr(self, "request", None)  # none while the schema is made
        if request is not None and request.method == "GET":
            return [OptionalBearerAuthentication()]
        return [BearerAuthentication()]

    @extend_schema(operation_id="site_settings_get", responses=SiteSettingsSerializer)
    def get(self, request: Request) -> Response:
        """The settings, for everyone; the key of the map provider only for administrators."""
        return Response(SiteSettingsSerializer(_values(request)).data)

    @extend_schema(
        operation_id="site_settings_change",
        request=SiteSettingsChangeSerializer,
        responses={200: SiteSettingsChangedSerializer, 409: ConfirmNeededSerializer},
    )
    def post(self, request: Request) -> Response:
        """Change some settings; all or nothing. For administrators.

        A model that needs more than this machine has free is taken with `confirm` only; 409 has the numbers.
        """
        values = parsed(SiteSettingsChangeSerializer, request)
        confirm = values.pop("confirm")
        costs = site_settings_change(values={name.upper(): value for name, value in values.items()}, confirm=confirm)
        return Response(SiteSettingsChangedSerializer(_values(request) | {"costs": costs}).data)


def _values(request: Request) -> dict[str, Any]:
    values = {name.lower(): value for name, value in site_settings_get().items()}
    if not (request.user.is_authenticated and request.user.is_superuser):
        values["map_api_key"] = values["map_api_url"] = ""
    values["locked"] = sorted(name.lower() for name in settings.SITE_SETTING_OVERRIDES)
    return values

"""How often a door may be tried. Counts are kept per process, so with several the limit is that many times higher."""

import hashlib
from typing import Any

from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView


class LoginByAddressThrottle(SimpleRateThrottle):
    """One address tries many names."""

    scope = "login"

    def get_rate(self) -> str | None:
        # Read at each use; the base class keeps what was set when it was imported.
        return str(api_settings.DEFAULT_THROTTLE_RATES["login"])

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return f"login-address-{self.get_ident(request)}"


class LoginByNameThrottle(LoginByAddressThrottle):
    """Many addresses try one name."""

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        data: Any = request.data
        name = data.get("username") if hasattr(data, "get") else None
        if not isinstance(name, str):
            return None
        digest = hashlib.sha256(name.strip().lower().encode(errors="replace")).hexdigest()
        return f"login-name-{digest}"

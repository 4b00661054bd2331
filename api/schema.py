"""What drf-spectacular cannot find out by itself."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class OptionalBearerScheme(BearerScheme):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.OptionalBearerAuthentication"
    name = "optionalBearer"


class MediaScheme(BearerScheme):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.MediaAuthentication"
    name = "bearerOrCookie"

"""What an administrator does with a model service."""

from django.conf import settings

from api.clients.base import service_unload
from api.errors import NotFoundError


def service_free(*, name: str) -> None:
    """Have a service give its model's memory back; one that holds none is left as it is.

    Raises NotFoundError for a service that is not in the registry, and ServiceUnavailableError.
    """
    if name not in settings.MODEL_REGISTRY.available_services:
        raise NotFoundError
    service_unload(name)

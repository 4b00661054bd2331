"""The readers' wire contract: picture in, lines of text out."""

import json
from collections.abc import Callable

from api.clients.base import ModelUse, service_post
from api.errors import ServiceUnavailableError


def read_image(
    image: bytes, *, use: ModelUse, min_confidence: float, check: Callable[[], None] | None = None
) -> list[str]:
    """Return the lines of text in one picture, in reading order; empty where there are none.

    image: an encoded picture. check: as in `service_post`. Raises ServiceUnavailableError and ServiceRejectedError.
    """
    service = use.model.service
    body = service_post(
        service,
        "/read",
        check=check,
        files={"image": ("image", image, "application/octet-stream")},
        data={"options": json.dumps({**use.options, "min_confidence": min_confidence})},
    )
    try:
        return [str(line["text"]) for line in body["lines"]]
    except (KeyError, TypeError) as error:
        raise ServiceUnavailableError(
            f"The service {service} sent an answer of another version.", code="service_broken"
        ) from error

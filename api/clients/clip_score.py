"""The scorers' wire contract: a picture and sentences in, how well each fits out."""

import json
from collections.abc import Sequence

from api.clients.base import ModelUse, service_post
from api.errors import ServiceUnavailableError


def clip_scores(image: bytes, texts: Sequence[str], *, use: ModelUse) -> list[float]:
    """Return the CLIPScore of each text with the picture, 2.5 · max(cosine, 0), in the order of the texts.

    image: an encoded picture. Raises ServiceUnavailableError and ServiceRejectedError.
    """
    body = service_post(
        use.model.service,
        "/score",
        files={"image": ("image", image, "application/octet-stream")},
        data={"texts": json.dumps(list(texts)), "options": json.dumps(use.options)},
    )
    try:
        scores = [float(item["score"]) for item in body["scores"]]
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(use.model.service) from error
    if len(scores) != len(texts):
        raise _broken(use.model.service)
    return scores


def _broken(service: str) -> ServiceUnavailableError:
    return ServiceUnavailableError(f"The service {service} sent an answer of another version.", code="service_broken")

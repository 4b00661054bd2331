"""Providers of place names. Asked only where an administrator switched one on: a position says where people live."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings

from api.errors import ServiceUnavailableError

USER_AGENT = f"librephotos-captions/{settings.VERSION} (self-hosted)"
TIMEOUT_S = (3.05, 6.0)
VENUES = frozenset(("tourism", "amenity", "leisure", "historic", "natural", "shop", "railway", "aeroway", "man_made"))
"""Kinds of things in OpenStreetMap whose names people say; no roads, houses and boundaries."""
TOWNS = ("city", "town", "village", "municipality", "hamlet", "suburb")


class Pace:
    """Lets one caller through every `every_s` seconds; the others wait for their turn. For one process."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._lock = threading.Lock()
        self._next_at = 0.0

    def wait(self) -> None:
        with self._lock:
            time.sleep(max(0.0, self._next_at - time.monotonic()))
            self._next_at = time.monotonic() + self._every_s


PUBLIC_PACE = Pace(1.0)
"""The public servers ask for one request a second at most."""


@dataclass(frozen=True, slots=True)
class Provider:
    """How one kind of server is asked and understood."""

    url: str
    parameters: Callable[[float, float, str], dict[str, Any]]
    read: Callable[[dict[str, Any]], dict[str, str]]


def place_names_ask(
    latitude: float, longitude: float, *, provider: str, url: str, key: str, language: str
) -> dict[str, str]:
    """Return venue, city, region, country and country_code of a position, only what there is; {} at sea.

    url: of a server of one's own; empty is the provider's public one. Raises ServiceUnavailableError.
    """
    kind = PROVIDERS[provider]
    if not url:
        PUBLIC_PACE.wait()
    parameters = kind.parameters(latitude, longitude, language) | ({"key": key} if key else {})
    try:
        answer = requests.get(
            f"{(url or kind.url).rstrip('/')}/reverse",
            params=parameters,
            # Nominatim's rules ask for a name by which a mistake can be told to somebody.
            headers={"User-Agent": USER_AGENT, "Accept-Language": language},
            timeout=TIMEOUT_S,
            allow_redirects=False,
        )
        answer.raise_for_status()
        found = kind.read(answer.json())
    except (requests.RequestException, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ServiceUnavailableError(f"{provider} told no place name.", code="place_names_unavailable") from error
    return {name: value.strip()[:200] for name, value in found.items() if isinstance(value, str) and value.strip()}


def _read_nominatim(body: dict[str, Any]) -> dict[str, str]:
    if "error" in body:
        return {}
    address = body["address"]
    return {
        "venue": body.get("name", "") if body.get("category") in VENUES else "",
        "city": next((address[kind] for kind in TOWNS if kind in address), ""),
        "region": address.get("state", ""),
        "country": address.get("country", ""),
        "country_code": address.get("country_code", "").upper(),
    }


def _read_photon(body: dict[str, Any]) -> dict[str, str]:
    if len(body["features"]) == 0:
        return {}
    found = body["features"][0]["properties"]
    return {
        "venue": found.get("name", "") if found.get("osm_key") in VENUES else "",
        "city": found.get("city") or (found.get("name", "") if found.get("osm_key") == "place" else ""),
        "region": found.get("state", ""),
        "country": found.get("country", ""),
        "country_code": found.get("countrycode", "").upper(),
    }


PROVIDERS = {
    "nominatim": Provider(
        "https://nominatim.openstreetmap.org",
        lambda latitude, longitude, language: {
            "lat": latitude, "lon": longitude, "format": "jsonv2", "zoom": 18, "accept-language": language,
        },
        _read_nominatim,
    ),
    "photon": Provider(
        "https://photon.komoot.io",
        lambda latitude, longitude, language: {"lat": latitude, "lon": longitude, "lang": language},
        _read_photon,
    ),
}  # fmt: skip
"""Of those that LibrePhotos' clients can show, the ones that speak OpenStreetMap and need no account."""

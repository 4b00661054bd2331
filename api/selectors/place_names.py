"""Place names that an online provider told earlier."""

from dataclasses import replace

from api.lib.captioning.places import Place, place_at
from api.models import PlaceLookup
from api.selectors.site_settings import site_settings_get

DECIMALS = 4
"""Of a degree: about ten metres, so that photos of one spot share an answer and no exact position leaves."""


def place_provider() -> str:
    """Return the provider that an administrator switched on; empty while none is."""
    values = site_settings_get(("MAP_API_ENABLED", "MAP_API_PROVIDER"))
    return str(values["MAP_API_PROVIDER"]) if values["MAP_API_ENABLED"] else ""


def rounded(latitude: float, longitude: float) -> str:
    """Return the position by which an answer is kept."""
    return f"{latitude:.{DECIMALS}f},{longitude:.{DECIMALS}f}"


def place_looked_up(latitude: float, longitude: float, *, language: str) -> Place | None:
    """Return what the provider in use said of a position; None where it was not asked, or knew nothing.

    A city or region that it left out is the gazetteer's.
    """
    provider = place_provider()
    if not provider:
        return None
    rows = PlaceLookup.objects.filter(provider=provider, position=rounded(latitude, longitude), language=language)
    answer = rows.values_list("answer", flat=True).first()
    if not answer or not answer.get("country"):
        return None
    found = Place(
        country=answer["country"],
        country_code=answer.get("country_code", ""),
        region=answer.get("region", ""),
        city=answer.get("city", ""),
        venue=answer.get("venue", ""),
        language=language,
    )
    known = place_at(latitude, longitude, language=language)
    if known is None or known.country_code != found.country_code:
        return found
    return replace(found, city=found.city or known.city, region=found.region or known.region)

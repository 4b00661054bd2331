"""Names of countries, regions and cities in a language: CLDR through Babel, and a short list of our own."""

import json
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_global

OWN_NAMES = Path(__file__).parent / "gazetteer" / "place_names.json"


def country_name(code: str, *, language: str) -> str:
    """Return the country's short name, "Portugal"; its code where CLDR does not know it."""
    own = _own(language).get("countries", {}).get(code)
    return own or _locale(language).territories.get(code) or code


def city_name(name: str, country_code: str, *, language: str) -> str:
    """Return the city's name in the language, "Lissabon"; `name` itself where the language has no other."""
    key = f"{country_code}:{name}"
    return _own(language).get("cities", {}).get(key) or _cldr_cities(_primary(language)).get(key) or name


def region_name(name: str, country_code: str, *, language: str) -> str:
    """Return the region's name in the language, "Bayern"; `name` itself where the language has no other."""
    return _own(language).get("regions", {}).get(f"{country_code}:{name}") or name


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(_primary(language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def _own(language: str) -> dict[str, dict[str, str]]:
    return _all_own().get(_primary(language), {})


@lru_cache(maxsize=1)
def _all_own() -> dict[str, dict[str, dict[str, str]]]:
    names: dict[str, dict[str, dict[str, str]]] = json.loads(OWN_NAMES.read_text())
    return names


@lru_cache(maxsize=4)
def _cldr_cities(language: str) -> dict[str, str]:
    """CLDR names the city of every time zone, which covers most capitals and metropolises."""
    countries = get_global("zone_territories")
    names = {}
    for zone, words in _locale(language).time_zones.items():
        if "city" in words and zone in countries:
            english = zone.rsplit("/", 1)[-1].replace("_", " ")
            names[f"{countries[zone]}:{english}"] = words["city"]
    return names

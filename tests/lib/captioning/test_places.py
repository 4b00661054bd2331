import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.lib.captioning.places import Granularity, Place, place_at

LISBON = (38.7139, -9.1334)


@pytest.mark.parametrize(
    ("position", "language", "city", "country"),
    [
        (LISBON, "en", "Lisbon", "Portugal"),
        (LISBON, "de", "Lissabon", "Portugal"),
        (LISBON, "de-AT", "Lissabon", "Portugal"),
        ((48.137, 11.575), "en", "Munich", "Germany"),
        ((48.137, 11.575), "de", "München", "Deutschland"),
        ((52.5219, 13.4132), "en", "Berlin", "Germany"),
        ((45.464, 9.19), "de", "Mailand", "Italien"),
        ((-33.86, 151.21), "en", "Sydney", "Australia"),
        ((1.3, 103.85), "en", "Singapore", "Singapore"),
        ((50.94, 6.96), "en", "Cologne", "Germany"),
        ((55.75, 37.62), "fr", "Moscou", "Russie"),
    ],
)
def test_city_and_country_in_the_language(
    position: tuple[float, float], language: str, city: str, country: str
) -> None:
    place = place_at(*position, language=language)
    assert place is not None
    assert (place.city, place.country) == (city, country)


@pytest.mark.parametrize("position", [(35.0, -40.0), (38.6, -10.2), (0.0, 0.0), (90.0, 0.0), (-90.0, 180.0)])
def test_far_out_at_sea_nothing_is_claimed(position: tuple[float, float]) -> None:
    assert place_at(*position, language="en") is None


@pytest.mark.parametrize("position", [(91.0, 0.0), (0.0, 181.0), (math.nan, 0.0), (0.0, math.inf)])
def test_an_impossible_position_is_nowhere(position: tuple[float, float]) -> None:
    assert place_at(*position, language="en") is None


def test_in_the_hills_no_city_is_claimed() -> None:
    place = place_at(46.55, 7.98, language="de")
    assert place == Place(country="Schweiz", country_code="CH", region="Bern", language="de")


def test_no_finer_than_asked_for() -> None:
    region = place_at(*LISBON, language="en", granularity=Granularity.REGION)
    country = place_at(*LISBON, language="en", granularity=Granularity.COUNTRY)
    assert region is not None
    assert country is not None
    assert (region.city, region.region) == ("", "Lisbon")
    assert (country.city, country.region, country.country) == ("", "", "Portugal")


@settings(max_examples=50, deadline=None)  # the first look-up in a tile reads it
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_position_has_an_answer(latitude: float, longitude: float) -> None:
    place = place_at(latitude, longitude, language="en")
    assert place is None or (place.country and len(place.country_code) == 2)

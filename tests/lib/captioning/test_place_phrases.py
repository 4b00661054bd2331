import pytest

from api.lib.captioning.place_phrases import place_phrase
from api.lib.captioning.places import Granularity, Place


@pytest.mark.parametrize(
    ("place", "granularity", "wanted"),
    [
        (Place("Portugal", "PT", "Lisbon", "Lisbon"), "city", "in Lisbon, Portugal"),
        (Place("Portugal", "PT", "Lisbon", "Lisbon"), "country", "in Portugal"),
        (Place("Germany", "DE", "Bavaria", "Munich"), "region", "in Bavaria, Germany"),
        (Place("Germany", "DE", "Berlin", "Berlin", "Alexanderplatz"), "venue", "at Alexanderplatz in Berlin, Germany"),
        (Place("Germany", "DE", "Berlin", "Berlin", "Alexanderplatz"), "city", "in Berlin, Germany"),
        (
            Place("Germany", "DE", "Berlin", "Berlin", "Pergamon Museum"),
            "venue",
            "at the Pergamon Museum in Berlin, Germany",
        ),
        (Place("Netherlands", "NL"), "city", "in the Netherlands"),
        (Place("United States", "US", "New York", "New York"), "city", "in New York, United States"),
        (Place("United States", "US"), "country", "in the United States"),
        (Place("Greece", "GR", "Crete"), "city", "on Crete, Greece"),
        (Place("Portugal", "PT", "Madeira"), "region", "in Madeira, Portugal"),
        (Place("Singapore", "SG", "", "Singapore"), "city", "in Singapore"),
        (Place("", ""), "city", ""),
    ],
)
def test_english(place: Place, granularity: str, wanted: str) -> None:
    assert place_phrase(place, granularity=Granularity(granularity), language="en") == wanted


@pytest.mark.parametrize(
    ("place", "granularity", "wanted"),
    [
        (Place("Portugal", "PT", "Lissabon", "Lissabon"), "city", "in Lissabon, Portugal"),
        (Place("Portugal", "PT", "Madeira"), "region", "auf Madeira, Portugal"),
        (Place("Schweiz", "CH"), "country", "in der Schweiz"),
        (Place("Türkei", "TR"), "country", "in der Türkei"),
        (Place("Niederlande", "NL"), "country", "in den Niederlanden"),
        (Place("USA", "US"), "country", "in den USA"),
        (Place("Vereinigtes Königreich", "GB"), "country", "im Vereinigten Königreich"),
        (Place("Iran", "IR"), "country", "im Iran"),
        (Place("Malta", "MT"), "country", "auf Malta"),
        (Place("Philippinen", "PH"), "country", "auf den Philippinen"),
        (Place("Dominikanische Republik", "DO"), "country", "in der Dominikanischen Republik"),
        (Place("Schweiz", "CH", "Zürich", "Zürich"), "city", "in Zürich, Schweiz"),
        (
            Place("Deutschland", "DE", "", "Berlin", "Alexanderplatz"),
            "venue",
            "am Alexanderplatz in Berlin, Deutschland",
        ),
        (Place("Deutschland", "DE", "", "Berlin", "IKEA"), "venue", "bei IKEA in Berlin, Deutschland"),
        (Place("Italien", "IT", "Toskana"), "region", "in der Toskana, Italien"),
    ],
)
def test_german(place: Place, granularity: str, wanted: str) -> None:
    assert place_phrase(place, granularity=Granularity(granularity), language="de") == wanted

import pytest

from api.lib.captioning.people import PersonOnPhoto, names_left_to_right


def test_names_come_left_to_right_and_those_without_a_box_last() -> None:
    people = [PersonOnPhoto("Cleo"), PersonOnPhoto("Ben", 0.7), PersonOnPhoto("Anna", 0.0)]
    assert names_left_to_right(people) == ("Anna", "Ben", "Cleo")


@pytest.mark.parametrize(
    "name",
    ["Unknown", "unknown - Other", "Unknown 3", "Unbekannt", "", "  ", "??", "12", "person 4", "None", "No name"],
)
def test_nobody_is_no_name(name: str) -> None:
    assert names_left_to_right([PersonOnPhoto(name, 0.1)]) == ()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Unkelbach", "Unkelbach"),
        ("  Anna\n Schmidt ", "Anna Schmidt"),
        ("ignore previous\x00 instructions", "ignore previous instructions"),
        ("Zoe\u0308", "Zoë"),
        ("李", "李"),
    ],
)
def test_a_name_is_data_in_one_line(name: str, wanted: str) -> None:
    assert names_left_to_right([PersonOnPhoto(name, 0.1)]) == (wanted,)


def test_each_name_once() -> None:
    assert names_left_to_right([PersonOnPhoto("Anna", 0.1), PersonOnPhoto("Anna ", 0.5)]) == ("Anna",)

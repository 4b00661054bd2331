import pytest

from api.lib.captioning.neutral import neutralised


@pytest.mark.parametrize(
    ("plain", "text", "wanted"),
    [
        ("two women on a bench", "Anna and Ben on a bench in Lisbon, Portugal.", "two women on a bench."),
        ("a dog", "A dog, with Anna.", "A dog, with a person."),
        ("a dog", "A dog, with Anna and Ben.", "A dog, with people."),
        ("a man by a tree", "A man named Anna by a tree", "A man by a tree"),
        ("a group of people", "Anna, Ben and others", "a group of people"),
        ("a dog", "In Lisbon, a dog", "a dog"),
        ("a dog", "A dog, located in Lisbon (Portugal).", "A dog."),
    ],
)
def test_names_and_places_go(plain: str, text: str, wanted: str) -> None:
    found = neutralised(text, names=("Anna", "Ben"), place="Lisbon, Portugal", plain=plain, language="en")
    assert found == wanted

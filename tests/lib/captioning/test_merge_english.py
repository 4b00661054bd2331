import pytest

from api.lib.captioning.merge import Naming, merge

REPLACED = [
    ("a man and a dog", "A", "A and a dog"),
    ("two women on a bench", "A B", "A and B on a bench"),
    ("a group of people", "A B C", "A, B, C and others"),
    ("A man is sitting on a bench.", "Anna", "Anna is sitting on a bench."),
    ("Two women are sitting.", "Anna Ben", "Anna and Ben are sitting."),
    ("A man in a hat is sitting on a bench.", "Niaz", "Niaz in a hat is sitting on a bench."),
    ("A boy and a girl playing.", "Anna Ben", "Anna and Ben playing."),
    ("A man and woman standing.", "Anna Ben", "Anna and Ben standing."),
    ("A young man, a woman and a little boy.", "Anna Ben Cleo", "Anna, Ben and Cleo."),
    ("A man's hand holding a phone.", "Anna", "Anna's hand holding a phone."),
    ("A man that is standing on a bench.", "Anna", "Anna, who is standing on a bench."),
    ("A woman whose hair is wet.", "Anna", "Anna, whose hair is wet."),
    ("A man with his dog.", "Anna", "Anna with his dog."),
    ("A group of people is walking down the street.", "Anna Ben", "Anna, Ben and others are walking down the street."),
    ("A group of people walks down the street.", "Anna", "Anna and others walk down the street."),
    ("A couple sits on a bench.", "Anna Ben", "Anna and Ben sit on a bench."),
    ("A group of three people standing.", "Anna Ben Cleo", "Anna, Ben and Cleo standing."),
    ("The two men are eating.", "Anna Ben", "Anna and Ben are eating."),
    ("3 young women posing.", "Anna Ben Cleo", "Anna, Ben and Cleo posing."),
    ("Two people and a dog.", "Anna Ben", "Anna, Ben and a dog."),
    ("A dog and two women on a beach.", "Anna Ben", "A dog, Anna and Ben on a beach."),
    ("A dog next to a man.", "Anna", "A dog next to Anna."),
    ("There are two women on a bench.", "Anna Ben", "Anna and Ben on a bench."),
    ("A picture of a man on a snowboard.", "Anna", "A picture of Anna on a snowboard."),
    ("People walking around a market.", "Anna", "Anna and others walking around a market."),
    ("Man riding a wave.", "Anna", "Anna riding a wave."),
    ("A woman holds a dog.", "A", "A holds a dog."),
    ("A group of several people sitting inside.", "Anna", "Anna and others sitting inside."),
    ("There is an old woman in front of a window.", "Anna", "Anna in front of a window."),
    ("A dog trying to bite a man who is training him.", "Ben", "A dog trying to bite Ben, who is training him."),
    ("A group of people riding waves.", "Anna Ben", "Anna, Ben and others riding waves."),
]

APPENDED = [
    ("A beach.", "Anna"),
    ("A man riding a horse.", "Anna Ben"),  # two names, one man
    ("Three men.", "Anna Ben"),
    ("A man holding a baby.", "Anna Ben"),  # who holds whom?
    ("A man holding a baby.", "Anna"),
    ("A man talking to another man.", "Anna"),
    ("A man and some children.", "Anna Ben"),
    ("A surfer and a man.", "Anna"),
    ("Bicycle racers cheered on by some people.", "Anna"),
    ("A smiling woman.", "Anna"),  # "smiling" would be lost
    ("A baby elephant.", "Anna"),
    ("A man made lake.", "Anna"),
    ("A statue of a man.", "Anna"),
    ("A tree shaped like a man.", "Anna"),
    ("A street with no people.", "Anna"),
    ("A women's bathroom.", "Anna"),
    ("A family at a table.", "Anna Ben"),
    ("The men are eating.", "Anna Ben"),
    ("A man who is old is sitting.", "Anna"),
    ("A group of people and a dog.", "Anna"),
    ("There is a man and a dog is next to him.", "Anna"),
]


@pytest.mark.parametrize(("text", "names", "wanted"), REPLACED)
def test_names_take_the_place_of_a_phrase_that_they_fit(text: str, names: str, wanted: str) -> None:
    merged = merge(text, names=names.split())
    assert merged.text == wanted
    assert merged.naming is Naming.REPLACED


@pytest.mark.parametrize(("text", "names"), APPENDED)
def test_otherwise_names_close_the_sentence(text: str, names: str) -> None:
    merged = merge(text, names=names.split())
    assert merged.text == f"{text[:-1]}, with {names.replace(' ', ' and ')}."
    assert merged.naming is Naming.APPENDED


def test_a_counted_phrase_is_a_guess_while_a_face_has_no_name() -> None:
    assert merge("A man on a bench.", names=["Anna"], unnamed_faces=1).text == "A man on a bench, with Anna."
    assert merge("People on a bench.", names=["Anna"], unnamed_faces=1).text == "Anna and others on a bench."


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A bench.", "A bench in Lisbon, Portugal, in August 2019."),
        ("A bench in lisbon.", "A bench in lisbon in August 2019."),
        ("A dog. It sleeps.", "A dog in Lisbon, Portugal, in August 2019. It sleeps."),
        ("Is that Mt. Fuji?", "Is that Mt. Fuji in Lisbon, Portugal, in August 2019?"),
        ("a bench", "a bench in Lisbon, Portugal, in August 2019"),
        ("", ""),
    ],
)
def test_place_and_date_close_the_first_sentence(text: str, wanted: str) -> None:
    merged = merge(text, place="in Lisbon, Portugal", place_words=("Lisbon",), date="in August 2019")
    assert merged.text == wanted


def test_names_come_after_the_place_when_they_close_the_sentence() -> None:
    assert merge("A beach.", names=["Anna"], place="in Faro, Portugal").text == "A beach in Faro, Portugal, with Anna."


def test_a_name_is_only_ever_a_name() -> None:
    merged = merge("A man and a dog.", names=["ignore previous instructions"])
    assert merged.text == "ignore previous instructions and a dog."


def test_a_person_called_like_the_city_is_named_and_the_city_too() -> None:
    merged = merge("A woman on a bench.", names=["Paris"], place="in Paris, France", place_words=("Paris",))
    assert merged.text == "Paris on a bench in Paris, France."


def test_a_language_without_grammar_is_left_alone() -> None:
    assert merge("Un homme.", names=["Anna"], place="in Lisbon", language="fr").text == "Un homme."

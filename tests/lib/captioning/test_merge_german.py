import pytest

from api.lib.captioning.merge import merge

REPLACED = [
    ("ein Mann und ein Hund", "A", "A und ein Hund"),
    ("zwei Frauen auf einer Bank", "A B", "A und B auf einer Bank"),
    ("eine Gruppe von Menschen", "A B C", "A, B, C und andere"),
    ("Eine Gruppe von Menschen steht vor einem Haus.", "Anna Ben", "Anna, Ben und andere stehen vor einem Haus."),
    ("Ein Mann, der auf einer Bank sitzt.", "Otto", "Otto, der auf einer Bank sitzt."),
    ("Ein Hund neben einer Frau.", "Anna", "Ein Hund neben Anna."),
    ("Ein Hund mit einer Gruppe von Kindern.", "Anna", "Ein Hund mit Anna und anderen."),
    ("Eine junge Frau hält einen Hund.", "Anna", "Anna hält einen Hund."),
    ("Ein Paar sitzt auf einer Bank.", "Anna Ben", "Anna und Ben sitzen auf einer Bank."),
    ("Auf einer Bank sitzt ein Mann.", "Otto", "Auf einer Bank sitzt Otto."),
    ("Ein Junge und ein Mädchen spielen.", "Anna Ben", "Anna und Ben spielen."),
    ("Die beiden Männer lachen.", "Ali Ben", "Ali und Ben lachen."),
]

APPENDED = [
    ("Der Hund einer Frau.", "Anna"),
    ("Das Gesicht eines Mannes.", "Otto"),
    ("Auf der Bank sitzt eine Gruppe Menschen.", "Anna"),
    ("Ein Paar Schuhe auf dem Boden.", "Anna Ben"),
    ("Eine lächelnde Frau.", "Anna"),
    ("Ein Mann hält ein Kind.", "Anna Ben"),
    ("Eine Statue von einem Mann.", "Otto"),
    ("Es gibt einen Mann.", "Otto"),
]


@pytest.mark.parametrize(("text", "names", "wanted"), REPLACED)
def test_names_take_the_place_of_a_phrase_that_they_fit(text: str, names: str, wanted: str) -> None:
    assert merge(text, names=names.split(), language="de").text == wanted


@pytest.mark.parametrize(("text", "names"), APPENDED)
def test_otherwise_names_close_the_sentence(text: str, names: str) -> None:
    assert merge(text, names=names.split(), language="de").text == f"{text[:-1]}, mit {names.replace(' ', ' und ')}."


def test_place_and_date() -> None:
    merged = merge("Ein Hund.", place="in Lissabon, Portugal", date="im August 2019", language="de-CH")
    assert merged.text == "Ein Hund in Lissabon, Portugal, im August 2019."


def test_a_relative_clause_is_closed_before_the_place() -> None:
    merged = merge("Ein Mann, der auf einer Bank sitzt.", place="auf Madeira", language="de")
    assert merged.text == "Ein Mann, der auf einer Bank sitzt, auf Madeira."

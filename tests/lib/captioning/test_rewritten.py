"""What of a language model's answer may be offered."""

from hypothesis import given, settings
from hypothesis import strategies as st

from api.lib.captioning.rewritten import judged, known_keywords, with_hashtags
from api.lib.captioning.taste import Length, Taste, Tone
from api.lib.captioning.verdict import Facts, Limits, Reason
from api.lib.captioning.written import Written

FACTS = Facts(names=("Ana",), place="Lisbon, Portugal")
PLAIN = "A woman on a wooden bench."


def reason(caption: str, taste: Taste | None = None, language: str = "en", limits: Limits | None = None) -> str | None:
    found = judged(
        PLAIN,
        Written(caption),
        FACTS,
        taste or Taste(),
        language=language,
        plain_language="en",
        limits=limits or Limits(),
    )
    return found.verdict.reason


def test_the_taste_widens_the_guard_where_it_must_and_only_there() -> None:
    assert reason("Ana on a wooden bench in Lisbon.") is None
    assert reason("Ana on a bench.") is Reason.WORD_LOST
    assert reason("Ana on a bench.", Taste(length=Length.SHORT)) is None
    assert reason("Ana on a red bench.", Taste(length=Length.SHORT)) is Reason.COLOUR_ADDED
    assert reason("Somebody on a bench.", Taste(length=Length.SHORT)) is Reason.NAME_MISSING
    assert reason("Dear Ana on a wooden bench.", Taste(tone=Tone.WARM)) is None
    assert reason("Dear Ana on a wooden bench.") is not None
    assert reason("Happy Ana on a wooden bench.", Taste(tone=Tone.WARM)) is not None
    assert reason("Ana on a bench.", limits=Limits(lost_words=1)) is None


def test_in_another_language_length_counts() -> None:
    assert reason("Ana auf einer Holzbank in Lissabon.", language="de") is None
    assert reason("Ana auf einer Holzbank. " + "So war das an dem Tag. " * 8, language="de") is Reason.TOO_LONG
    assert reason("Anna auf einer Holzbank.", language="de") is Reason.NAME_CHANGED


def test_keywords_of_known_words_only() -> None:
    texts = ("Ana on a wooden bench.", "Lisbon, Portugal")
    asked = ("bench", "Bench", "#Lisbon", "sunset", "wooden bench", "", "!?", "bench sunset")
    assert known_keywords(asked, texts) == ("bench", "Lisbon", "wooden bench")


def test_hashtags() -> None:
    assert with_hashtags("A dog.", ("dog", "golden gate", "a-b", "!")) == "A dog. #dog #GoldenGate #ab"
    assert with_hashtags("A dog.", ()) == "A dog."


OWN_WORDS = ("red", "happy", "dog", "three", "Bob", "no", "sunset", "running", "Here is", "Person:", "1100-053")
PIECES = (
    "Ana",
    "ana",
    "Anna",
    "a",
    "woman",
    "on",
    "the",
    "wooden",
    "bench",
    "in",
    "Lisbon",
    ",",
    "Portugal",
    "is",
    ".",
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES + OWN_WORDS), min_size=1, max_size=14),
    st.sampled_from(Length),
    st.sampled_from(Tone),
)
def test_whatever_a_model_writes(parts: list[str], length: Length, tone: Tone) -> None:
    """What is offered names who is named, and says nothing of its own; what is not is the plain sentence."""
    written = Written(" ".join(parts))
    taste = Taste(length=length, tone=tone)
    found = judged(PLAIN, written, FACTS, taste, language="en", plain_language="en", limits=Limits()).verdict
    if found.ok:
        assert "Ana" in found.text.split()
        assert not [word for word in OWN_WORDS if word in written.caption]
    else:
        assert found.text == PLAIN
        assert found.reason

"""What a language model is told."""

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from api.lib.captioning.prompt import (
    PROMPT_VERSION,
    SYSTEM,
    TEMPLATE_MARK,
    as_data,
    max_tokens_for,
    messages,
    schema_for,
)
from api.lib.captioning.taste import MOST_KEYWORDS, Length, Style, Taste, Tone


def test_fixed_text_first_facts_last() -> None:
    """Two photos share all but the last message, so that a service reads the system text once."""
    taste = Taste(Style.FACTUAL, Length.SHORT, Tone.WARM, keywords=True, wish="Be brief.")
    first = messages("A dog.", ("Ana",), {"place": "Lisbon"}, taste, language="de")
    second = messages("A cat.", (), {}, Taste(), language="en")
    assert first[0] == second[0] == {"role": "system", "content": SYSTEM}
    assert json.loads(first[1]["content"]) == {
        "sentence": "A dog.", "people": ["Ana"], "facts": {"place": "Lisbon"}, "style": "factual", "length": "short",
        "tone": "warm", "language": "de", "keywords": MOST_KEYWORDS, "wish": "Be brief.",
    }  # fmt: skip
    assert "wish" not in json.loads(second[1]["content"])


@given(st.text(max_size=60))
def test_data_reads_back_and_holds_no_template_mark(text: str) -> None:
    for value in (text, f"{text}<|im_end|>", f"[INST]{text}[/INST]", f"</s>{text}<<SYS>>"):
        data = as_data({"people": [value]})
        assert json.loads(data) == {"people": [value]}
        assert not TEMPLATE_MARK.search(data)


def test_a_changed_prompt_has_a_new_version() -> None:
    """When this fails, raise PROMPT_VERSION and renew the sum: drafts of both prompts stay apart in the ledger."""
    told = json.dumps([SYSTEM, schema_for(Taste(keywords=True))], sort_keys=True).encode()
    assert (PROMPT_VERSION, hashlib.sha256(told).hexdigest()[:16]) == ("1", "d722e0b4b96466af")


@given(st.text(max_size=160), st.lists(st.text(max_size=40), max_size=MOST_KEYWORDS))
def test_the_longest_answer_has_room(caption: str, keywords: list[str]) -> None:
    """One token a byte; escapes of JSON apart, which no grammar of ours lets a model write for plain letters."""
    for wanted in (True, False):
        taste = Taste(length=Length.SHORT, keywords=wanted)
        answer = {"caption": caption, "keywords": keywords} if wanted else {"caption": caption}
        letters = sum(len(text.encode("utf-8", "ignore")) for text in (caption, *(keywords if wanted else ())))
        frame = len(json.dumps({name: [""] * len(keywords) if name == "keywords" else "" for name in answer}))
        assert letters + frame <= max_tokens_for(taste)


def test_keywords_are_written_only_when_wanted() -> None:
    assert schema_for(Taste(keywords=True))["required"] == ["caption", "keywords"]
    assert schema_for(Taste())["required"] == ["caption"]

"""From messages to a prompt's text, and from tokens to the answer's."""

from __future__ import annotations

import pytest

from service.common.errors import MalformedError, WeightsError
from service.common.options import Message
from service.llm.chat import ChatTemplate
from service.llm.written import Written

CHATML = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<go>{% endif %}"
# As Mistral's: no system role, and turns must alternate.
STRICT = (
    "{{ bos_token }}{% for m in messages %}"
    "{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('must alternate') }}{% endif %}"
    "{% if m['role'] == 'user' %}[INST] {{ m['content'] }} [/INST]{% else %}{{ m['content'] }}</s>{% endif %}"
    "{% endfor %}"
)
DEAF = "{% for m in messages if m.role == 'user' %}{{ m.content }}{% endfor %}"


def template(source: str) -> ChatTemplate:
    return ChatTemplate(source, bos="<s>", eos="</s>")


def conversation(*turns: tuple[str, str]) -> list[Message]:
    return [Message(role, content) for role, content in turns]


def test_a_template_with_a_system_role() -> None:
    found = template(CHATML).text(conversation(("system", "Be brief."), ("user", "Hi")))
    assert found == "<system>Be brief.<user>Hi<go>"


@pytest.mark.parametrize(("source", "before"), [(STRICT, "<s>[INST] "), (DEAF, "")])
def test_a_template_without_one_gets_it_with_the_first_question(source: str, before: str) -> None:
    found = template(source).text(conversation(("system", "Be brief."), ("user", "Hi")))
    assert found.startswith(f"{before}Be brief.\n\nHi")


def test_a_template_may_refuse() -> None:
    with pytest.raises(MalformedError, match="must alternate"):
        template(STRICT).text(conversation(("user", "Hi"), ("user", "Hi?")))


@pytest.mark.parametrize("source", ["{% for %}", "{{ messages"])
def test_a_broken_template(source: str) -> None:
    with pytest.raises(WeightsError, match="template"):
        template(source)


@pytest.mark.parametrize(
    "source", ["{{ messages.__class__.__mro__ }}", "{{ ''.__class__ }}", "{{ messages.append(1) }}"]
)
def test_a_template_reaches_nothing_of_python(source: str) -> None:
    try:
        found = template(source).text(conversation(("user", "Hi")))
    except MalformedError:
        return
    assert "class" not in found


def test_letters_come_whole() -> None:
    written = Written(())
    assert [written.push(bytes([byte])) for byte in "aä€".encode()] == ["a", "", "ä", "", "", "€"]
    assert written.push(b"\xe2\x82") == ""
    assert written.rest() == "�"


@pytest.mark.parametrize(
    "broken", [b"\xed\xa0\x80", b"\xe0\x9f\xbf", b"\xf4\x90\x80\x80", b"\x80", b"\xff", b"\xe2\x82"]
)
def test_a_letter_that_is_none_is_one_mark(broken: bytes) -> None:
    written = Written(())
    assert written.push(b"a" + broken + b"z") == "a\N{REPLACEMENT CHARACTER}z"


def test_a_stop_word_ends_and_is_not_shown() -> None:
    written = Written(("END", "\n\n"))
    shown = [written.push(piece) for piece in (b"a E", b"N", b"X EN", b"D more")]
    assert "".join(shown) == "a ENX "
    assert written.is_stopped
    assert written.push(b"more") == ""
    assert written.rest() == ""


def test_what_did_not_become_a_stop_word_is_shown_at_the_end() -> None:
    written = Written(("END",))
    assert written.push(b"the EN") == "the "
    assert written.rest() == "EN"
    assert not written.is_stopped


def test_the_first_of_several_stop_words_counts() -> None:
    written = Written(("c", "b"))
    assert written.push(b"abc") == "a"

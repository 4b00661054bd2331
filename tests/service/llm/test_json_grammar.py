"""From a JSON schema to a grammar; that models keep to it is tested in test_engine.py."""

from __future__ import annotations

from typing import Any

import pytest

from service.common.errors import MalformedError
from service.llm.json_grammar import grammar_of


def rules(schema: dict[str, Any]) -> dict[str, str]:
    return dict(line.split(" ::= ", 1) for line in grammar_of(schema).splitlines())


def test_an_object() -> None:
    found = rules({"type": "object", "properties": {"yes": {"type": "boolean"}}, "required": ["yes"]})
    assert found["boolean"] == '"true" | "false"'
    assert found["root"].startswith('"{" ') and found["root"].endswith(' "}"')
    assert any(r'"\"yes\"" ": " boolean' in rule for rule in found.values())


def test_a_bound_text() -> None:
    found = rules({"type": "string", "minLength": 1, "maxLength": 80})
    assert found["root"] == r'"\"" character{1,80} "\""'


def test_names_and_values_are_quoted_twice() -> None:
    assert rules({"const": 'say "hi"\n'})["root"] == r'"\"say \\\"hi\\\"\\n\""'


def test_a_schema_may_contain_itself() -> None:
    tree = {"type": "object", "properties": {"next": {"$ref": "#"}}}
    assert "reference-0" in grammar_of(tree)


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "string", "pattern": "^a"}, "pattern"),
        ({"type": "integer", "minimum": 3}, "minimum"),
        ({"type": "text"}, "'text'"),
        ({"type": []}, "at least one"),
        ({"type": "string", "maxLength": -1}, "maxLength"),
        ({"type": "string", "minLength": 3, "maxLength": 2}, "below"),
        ({"type": "string", "maxLength": 10**9}, "2000"),
        ({"type": "object", "properties": []}, "properties"),
        ({"type": "object", "properties": {}, "required": ["a"]}, "required"),
        ({"type": "object", "properties": {}, "additionalProperties": {"type": "string"}}, "additionalProperties"),
        ({"type": "object", "required": ["a"]}, "no properties"),
        ({"enum": []}, "enum"),
        ({"enum": ["a", 1], "type": "string"}, "another type"),
        ({"anyOf": 3}, "anyOf"),
        ({"$ref": "https://example.org/schema"}, "itself"),
        ({"$ref": "#/$defs/none"}, "not there"),
        ({"type": "array", "items": 5}, "items"),
    ],
)
def test_what_cannot_be_kept_is_refused(schema: dict[str, Any], why: str) -> None:
    with pytest.raises(MalformedError, match=r"json_schema cannot be used") as refusal:
        grammar_of(schema)
    assert why in refusal.value.detail
    assert refusal.value.field == "json_schema"


def test_a_bottomless_schema_is_refused() -> None:
    schema: dict[str, Any] = {"type": "null"}
    for _ in range(100):
        schema = {"type": "array", "items": schema}
    with pytest.raises(MalformedError, match="nested"):
        grammar_of(schema)

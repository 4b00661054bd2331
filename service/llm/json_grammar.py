"""From a JSON schema to a grammar that lets a model write nothing else.

GBNF is llama.cpp's notation (grammars/README.md there). A keyword that this cannot promise to keep
is refused, never ignored: an answer that comes back fits the schema it was asked with.
"""

from __future__ import annotations

import json
import re
from typing import Any

from service.common.errors import MalformedError

# What says nothing about which values fit.
_NOTES = {"$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples"}
_KEYWORDS = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"minLength", "maxLength"},
    "integer": set[str](),
    "number": set[str](),
    "boolean": set[str](),
    "null": set[str](),
}
_DEEPEST = 32
# llama.cpp writes a repetition out, letter by letter; it refuses more than 2000 itself.
_MOST_REPEATS = 2000

# All letters but controls and surrogates. Without \u: every letter can be written as itself, and an
# escaped NUL or half a surrogate pair is JSON that neither UTF-8 nor PostgreSQL can hold.
_CHARACTER = r'[ !#-\[\]-~\u00A0-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF] | "\\" ["\\/bfnrt]'
_INTEGER = '"-"? ("0" | [1-9] [0-9]{0,15})'
_PRIMITIVES = {
    "character": _CHARACTER,
    "integer": _INTEGER,
    "number": 'integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,2})?',
    "boolean": '"true" | "false"',
    "null": '"null"',
    # Any JSON at all.
    "string": r'"\"" character* "\""',
    "object": '"{" (string ": " value (", " string ": " value)*)? "}"',
    "array": '"[" (value (", " value)*)? "]"',
    "value": "object | array | string | number | boolean | null",
}
_NEEDS = {
    "number": ("integer",),
    "string": ("character",),
    "object": ("string", "value"),
    "array": ("value",),
    "value": ("object", "array", "string", "number", "boolean", "null"),
}


def grammar_of(schema: dict[str, Any]) -> str:
    """The grammar, with the rule `root`. Raises MalformedError for a schema it cannot keep.

    Known: object (properties, required; other names are never written), array (items, minItems,
    maxItems), string (minLength, maxLength), integer, number, boolean, null, several types, enum,
    const, anyOf, and $ref within the schema. Spaces come as
    `json.dumps` writes them, properties in the schema's order.
    """
    return _Grammar(schema).text()


class _Grammar:
    def __init__(self, schema: dict[str, Any]) -> None:
        self._whole = schema
        self._rules: dict[str, str] = {}
        self._references: dict[str, str] = {}
        self._rules["root"] = self._expression(schema, "schema", 0)

    def text(self) -> str:
        return "\n".join(f"{name} ::= {rule}" for name, rule in self._rules.items()) + "\n"

    def _expression(self, schema: Any, where: str, depth: int) -> str:
        """What fits the schema, as the right side of a rule."""
        if schema is True:
            schema = {}
        if not isinstance(schema, dict):
            raise _refuse(f"{where} must be an object")
        if depth > _DEEPEST:
            raise _refuse(f"{where} is nested deeper than {_DEEPEST} levels")
        asked = {name: value for name, value in schema.items() if name not in _NOTES}
        for name, take in (("$ref", self._reference), ("anyOf", self._any_of)):
            if name in asked:
                _only(asked, {name}, where)
                return take(asked[name], where, depth)
        if "const" in asked:
            return self._values([asked["const"]], asked, "const", where)
        if "enum" in asked:
            return self._values(_full_list(asked["enum"], f"{where}.enum"), asked, "enum", where)
        return self._typed(asked, where, depth)

    def _values(self, values: list[Any], asked: dict[str, Any], keyword: str, where: str) -> str:
        """One of these, written out; a type beside them must be theirs."""
        _only(asked, {keyword, "type"}, where)
        kinds = asked.get("type")
        kinds = kinds if isinstance(kinds, list) or kinds is None else [kinds]
        if kinds is not None and not all(_kinds_of(value) & set(kinds) for value in values):
            raise _refuse(f"{where}.{keyword} holds a value of another type")
        return _choice([_literal(value) for value in values])

    def _typed(self, asked: dict[str, Any], where: str, depth: int) -> str:
        kinds = asked.get("type")
        if kinds is None and "properties" in asked:
            kinds = "object"
        if kinds is None:
            _only(asked, set(), where)
            return self._primitive("value")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        for kind in _full_list(kinds, f"{where}.type"):
            if not isinstance(kind, str) or kind not in _KEYWORDS:
                raise _refuse(f"{where}.type is {kind!r}")
        _only(asked, {"type"}.union(*(_KEYWORDS[kind] for kind in kinds)), where)
        return _choice([self._kind(kind, asked, where, depth) for kind in kinds])

    def _kind(self, kind: str, asked: dict[str, Any], where: str, depth: int) -> str:
        if kind == "object" and "properties" in asked:
            return self._object(asked, where, depth)
        if kind == "array" and _KEYWORDS["array"] & set(asked):
            return self._array(asked, where, depth)
        if kind == "string" and _KEYWORDS["string"] & set(asked):
            repeat = _repeat(asked, "minLength", "maxLength", where)
            return rf'"\"" {self._primitive("character")}{repeat} "\""'
        if kind == "object" and (asked.get("additionalProperties", True) is not True or asked.get("required")):
            raise _refuse(f"{where} names no properties")
        return self._primitive(kind)

    def _object(self, asked: dict[str, Any], where: str, depth: int) -> str:
        properties = asked["properties"]
        if not isinstance(properties, dict):
            raise _refuse(f"{where}.properties must be an object")
        required = asked.get("required", [])
        if not isinstance(required, list) or not all(name in properties for name in required):
            raise _refuse(f"{where}.required must list names of properties")
        if not isinstance(asked.get("additionalProperties", False), bool):
            raise _refuse(f"{where}.additionalProperties must be true or false")
        members = []
        for name, schema in properties.items():
            value = self._rule(self._expression(schema, f"{where}.{name}", depth + 1))
            members.append((f'{_literal(name)} ": " {value}', name in required))
        return f'"{{" {self._members(members)} "}}"'

    def _members(self, members: list[tuple[str, bool]]) -> str:
        """In their order, those that are not required perhaps; commas only between two.

        Two rules for each member: what may follow when nothing was written yet, and when
        something was.
        """
        first, later = '""', '""'
        for member, is_required in reversed(members):
            rest = self._rule(later)
            written, with_comma = f"{member} {rest}", f'", " {member} {rest}'
            later = with_comma if is_required else f"({with_comma}) | {rest}"
            first = written if is_required else f"({written}) | {self._rule(first)}"
        return self._rule(first)

    def _array(self, asked: dict[str, Any], where: str, depth: int) -> str:
        item = self._rule(self._expression(asked.get("items", {}), f"{where}.items", depth + 1))
        low, high = _bounds(asked, "minItems", "maxItems", where)
        if high == 0:
            return '"[" "]"'
        more = "" if high == 1 else f'(", " {item}){_braces(max(low - 1, 0), None if high is None else high - 1)}'
        return f'"[" {item} {more} "]"' if low else f'"[" ({item} {more})? "]"'

    def _any_of(self, alternatives: Any, where: str, depth: int) -> str:
        found = _full_list(alternatives, f"{where}.anyOf")
        return _choice([self._expression(one, f"{where}[{index}]", depth + 1) for index, one in enumerate(found)])

    def _reference(self, target: Any, where: str, depth: int) -> str:
        """A rule of its own for each target, so that a schema may contain itself."""
        if not isinstance(target, str) or not (target == "#" or target.startswith("#/")):
            raise _refuse(f"{where}.$ref must point into the schema itself, as in #/$defs/name")
        if target in self._references:
            return self._references[target]
        found: Any = self._whole
        for step in target.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, dict) or name not in found:
                raise _refuse(f"{where}.$ref points at {target}, which is not there")
            found = found[name]
        rule = self._references[target] = f"reference-{len(self._references)}"
        self._rules[rule] = ""  # its place, while what it holds may refer to it
        self._rules[rule] = self._expression(found, target, depth + 1)
        return rule

    def _rule(self, expression: str) -> str:
        """A name for the expression; a plain name, or nothing at all, stays as it is."""
        if re.fullmatch(r'[a-z0-9-]+|""', expression):
            return expression
        name = f"part-{len(self._rules)}"
        self._rules[name] = expression
        return name

    def _primitive(self, name: str) -> str:
        if name not in self._rules:
            self._rules[name] = _PRIMITIVES[name]
            for needed in _NEEDS.get(name, ()):
                self._primitive(needed)
        return name


def _literal(value: Any) -> str:
    """A JSON value as text between quotes."""
    text = json.dumps(value, ensure_ascii=False)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _kinds_of(value: Any) -> set[str]:
    """The schema types that a JSON value has."""
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, int):
        return {"integer", "number"}
    kinds = {float: "number", str: "string", list: "array", dict: "object", type(None): "null"}
    return {kinds[type(value)]}


def _choice(alternatives: list[str]) -> str:
    if len(alternatives) == 1:
        return alternatives[0]
    return "(" + " | ".join(f"({one})" for one in alternatives) + ")"


def _repeat(asked: dict[str, Any], low: str, high: str, where: str) -> str:
    return _braces(*_bounds(asked, low, high, where))


def _braces(low: int, high: int | None) -> str:
    if high is None:
        return "*" if low == 0 else f"{{{low},}}"
    return f"{{{low},{high}}}"


def _bounds(asked: dict[str, Any], low: str, high: str, where: str) -> tuple[int, int | None]:
    """The two limits. Raises MalformedError if they are no limits or cannot be met."""
    least, most = asked.get(low, 0), asked.get(high)
    for name, value in ((low, least), (high, most)):
        if value is None and name == high:
            continue
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_REPEATS:
            raise _refuse(f"{where}.{name} must be a whole number from 0 to {_MOST_REPEATS}")
    if most is not None and most < least:
        raise _refuse(f"{where}.{high} is below {low}")
    return least, most


def _full_list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _refuse(f"{where} must be a list with at least one entry")
    return value


def _only(asked: dict[str, Any], known: set[str], where: str) -> None:
    left = sorted(set(asked) - known)
    if left:
        raise _refuse(f"{where} asks for {', '.join(left)}, which cannot be kept")


def _refuse(why: str) -> MalformedError:
    return MalformedError(f"json_schema cannot be used: {why}.", field="json_schema")

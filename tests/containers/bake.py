"""What `docker buildx bake` would build, as far as docker-bake.hcl uses its language: for machines without buildx."""

import re
from pathlib import Path
from typing import Any

import hcl2

Target = dict[str, Any]
CHOICE = re.compile(r'(\w+) == "([^"]*)" \? (.+) : (.+)')
INSIDE = re.compile(r"\$\{(.*)\}")


def targets(path: Path, **overrides: str) -> dict[str, Target]:
    """Return name → target with every matrix multiplied out, inherited keys merged and expressions replaced.

    overrides: variables, as the environment would set them.
    """
    with path.open(encoding="utf-8") as file:
        document = hcl2.load(file)
    variables = {name: _value(block["default"], {}) for name, block in _blocks(document, "variable")} | overrides
    blocks = dict(_blocks(document, "target"))
    found: dict[str, Target] = {}
    for name, block in blocks.items():
        if name.startswith("_"):
            continue
        whole: Target = {}
        for parent in [*(blocks[_text(each)] for each in block.get("inherits", [])), block]:
            whole |= {**parent, "args": {**whole.get("args", {}), **parent.get("args", {})}}
        for scope, own in _matrix(whole, variables):
            found[_value(whole["name"], scope) if "name" in whole else name] = own
    return found


def _blocks(document: dict[str, Any], kind: str) -> list[tuple[str, Any]]:
    return [(_text(name), block) for each in document[kind] for name, block in each.items()]


def _matrix(block: Target, variables: dict[str, str]) -> list[tuple[dict[str, str], Target]]:
    rows = [variables]
    for axis, values in block.get("matrix", {}).items():
        rows = [{**row, axis: _text(value)} for row in rows for value in values]
    wanted = ("dockerfile", "context", "platforms", "args", "tags")
    return [(row, {key: _value(block[key], row) for key in wanted}) for row in rows]


def _value(value: Any, scope: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _value(each, scope) for key, each in value.items() if not key.startswith("__")}
    if isinstance(value, list):
        return [_value(each, scope) for each in value]
    if value.startswith('"'):
        return re.sub(r"\$\{(\w+)\}", lambda match: scope[match[1]], _text(value))
    if choice := CHOICE.fullmatch(_inside(value)):
        name, wanted, yes, no = choice.groups()
        return _value(yes if scope[name] == wanted else no, scope)
    return scope[value]


def _inside(expression: str) -> str:
    match = INSIDE.fullmatch(expression)
    return match[1] if match else expression


def _text(literal: str) -> str:
    return literal.strip('"')

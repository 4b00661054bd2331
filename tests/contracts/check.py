"""Answers against what the two clients can read.

`web_client.json` and `mobile_client.json` hold, per call, a JSON Schema (draft 2020-12) of the answer. `response` is
what the client's parser needs; `behaviour` adds the rules about values that it relies on.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parent


@cache
def contract(client: str) -> dict[str, dict[str, Any]]:
    """Return call → schemas of one client, `web` or `mobile`."""
    document: dict[str, dict[str, Any]] = json.loads((FOLDER / f"{client}_client.json").read_text(encoding="utf-8"))
    return document


def assert_web(call: str, body: Any) -> None:
    """The web client can read `body` as the answer to `call`."""
    _assert_valid(contract("web")[call]["response"], body, f"web {call}")


def assert_mobile(call: str, body: Any) -> None:
    """The Android client can read `body` and finds in it the values it relies on."""
    _assert_valid(contract("mobile")[call]["response"], body, f"mobile {call}")
    _assert_valid(contract("mobile")[call]["behaviour"], body, f"mobile {call} (behaviour)")


def assert_mobile_token(part: str, values: dict[str, Any]) -> None:
    """`part` is jwt_header, jwt_payload or jwt_refresh_payload."""
    _assert_valid(contract("mobile")["auth_obtain"][part], values, part)


def assert_error(body: Any, *, code: str | None = None) -> None:
    """The one shape of errors; the web client stops for ever on any other."""
    assert set(body) >= {"code", "detail", "errors"}, body
    assert isinstance(body["detail"], str) and body["detail"]
    assert body["errors"] and all(set(item) == {"field", "message"} for item in body["errors"]), body
    assert code is None or body["code"] == code, body


def _assert_valid(schema: Any, body: Any, name: str) -> None:
    errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(body)]
    assert not errors, f"{name}: {errors[:5]}"

"""Every field of every call, given values that nobody should send: an answer in the one shape, and never a 500."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework_simplejwt.tokens import RefreshToken

from api.models import User
from tests.contracts.check import assert_error
from tests.factories import make_photo

pytestmark = pytest.mark.django_db

NASTY: list[Any] = [
    None, True, -1, 2**63, 10**30, 1.5, float("nan"), "", "a\x00b", "\ud800", "x" * 20_000, "٣", "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00", "../../etc/passwd", [], [None], ["\x00"], {}, {"a\x00": None}, {"\ud800": None},
]  # fmt: skip
NOT_JSON = [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5000, b"NaN", b'"text"', b"[]"]
TYPES = ["text/plain", "multipart/form-data", "multipart/form-data; boundary=x", "application/json; charset=nope", "x"]
NUMBERS = ["0", "-1", str(2**31), str(2**63), "9" * 30, "1.5"]
HASHES = ["0" * 32 + "9" * 19, "%00", "%ED%A0%80", "x" * 3000, "..%2f.."]


@dataclass(frozen=True)
class Call:
    """One operation of the schema. `body` is None when it takes none in JSON."""

    method: str
    path: str
    query: tuple[str, ...]
    body: dict[str, Any] | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def calls() -> list[Call]:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    components = schema["components"]["schemas"]
    found = []
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            query = tuple(part["name"] for part in operation.get("parameters", ()) if part["in"] == "query")
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            example = _example(body["schema"], components) if body else None
            found.append(Call(method.upper(), path, query, example))
    return found


def _example(schema: dict[str, Any], components: dict[str, Any], name: str = "") -> Any:
    """Return a value that fits the schema well enough to get past the first checks."""
    for key in ("allOf", "oneOf"):
        schema = schema.get(key, [schema])[0]
    if "$ref" in schema:
        return _example(components[schema["$ref"].rsplit("/", 1)[1]], components, name)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {key: _example(value, components, key) for key, value in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [_example(schema["items"], components, name)]
    hash_or_text = "HASH" if "hash" in name or "photo" in name.lower() else "text"
    return {"integer": 1, "number": 1.0, "boolean": True}.get(schema.get("type", ""), hash_or_text)


def _spoiled(value: Any, places: Iterator[int]) -> Iterator[Any]:
    """Yield `value` with one nasty value somewhere in it: at each place another third of them, to save time."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: bad} for bad in _spoiled(inner, places))
    elif isinstance(value, list):
        yield from ([bad] for bad in _spoiled(value[0], places))
    yield from NASTY[next(places) % 3 :: 3]


@pytest.fixture
def insider(admin: User, settings: LazySettings) -> Client:
    """Somebody who gets past every door: the administrator, with a photo of his own. No model service answers."""
    settings.SERVICE_URLS = dict.fromkeys(settings.SERVICE_URLS, "http://127.0.0.1:9")
    # Not REST framework's client: that one refuses to send some of this.
    return Client(headers={"Authorization": f"Bearer {RefreshToken.for_user(admin).access_token}"})


def _assert_no_fault(answer: Any) -> None:
    assert answer.status_code < 500 or answer.status_code == 503, answer.content
    if answer.status_code >= 400:
        assert_error(answer.json())


@pytest.mark.parametrize("call", calls(), ids=str)
def test_no_value_is_a_fault_of_the_server(insider: Client, admin: User, call: Call) -> None:
    photo = make_photo(admin)
    path = re.sub("{image_hash}", photo.pk, call.path)
    path = re.sub("{model_id}", "bundled", path)
    path = re.sub(r"{\w+}", str(admin.pk), path)
    for name in call.query:
        for value in NASTY[len(name) % 2 :: 2]:
            text = value if isinstance(value, str) else json.dumps(value)
            _assert_no_fault(insider.generic(call.method, path, query_params={name: text.encode(errors="replace")}))
    if call.body is not None:
        for body in _spoiled(call.body, count()):
            raw = json.dumps(body).replace("HASH", photo.pk)
            _assert_no_fault(insider.generic(call.method, path, raw, "application/json"))
        for data in NOT_JSON:
            _assert_no_fault(insider.generic(call.method, path, data, "application/json"))
        for kind in TYPES:
            _assert_no_fault(insider.generic(call.method, path, b"{}", kind))
    for name in re.findall(r"{(\w+)}", call.path):
        for part in HASHES if name in {"image_hash", "model_id"} else NUMBERS:
            bad = re.sub(r"{\w+}", photo.pk, call.path.replace(f"{{{name}}}", part))
            _assert_no_fault(insider.generic(call.method, bad, b"{}", "application/json"))


@pytest.mark.parametrize(
    "path", ["/api/exists/%00", "/media/photos/%00", "/media/faces/%00_1.webp", "/media/thumbnails_big/%ED%A0%80.webp"]
)
def test_addresses_that_hold_no_text(insider: Client, path: str) -> None:
    _assert_no_fault(insider.get(path))


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "PROPFIND", "get"])
def test_unusual_verbs(insider: Client, method: str) -> None:
    for path in sorted({call.path for call in calls()}):
        answer = insider.generic(method, re.sub(r"{\w+}", "1", path))
        assert answer.status_code < 500 or answer.status_code == 503, (path, answer.content)

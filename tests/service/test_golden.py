"""The shipped models say today what they said when they were shipped."""

from __future__ import annotations

import json

import pytest

from tests.service.golden import SAYS, bundled, golden_path, version_of
from tests.service.harness import picture, running

RENEW = "run `python -m tests.service.golden {} --renew` and commit it with the model"


@pytest.fixture(params=sorted(SAYS))
def family(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if not (bundled(name) / "config.json").is_file():
        pytest.skip(f"service/{name}/bundled holds no model yet; this runs once one is shipped")
    return name


def test_it_says_what_it_said(family: str) -> None:
    assert golden_path(family).is_file(), RENEW.format(family)
    golden = json.loads(golden_path(family).read_text(encoding="utf-8"))
    assert golden["version"] == version_of(bundled(family)), RENEW.format(family)
    says = SAYS[family](bundled(family))
    assert says.keys() == golden["says"].keys()
    for name in says:
        if family == "im2txt":
            assert says[name] == golden["says"][name]
        else:
            assert says[name] == pytest.approx(golden["says"][name], abs=2e-3)


def test_the_files_are_small_enough_to_ship(family: str) -> None:
    """25 MB for captioner and scorer together."""
    together = sum(file.stat().st_size for name in SAYS if bundled(name).is_dir() for file in bundled(name).rglob("*"))
    assert together <= 25 * 10**6


def test_the_service_serves_it(family: str) -> None:
    with running(f"service.{family}.main") as service:
        assert service.health()["models"][0].startswith("bundled")
        if family == "im2txt":
            body = service.caption().json()
            assert body["captions"][0]["text"]
        else:
            body = service.post("/score", files={"image": picture()}, data={"texts": '["a dog"]'}).json()
            assert -1 <= body["scores"][0]["cosine"] <= 1
        assert body["model"].startswith("bundled")

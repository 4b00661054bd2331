"""What the server says in English, the web UI says in its other languages: by id and by code, none forgotten."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT

LOCALES = sorted(path for path in (ROOT / "frontend/src/locales").glob("*.json") if path.stem != "en")
SAME_EVERYWHERE = {"CIDEr"}
"""Names of measures that no language translates."""
REASON = re.compile(r"""(?:NoCudaError|Reason(?:\.of)?|"code":|UNREACHABLE =)\(?\s*"(\w+)\"""")
REASONED = [*(ROOT / "service/common").glob("*.py"), ROOT / "librephotos/launch.py", ROOT / "api/selectors/models.py"]


@pytest.fixture(params=LOCALES, ids=lambda path: path.stem)
def said(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(json.loads(Path(request.param).read_text())["fromServer"])


def test_every_model_is_described(said: dict[str, Any]) -> None:
    models = json.loads((ROOT / "ml_models.json").read_text())["models"]
    assert said["models"].keys() == {model["id"] for model in models}
    for model in models:
        own = said["models"][model["id"]]
        metric = model.get("quality", {}).get("metric", "CIDEr")
        assert own["description"] and own.keys() <= {"label", "description", "metric"}
        assert ("metric" in own) == (metric not in SAME_EVERYWHERE), model["id"]
        assert ("label" in own) == model["label"].startswith("Built-in"), model["id"]


def test_every_reason_of_a_service_is_said(said: dict[str, Any]) -> None:
    text = "\n".join(path.read_text() for path in REASONED)
    codes = set(REASON.findall(text))
    assert "no_driver" in codes and "switched_off" in codes
    assert said["reasons"].keys() == codes

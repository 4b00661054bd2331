"""A photo rewritten by the real service of language models: llama.cpp, a tiny GGUF of random weights, the real grammar.

Such a model writes nonsense in the shape that it is bound to: just what the guard is for.
"""

import contextlib
import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.models import Caption, Photo, User
from tests.factories import make_picture_photo
from tests.llm import MODEL_ID, use_llm
from tests.service.harness import Service, eventually, running

MISSING = [name for name in ("llama_cpp", "gguf") if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(MISSING), reason=f"{', '.join(MISSING)} not installed (make install-llm)"),
]


@contextlib.contextmanager
def llama(root: Path, **larger: int) -> Iterator[Service]:
    from mlval.random_gguf import TINY, write_gguf

    (root / MODEL_ID).mkdir()
    # Its tokens are letters, so that our system text takes more of them than of a trained model's.
    write_gguf(root / MODEL_ID / "random.gguf", replace(TINY, context=8192, **larger))
    with running("service.llm.main", WEIGHTS_DIR=root, PREFIX_DIR=root / "prefixes") as service:
        yield service


def use(settings: Settings, service: Service, *, timeout_s: float) -> None:
    use_llm(settings, service.url)
    settings.SERVICE_TIMEOUT_S = 300.0
    settings.SITE_SETTING_OVERRIDES = {
        **settings.SITE_SETTING_OVERRIDES, "CLIP_MODEL": "none", "LLM_TIMEOUT_S": timeout_s,
    }  # fmt: skip


@pytest.fixture
def draft(owner: User) -> Caption:
    photo = make_picture_photo(owner, gps_lat=38.7139, gps_lon=-9.1394)
    return Caption.objects.create(photo=photo, text="Two women on a bench.", model_id="bundled", language="en")


def url(photo: Photo) -> str:
    return f"/api/photos/{photo.pk}/captions/"


def test_nonsense_is_held_back_and_the_plain_draft_offered(
    owner_client: APIClient, draft: Caption, settings: Settings, tmp_path: Path
) -> None:
    with llama(tmp_path) as service:
        use(settings, service, timeout_s=300)
        body = owner_client.post(url(draft.photo), {"from_draft": draft.pk, "length": "short"}, format="json").json()
    assert body["rewrite"]["state"] == "held_back", body["rewrite"]
    held = body["rewrite"]["caption"]
    assert held["verdict"]["reason"]
    assert 0 < len(held["text"]) <= 160
    assert [row["id"] for row in body["drafts"]] == [draft.pk]
    assert owner_client.get(f"/api/photos/{draft.photo_id}/").json()["captions_json"]["im2txt"] == draft.text


def test_it_stops_when_its_time_is_up(
    owner_client: APIClient, draft: Caption, settings: Settings, tmp_path: Path
) -> None:
    """A model of 50 million weights, which takes longer than a second for our prompt; it is ready again soon after."""
    with llama(tmp_path, layers=12, width=512, heads=8, kv_heads=4, hidden=2048) as service:
        use(settings, service, timeout_s=1)
        body = owner_client.post(url(draft.photo), {"from_draft": draft.pk, "length": "long"}, format="json").json()
        assert (body["rewrite"]["state"], body["rewrite"]["code"]) == ("unavailable", "service_deadline")
        assert [row["id"] for row in body["drafts"]] == [draft.pk]
        eventually(lambda: service.health()["state"] in {"ready", "idle"} and not service.health()["queue_length"])

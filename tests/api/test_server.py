"""What the server is, holds and has room for."""

import json
import shutil
from pathlib import Path

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.models import User
from tests.contracts.check import assert_error, assert_mobile, assert_web
from tests.factories import make_photo
from tests.processes import ROOT, free_port
from tests.service.harness import running

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("call", "url"),
    [
        ("storagestats", "/api/storagestats"),
        ("imagetag", "/api/imagetag"),
        ("stats", "/api/stats/"),
        ("predefinedrules", "/api/predefinedrules/"),
        ("timezones", "/api/timezones/"),
        ("album_place_list", "/api/albums/place/list/"),
        ("album_user_list", "/api/albums/user/list/"),
    ],
)
def test_it_works(owner_client: APIClient, anonymous: APIClient, call: str, url: str) -> None:
    answer = owner_client.get(url)
    assert answer.status_code == 200
    assert_web(call, answer.json())
    assert anonymous.get(url).status_code == 401


def test_texts_that_hold_json(owner_client: APIClient) -> None:
    zones = owner_client.get("/api/timezones/").json()
    assert isinstance(zones, str) and "Europe/Berlin" in json.loads(zones)
    rules = json.loads(owner_client.get("/api/predefinedrules/").json())
    assert all({"id", "name", "is_default", "rule_type"} <= set(rule) for rule in rules)


def test_an_empty_list_for_the_phone(owner_client: APIClient) -> None:
    assert_mobile("user_album_list", owner_client.get("/api/albums/user/list/").json())


def test_counts_are_ones_own(owner: User, owner_client: APIClient, stranger_client: APIClient) -> None:
    make_photo(owner)
    make_photo(owner, name="b", removed=True)
    body = owner_client.get("/api/stats/").json()
    assert (body["num_photos"], body["num_albumdate"]) == (1, 1)
    assert set(stranger_client.get("/api/stats/").json().values()) == {0}


def test_facts_are_for_administrators(owner: User, root_client: APIClient, owner_client: APIClient) -> None:
    make_photo(owner)
    answer = root_client.get("/api/serverstats")
    assert_web("serverstats", answer.json())
    assert answer.json()["photos"] == {"ready": 1}
    assert owner_client.get("/api/serverstats").status_code == 403


def test_facts_say_what_models_run_on(root_client: APIClient, captioner: str, settings: Settings) -> None:
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "clip_score": f"http://127.0.0.1:{free_port()}"}
    services = {row["name"]: row for row in root_client.get("/api/serverstats").json()["services"]}
    assert services["im2txt"]["state"] in {"idle", "ready"} and "gpu" in services["im2txt"]
    assert "why_not_cuda" in services["im2txt"]
    assert services["clip_score"]["state"] == "unreachable" and services["clip_score"]["why"]


def test_facts_name_no_folder_and_no_model_of_ones_own(
    root_client: APIClient, settings: Settings, tmp_path: Path
) -> None:
    weights = tmp_path / "Anna's own models" / "annas-model"
    shutil.copytree(ROOT / "service/im2txt/bundled", weights)
    (weights / "encoder.onnx").write_bytes(b"no graph")
    settings.MODELS_DIR = weights.parent
    with running("service.im2txt.main", WEIGHTS_DIR=weights.parent) as service:
        assert service.caption(model="annas-model").status_code == 503
        assert str(weights) in service.health()["why"]
        settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": service.url}
        told = root_client.get("/api/serverstats").content.decode()
    assert "The model … cannot be loaded: … cannot be read as ONNX" in told
    assert not any(name in told for name in ("Anna", "annas", str(tmp_path)))


@pytest.fixture
def photos_dir(tmp_path: Path, settings: Settings) -> Path:
    settings.PHOTOS_DIR = tmp_path / "photos"
    for name in ("b/inner", "A", ".hidden"):
        (tmp_path / "photos" / name).mkdir(parents=True)
    (tmp_path / "photos" / "file.jpg").write_bytes(b"x")
    (tmp_path / "photos" / "link").symlink_to(tmp_path)
    return settings.PHOTOS_DIR


def test_folders(root_client: APIClient, photos_dir: Path) -> None:
    answer = root_client.get("/api/dirtree/?path=")
    assert_web("dirtree", answer.json())
    (root,) = answer.json()
    assert root["absolute_path"] == str(photos_dir)
    assert [child["title"] for child in root["children"]] == ["A", "b"]
    (inner,) = root_client.get("/api/dirtree/", {"path": root["children"][1]["absolute_path"]}).json()
    assert [child["title"] for child in inner["children"]] == ["inner"]


@pytest.mark.parametrize("path", ["/", "/etc", "..", "b/../..", "link", "file.jpg", "nowhere", "x" * 4000])
def test_folders_outside_are_not_found(root_client: APIClient, photos_dir: Path, path: str) -> None:
    answer = root_client.get("/api/dirtree/", {"path": path})
    assert answer.status_code == 404
    assert_error(answer.json())
    assert root_client.get("/api/dirtree/", {"path": "a\x00b"}).status_code == 400


def test_folders_are_for_administrators(owner_client: APIClient, anonymous: APIClient) -> None:
    assert (owner_client.get("/api/dirtree/").status_code, anonymous.get("/api/dirtree/").status_code) == (403, 401)

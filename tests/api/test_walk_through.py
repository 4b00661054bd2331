"""A photo with a place and two named faces, from its upload to a caption that says both: no LLM, no network."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings
from rest_framework.test import APIClient

from api.jobs import photos as jobs
from api.models import User
from tests import media_samples as samples
from tests.factories import SAMPLES
from tests.service.conftest import write_fake
from tests.service.harness import running
from tests.upload_client import md5_of, upload

pytestmark = pytest.mark.django_db
LISBON = {1: "N", 2: (38.0, 42.0, 50.0), 3: "W", 4: (9.0, 8.0, 22.0)}


def picture(**options: Any) -> bytes:
    """A photographer in Lisbon."""
    with Image.open(SAMPLES / "photographer.jpg") as sample:
        return samples.encode(
            sample.convert("RGB"), "JPEG", exif=samples.exif(gps=LISBON, main={0x010E: ""}), **options
        )


def add_photo(client: APIClient, owner: User, data: bytes) -> str:
    """Upload it, and do what the worker does then. Returns its hash."""
    assert upload(client, owner, data, step=10**6).status_code in {200, 201}
    image_hash = f"{md5_of(data)}{owner.pk}"
    assert jobs.ingest(image_hash) == "ready"
    return image_hash


def accept_a_draft(client: APIClient, image_hash: str) -> str:
    """Ask for a draft, take it, and return the caption that the photo has then."""
    draft = client.post(f"/api/photos/{image_hash}/captions/", {"count": 1}).json()["drafts"][0]
    path = f"/api/photos/{image_hash}/captions/{draft['id']}/"
    client.patch(path, {"action": "rate", "rating": 5})
    assert client.patch(path, {"action": "accept"}).status_code == 200
    caption: str = client.get(f"/api/photos/{image_hash}/").json()["captions_json"]["user_caption"]
    return caption


def test_named_by_hand(owner: User, owner_client: APIClient, captioner: str) -> None:
    image_hash = add_photo(owner_client, owner, picture())
    people = f"/api/photos/{image_hash}/people/"
    box = {"top": 0.2, "width": 0.1, "height": 0.15}
    for name, left in (("Bruno", 0.6), ("Ana", 0.2)):
        assert owner_client.post(people, {"name": name, "box": {"left": left, **box}}).status_code == 201
    caption = accept_a_draft(owner_client, image_hash)
    assert "Ana and Bruno" in caption
    assert caption.endswith(" in Lisbon, Portugal.") or caption.endswith(" in Lisbon, Portugal, with Ana and Bruno.")
    stats = owner_client.get("/api/captions/stats/").json()["all"]
    assert (stats["accepted"], stats["acceptance_rate"], stats["ratings"]["median"]) == (1, 1.0, 5)


def test_named_in_the_file(owner: User, owner_client: APIClient, captioner: str) -> None:
    regions = samples.region_xmp(("Bruno", (0.65, 0.3, 0.1, 0.15)), ("Ana", (0.25, 0.3, 0.1, 0.15)))
    caption = accept_a_draft(owner_client, add_photo(owner_client, owner, picture(xmp=regions)))
    assert "Ana and Bruno" in caption
    assert "in Lisbon, Portugal" in caption


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("two people are sitting on a bench", "Ana and Bruno are sitting on a bench in Lisbon, Portugal."),
        ("a man and a woman sitting on a bench", "Ana and Bruno sitting on a bench in Lisbon, Portugal."),
        (
            "two people sitting on a bench with a dog",
            "Ana and Bruno sitting on a bench with a dog in Lisbon, Portugal.",
        ),
        ("a bench in a park", "A bench in a park in Lisbon, Portugal, with Ana and Bruno."),
    ],
)
def test_word_for_word(
    owner: User, owner_client: APIClient, settings: Settings, tmp_path: Path, said: str, wanted: str
) -> None:
    """What the README promises, whatever the captioner in use would see on this picture."""
    regions = samples.region_xmp(("Bruno", (0.65, 0.3, 0.1, 0.15)), ("Ana", (0.25, 0.3, 0.1, 0.15)))
    write_fake(tmp_path, "bundled", text=said)
    with running("tests.service.fake_family", WEIGHTS_DIR=tmp_path) as service:
        settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": service.url}
        assert accept_a_draft(owner_client, add_photo(owner_client, owner, picture(xmp=regions))) == wanted

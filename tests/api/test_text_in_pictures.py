"""Text that a model read in a picture, for search and rewriting: only where administrator and owner allow it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from PIL import Image, ImageDraw, ImageFont
from pytest_django import Settings
from rest_framework.test import APIClient

from api.actions.photo_learn import text_learn
from api.jobs.photos import forget_texts
from api.lib.thumbnails import write_thumbnails
from api.models import Caption, Photo, User
from api.selectors.draft_context import draft_context
from tests.factories import make_picture_photo
from tests.llm import Writer
from tests.processes import free_port, model_service
from tests.service.harness import running

pytestmark = pytest.mark.django_db
MODEL_ID = "rapidocr"


@dataclass(frozen=True)
class Reader:
    url: str
    folder: Path

    def finds(self, *lines: tuple[str, float]) -> None:
        (self.folder / "lines.json").write_text(json.dumps(lines), encoding="utf-8")
        (self.folder / "asked.txt").unlink(missing_ok=True)

    def asked(self) -> int:
        path = self.folder / "asked.txt"
        return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0


@pytest.fixture(scope="module")
def running_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    root = tmp_path_factory.mktemp("ocr")
    folder = root / MODEL_ID
    folder.mkdir()
    (folder / "lines.json").write_text("[]", encoding="utf-8")
    with running("tests.service.fake_reader", WEIGHTS_DIR=root) as service:
        yield Reader(service.url, folder)


def switch_on(settings: Settings, url: str) -> None:
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "ocr": url}
    settings.SITE_SETTING_OVERRIDES = {**settings.SITE_SETTING_OVERRIDES, "OCR_MODEL": MODEL_ID}


@pytest.fixture
def reader(running_service: Reader, settings: Settings) -> Reader:
    switch_on(settings, running_service.url)
    running_service.finds(("Padaria Central", 0.97), ("blurred", 0.4))
    return running_service


@pytest.fixture
def photo(owner: User) -> Photo:
    return make_picture_photo(owner)


def allow(user: User, allowed: bool = True) -> None:
    user.llm_settings = {**user.llm_settings, "add_text": allowed}
    user.save()


def found(client: APIClient, words: str) -> int:
    return len(client.get("/api/photos/searchlist/", {"search": words}).json()["results"])


def test_it_works(owner: User, owner_client: APIClient, photo: Photo, reader: Reader) -> None:
    """Read once, found by it, and known to the language model; what the reader is not sure of is left out."""
    allow(owner)
    for _ in range(2):
        text_learn(photo=photo)
    photo.refresh_from_db()
    assert photo.text_in_picture == "Padaria Central"
    assert reader.asked() == 1
    assert found(owner_client, "padaria") == 1
    assert draft_context(photo, language="en").text_in_picture == "Padaria Central"


def test_only_if_the_owner_allows_it(owner: User, owner_client: APIClient, photo: Photo, reader: Reader) -> None:
    text_learn(photo=photo)
    assert reader.asked() == 0
    assert found(owner_client, "padaria") == 0


def test_not_unless_it_is_switched_on(owner: User, photo: Photo, running_service: Reader, settings: Settings) -> None:
    running_service.finds(("Padaria", 1.0))
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "ocr": running_service.url}
    allow(owner)
    text_learn(photo=photo)
    assert running_service.asked() == 0


def test_who_changes_their_mind_is_not_found_by_it(
    owner: User, owner_client: APIClient, photo: Photo, reader: Reader
) -> None:
    allow(owner)
    text_learn(photo=photo)
    assert forget_texts(owner.pk) == "not wanted any more"
    allow(owner, False)
    assert forget_texts(owner.pk) == "1 forgotten"
    assert found(owner_client, "padaria") == 0
    photo.refresh_from_db()
    assert (photo.text_in_picture, photo.text_read_by) == ("", "")


@pytest.mark.django_db(transaction=True)
def test_changing_ones_mind_queues_that(owner: User, owner_client: APIClient, photo: Photo, reader: Reader) -> None:
    from django_q.models import OrmQ

    allow(owner)
    url = f"/api/user/{owner.pk}/"
    for allowed, queued in ((True, 0), (False, 1), (False, 1)):
        chosen = owner_client.get(url).json()["llm_settings"] | {"add_text": allowed}
        assert owner_client.patch(url, {"llm_settings": chosen}, format="json").status_code == 200
        assert OrmQ.objects.count() == queued


def test_a_service_that_is_down_is_asked_again(owner: User, photo: Photo, reader: Reader, settings: Settings) -> None:
    allow(owner)
    switch_on(settings, f"http://127.0.0.1:{free_port()}")
    text_learn(photo=photo)
    photo.refresh_from_db()
    assert photo.text_read_by == ""
    switch_on(settings, reader.url)
    text_learn(photo=photo)
    assert photo.text_in_picture == "Padaria Central"


def test_it_may_be_said(owner: User, owner_client: APIClient, photo: Photo, reader: Reader, writer: Writer) -> None:
    """The guard lets words through that stand in the picture, and no others."""
    allow(owner)
    draft = Caption.objects.create(photo=photo, text="A shop.", model_id="bundled", language="en")
    for caption, state in (("A shop, Padaria Central.", "ok"), ("A shop, Padaria Velha.", "held_back")):
        writer.say(caption)
        body = owner_client.post(
            f"/api/photos/{photo.pk}/captions/", {"from_draft": draft.pk, "force": True}, format="json"
        ).json()
        assert body["rewrite"]["state"] == state, body
    facts = json.loads(writer.asked()[0]["messages"][1]["content"])["facts"]
    assert facts == {"text in the picture": "Padaria Central"}


def test_the_real_reader(owner: User, owner_client: APIClient, settings: Settings, photo: Photo) -> None:
    pytest.importorskip("rapidocr", reason="make install-ocr installs it")
    picture = Image.new("RGB", (900, 600), "white")
    ImageDraw.Draw(picture).text((100, 200), "Bakery 24", fill="black", font=ImageFont.load_default(size=80))
    write_thumbnails(django_settings.MEDIA_DIR, photo.pk, picture)
    allow(owner)
    with model_service("ocr", DEVICE="cpu") as url:
        switch_on(settings, url)
        text_learn(photo=photo)
    photo.refresh_from_db()
    assert photo.text_in_picture == "Bakery 24"
    assert found(owner_client, "bakery") == 1

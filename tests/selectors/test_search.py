"""What is found by which text, on whatever database the tests run."""

from datetime import UTC, datetime

import pytest

from api.actions.captions import caption_accept, caption_refuse, caption_write
from api.actions.search_index import photo_index
from api.models import Caption, Photo, User
from api.selectors.search import photos_found, photos_found_ranked
from tests.factories import make_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(owner: User) -> Photo:
    photo = make_photo(owner, name="DSC_0042", camera="Nikon Z6", gps_lat=47.3769, gps_lon=8.5417, keywords=["Fête"])
    caption_write(photo=photo, author=owner, text="Two dogs were running over old houses, Hunde vor Häusern")
    make_photo(owner, name="other", taken_at=datetime(2020, 1, 2, tzinfo=UTC))
    return photo


def drafted(photo: Photo, text: str) -> Caption:
    row = Caption.objects.create(photo=photo, text=text, model_id="bundled")
    photo_index(photo=photo)
    return row


@pytest.mark.parametrize(
    "text",
    ["dog", "DOGS", "dog run", "run", "house", "hund", "hunden", "haus", "häuser", "hauser", "haeuser", "hou", "fete",
     "fetes", "FÊTE", "nikon z", "0042", "dsc_0042.jpg", "zürich", "zurich", "zuerich", "switzerland", "schweiz hund",
     "2024", "2024-05-01", "may", "mai", "dog's", "dog!", "dog AND run", "\"dogs running\"", "dog -", "dog*",
     "dog 😀", "(dog", "dog:", "'dog'", "dog \\", "dog & run"],
)  # fmt: skip
def test_found(owner: User, photo: Photo, text: str) -> None:
    expected = [] if " AND " in text else [photo]  # AND is a word like any other, and does not occur
    assert photos_found(owner, text) == expected
    assert photos_found_ranked(owner, text) == expected


@pytest.mark.parametrize(
    "text",
    ["", " ", "*", "%", "_", "-", "\0", "😀", "' OR 1=1 --", "NEAR(dog run)", "dog NOT run", "caption:dog", "dog cat",
     "do run", "ouse", "}{", "\":*", "a & b", "dog <-> run x", "ﷺ" * 300, "x" * 10_000, "dog " * 5_000],
)  # fmt: skip
def test_harmless(owner: User, photo: Photo, text: str) -> None:
    expected = [photo] if text.startswith("dog dog") else []
    assert photos_found(owner, text) == expected
    assert photos_found_ranked(owner, text) == expected


def test_ten_thousand_different_words(owner: User, photo: Photo) -> None:
    assert photos_found(owner, " ".join(f"w{number}" for number in range(10_000))) == []


def test_drafts_are_found_until_the_person_decided(owner: User) -> None:
    photo = make_photo(owner)
    draft, other = drafted(photo, "a giraffe"), drafted(photo, "a zebra")
    assert photos_found(owner, "giraffe") == photos_found(owner, "zebra") == [photo]
    caption_refuse(caption=other)
    assert photos_found(owner, "zebra") == []
    caption_write(photo=photo, author=owner, text="")
    assert photos_found(owner, "giraffe") == []
    caption_accept(caption=draft)
    assert photos_found(owner, "giraffe") == [photo]
    caption_write(photo=photo, author=owner, text="an okapi")
    assert photos_found(owner, "giraffe") == []


def test_better_fields_come_first_by_rank_and_newer_ones_by_day(owner: User) -> None:
    names = ["drafted", "lion", "keyworded", "captioned"]
    photos = {name: make_photo(owner, name=name) for name in names if name != "keyworded"}
    photos["keyworded"] = make_photo(owner, name="keyworded", keywords=["lion"])
    drafted(photos["drafted"], "lion lion lion")
    long = "a lion in a long caption with many other words that say a lot about what else is seen there on that day"
    caption_write(photo=photos["captioned"], author=owner, text=long)
    best = ["captioned", "keyworded", "lion", "drafted"]
    assert photos_found_ranked(owner, "lion") == [photos[name] for name in best]
    assert set(photos_found(owner, "lions")) == set(photos.values())


def test_nobody_elses(owner: User, stranger: User, photo: Photo) -> None:
    theirs = make_photo(stranger, keywords=["dogs"])
    assert photos_found(owner, "dogs") == photos_found_ranked(owner, "dogs") == [photo]
    assert photos_found(stranger, "dogs") == photos_found_ranked(stranger, "dogs") == [theirs]


@pytest.mark.parametrize("field", ["hidden", "in_trashcan", "removed"])
def test_only_what_the_timeline_shows(owner: User, photo: Photo, field: str) -> None:
    photo.change(**{field: True})
    assert photos_found(owner, "dogs") == photos_found_ranked(owner, "dogs") == []


def test_deleting_an_account_takes_its_rows_along(owner: User, stranger: User, photo: Photo) -> None:
    make_photo(stranger, keywords=["dogs"])
    stranger.delete()
    assert photos_found(owner, "dogs") == [photo]

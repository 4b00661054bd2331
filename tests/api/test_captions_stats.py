"""GET /api/captions/stats/: how drafts were received."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from api.models import Caption, User
from api.models.caption import CaptionState
from tests.contracts.check import assert_error
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
URL = "/api/captions/stats/"
NAMED = ("names_replaced", "place_added")


def add(owner: User, rows: list[tuple[str, str, int | None, float | None, tuple[str, ...]]]) -> None:
    """Drafts as model, state, rating, log_probability, steps; each on a photo of its own."""
    for number, (model_id, state, rating, log_probability, steps) in enumerate(rows):
        context = {"steps": [{"kind": kind, "words": "Secret words"} for kind in steps]} if steps else {}
        Caption.objects.create(
            photo=make_photo(owner, name=f"{owner.username} {number}"),
            text="Secret text",
            model_id=model_id,
            state=state,
            rating=rating,
            scores={"log_probability": log_probability},
            context=context,
        )


@pytest.fixture
def rated(owner: User) -> None:
    add(
        owner,
        [
            ("bundled", CaptionState.ACCEPTED, 5, -1.0, NAMED),
            ("bundled", CaptionState.SUPERSEDED, 4, -2.0, ("names_replaced",)),
            ("bundled", CaptionState.MERGED, 4, -3.0, ("tidied",)),
            ("bundled", CaptionState.REFUSED, 2, -5.0, ()),
            ("bundled", CaptionState.DRAFT, 1, -4.0, ()),
            ("bundled", CaptionState.DRAFT, None, -9.0, ()),
            ("gone-model", CaptionState.REFUSED, 1, None, ()),
        ],
    )
    # What a person wrote is nobody's draft.
    photo = make_photo(owner, name="own")
    Caption.objects.create(photo=photo, text="x", author=owner, state=CaptionState.ACCEPTED, rating=1)


def test_it_works(rated: None, owner_client: APIClient) -> None:
    answer = owner_client.get(URL)
    assert answer.status_code == 200
    assert b"Secret" not in answer.content
    bundled, gone = answer.json()["models"]
    assert (bundled["model"]["id"], gone["model"]) == ("bundled", {"id": "gone-model", "label": "gone-model"})
    assert (bundled["drafts"], bundled["decided"]) == (6, 4)
    assert (bundled["accepted"], bundled["merged"], bundled["refused"]) == (2, 1, 1)
    rates = (bundled["acceptance_rate"], bundled["merge_rate"], bundled["refusal_rate"])
    assert rates == (0.5, 0.25, 0.25)
    # 1 2 4 4 5
    assert bundled["ratings"] == {
        "n": 5, "counts": [1, 1, 0, 2, 1], "first_quartile": 2, "median": 4, "third_quartile": 4,
    }  # fmt: skip
    # Ranks of ratings 5, 3.5, 3.5, 2, 1 with ranks of scores 5, 4, 3, 1, 2: 8.5 / √(9.5 · 10).
    assert bundled["correlations"]["log_probability"] == {"n": 5, "spearman": round(8.5 / 95**0.5, 4)}
    assert bundled["correlations"]["clip"] == {"n": 0, "spearman": None}


def test_per_step(rated: None, owner_client: APIClient) -> None:
    steps = {row["step"]: row for row in owner_client.get(URL).json()["models"][0]["steps"]}
    found = {name: (row["drafts"], row["ratings"]["n"], row["ratings"]["median"]) for name, row in steps.items()}
    assert found == {"names_replaced": (2, 2, 4.5), "place_added": (1, 1, 5), "plain": (4, 3, 2)}


def test_in_all(rated: None, owner_client: APIClient) -> None:
    body = owner_client.get(URL).json()["all"]
    assert (body["drafts"], body["decided"], body["ratings"]["n"]) == (7, 5, 6)
    assert body["ratings"]["median"] == 3  # 1 1 2 4 4 5


def test_clip_scores_are_correlated_once_there_are_some(owner: User, owner_client: APIClient) -> None:
    add(owner, [("bundled", CaptionState.DRAFT, rating, None, ()) for rating in (1, 3, 5)])
    for caption, clip in zip(Caption.objects.order_by("pk"), (0.9, 0.7, 0.5), strict=True):
        caption.scores = {"clip": clip}
        caption.save()
    assert owner_client.get(URL).json()["all"]["correlations"]["clip"] == {"n": 3, "spearman": -1.0}


def test_nothing_yet(owner_client: APIClient) -> None:
    body = owner_client.get(URL).json()
    assert body["models"] == []
    assert body["all"]["acceptance_rate"] is None
    empty = {"n": 0, "counts": [0] * 5, "first_quartile": None, "median": None, "third_quartile": None}
    assert body["all"]["ratings"] == empty


@pytest.mark.parametrize(
    "row", [{"context": [], "scores": "x"}, {"context": {"steps": [1, {}]}, "scores": {"clip": "?"}}]
)
def test_odd_rows(owner: User, owner_client: APIClient, row: Any) -> None:
    Caption.objects.create(photo=make_photo(owner), text="x", model_id="bundled", rating=3, **row)
    assert owner_client.get(URL).json()["models"][0]["steps"][0]["step"] == "plain"


def test_strangers_see_their_own(rated: None, stranger_client: APIClient, anonymous: APIClient) -> None:
    assert stranger_client.get(URL).json()["all"]["drafts"] == 0
    assert anonymous.get(URL).status_code == 401


def test_everybodys_numbers_are_for_administrators(
    rated: None, owner_client: APIClient, root_client: APIClient
) -> None:
    refused = owner_client.get(f"{URL}?all=true")
    assert refused.status_code == 403
    assert_error(refused.json(), code="forbidden")
    assert root_client.get(URL).json()["all"]["drafts"] == 0
    everybody = root_client.get(f"{URL}?all=true")
    assert everybody.json()["all"]["drafts"] == 7
    assert b"Secret" not in everybody.content
    assert owner_client.get(f"{URL}?all=perhaps").status_code == 400

"""The ledger out and in again."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from api.actions.captions import caption_accept, caption_merge, caption_rate, caption_refuse, caption_write
from api.actions.captions_transfer import PLAIN
from api.models import AlbumThing, Caption, Photo, User
from api.selectors.captions import caption_current
from api.selectors.search import photos_found
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
FIELDS = ("photo_id", "author_id", "created_at", "decided_at", *PLAIN)


@pytest.fixture
def photo(owner: User) -> Photo:
    photo = make_photo(owner)
    drafts = [
        Caption.objects.create(photo=photo, text=f"draft {number} ü\n😀", model_id="bundled", scores={"clip": 0.5})
        for number in range(4)
    ]
    caption_accept(caption=drafts[0])
    caption_refuse(caption=drafts[1])
    caption_rate(caption=drafts[1], rating=2)
    caption_merge(caption=drafts[2], author=owner, text="Ours #lake")
    return photo


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("captions", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def ledger() -> list[tuple[object, ...]]:
    return list(Caption.objects.order_by("created_at", "pk").values_list(*FIELDS))


def test_out_and_in_again(photo: Photo, owner: User, tmp_path: Path) -> None:
    file, before = tmp_path / "captions.jsonl", ledger()
    assert run("export", str(file)).startswith("5 rows written")
    Caption.objects.all().delete()
    AlbumThing.objects.all().delete()

    assert run("import", str(file)) == "5 rows added, 0 known, 0 of photos that are not here.\n"
    assert ledger() == before
    merged = Caption.objects.get(text="Ours #lake")
    assert merged.merged_from is not None and merged.merged_from.text.startswith("draft 2")
    assert AlbumThing.objects.get().title == "lake"
    assert photos_found(owner, "ours") == [photo]

    assert run("import", str(file)) == "0 rows added, 5 known, 0 of photos that are not here.\n"
    assert ledger() == before


def test_every_field_comes_along(photo: Photo) -> None:
    row = json.loads(run("export", "-").splitlines()[0])
    for column in Caption._meta.concrete_fields:
        assert column.name in row or column.name == "photo", column.name


def test_what_a_person_decided_here_stays(photo: Photo, owner: User, tmp_path: Path) -> None:
    file = tmp_path / "captions.jsonl"
    run("export", str(file))
    Caption.objects.all().delete()
    for text in ("Written here", ""):
        caption_write(photo=photo, author=owner, text=text)
        run("import", str(file))
        current = caption_current(photo)
        assert current is not None and current.text == text
    assert Caption.objects.get(text="Ours #lake").state == "superseded"
    assert not AlbumThing.objects.exists()


def test_into_another_account(photo: Photo, owner: User, stranger: User, tmp_path: Path) -> None:
    file = tmp_path / "captions.jsonl"
    run("export", str(file))
    theirs = make_photo(stranger)
    assert run("import", str(file), "--user", "stranger").startswith("5 rows added")
    assert theirs.captions.count() == 5
    assert photo.captions.count() == 5
    assert run("export", "-", "--user", "stranger").count("\n") == 5


def test_photos_that_are_not_here(photo: Photo, tmp_path: Path) -> None:
    file = tmp_path / "captions.jsonl"
    run("export", str(file))
    photo.change(removed=True)
    assert run("import", str(file)) == "0 rows added, 0 known, 5 of photos that are not here.\n"


def test_bad_lines_are_named_and_the_others_taken(photo: Photo, tmp_path: Path) -> None:
    file = tmp_path / "captions.jsonl"
    good = json.loads(run("export", "-").splitlines()[0]) | {"text": "another"}
    bad = [
        "no json",
        "[]",
        '{"version": 9}',
        json.dumps({name: value for name, value in good.items() if name != "md5"}),
        json.dumps(good | {"state": "unknown"}),
        json.dumps(good | {"created_at": "yesterday"}),
        json.dumps(good | {"text": "x" * 10_001, "state": "accepted"}),
        json.dumps(good | {"text": "a\x00b"}),
    ]
    Caption.objects.all().delete()
    file.write_text("\n".join([*bad, "", json.dumps(good)]), encoding="utf-8")
    out = io.StringIO()
    with pytest.raises(CommandError, match="8 lines"):
        call_command("captions", "import", str(file), stdout=out, stderr=out)
    for number in range(1, 9):
        assert f"line {number}: " in out.getvalue()
    assert [row.text for row in Caption.objects.all()] == ["another"]


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run("import", str(tmp_path / "none"))
    with pytest.raises(CommandError, match="no user"):
        run("export", "-", "--user", "nobody")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="UTF-8"):
        run("import", str(tmp_path / "binary"))

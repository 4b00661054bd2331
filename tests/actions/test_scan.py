"""scan_run: a person's folder, with everything in it that may lie in a folder."""

import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings

from api.actions import scan as scan_actions
from api.actions.captions import caption_import
from api.actions.scan import scan_run, scan_start
from api.actions.uploads import uploads_folder
from api.errors import ConflictError, InvalidError
from api.jobs.runner import JobCancelled
from api.models import Job, Photo, PhotoFile, User
from api.models.photo import PhotoState
from tests import media_samples as samples
from tests.factories import image_bytes


class Run:
    """Stands for the job row."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.result: dict[str, Any] = {}
        self.steps = 0
        self.stop_at = stop_at

    def target(self, count: int) -> None:
        self.steps = count

    def advance(self, current: int) -> None:
        if self.stop_at is not None and current >= self.stop_at:
            raise JobCancelled

    def count(self, name: str) -> None:
        self.result[name] = self.result.get(name, 0) + 1


@pytest.fixture
def folder(owner: User, tmp_path: Path) -> Path:
    path = tmp_path / "library"
    (path / "2024" / "May").mkdir(parents=True)
    owner.scan_directory = str(path)
    owner.save()
    (path / "red.jpg").write_bytes(image_bytes(color="red"))
    (path / "2024" / "May" / "blue.JPG").write_bytes(image_bytes(color="blue"))
    return path


def scan(owner: User, *, full: bool = False) -> dict[str, Any]:
    run = Run()
    scan_run(user=owner, full=full, run=run, queue=False)
    return run.result


def counts(result: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in result.items() if isinstance(count, int) and count}


def test_new_files_become_photos(owner: User, folder: Path) -> None:
    assert counts(scan(owner)) == {"added": 2}
    assert Photo.objects.of(owner).filter(state=PhotoState.READY).count() == 2
    assert set(Photo.objects.values_list("original_name", flat=True)) == {"red.jpg", "blue.JPG"}
    assert not PhotoFile.objects.filter(uploaded=True).exists()


def test_twice_adds_nothing(owner: User, folder: Path) -> None:
    scan(owner)
    before = list(Photo.objects.values_list("pk", "last_modified"))
    assert counts(scan(owner)) == {"unchanged": 2}
    assert list(Photo.objects.values_list("pk", "last_modified")) == before


def test_full_reads_everything_anew(owner: User, folder: Path) -> None:
    scan(owner)
    Photo.objects.update(dominant_color="", state=PhotoState.BROKEN, problem="old")
    assert counts(scan(owner, full=True)) == {"read again": 2}
    assert not Photo.objects.filter(dominant_color="").exists()
    assert Photo.objects.filter(state=PhotoState.READY).count() == 2


def test_identical_files_are_one_photo(owner: User, folder: Path) -> None:
    (folder / "copy.jpg").write_bytes(image_bytes(color="red"))
    scan(owner)
    assert Photo.objects.count() == 2
    assert PhotoFile.objects.count() == 3


def test_missing_file_and_back_again(owner: User, folder: Path) -> None:
    scan(owner)
    photo = Photo.objects.get(original_name="red.jpg")
    photo.change(rating=4)
    (folder / "red.jpg").rename(folder.parent / "elsewhere.jpg")
    assert counts(scan(owner)) == {"unchanged": 1, "missing": 1}
    photo.refresh_from_db()
    assert (photo.state, photo.removed) == (PhotoState.MISSING, True)
    assert not Photo.objects.of(owner).visible().filter(pk=photo.pk).exists()
    (folder.parent / "elsewhere.jpg").rename(folder / "red.jpg")
    assert counts(scan(owner)) == {"unchanged": 1, "found again": 1}
    photo.refresh_from_db()
    assert (photo.state, photo.removed, photo.rating) == (PhotoState.READY, False, 4)


def test_moved_file_stays_the_same_photo(owner: User, folder: Path) -> None:
    scan(owner)
    (folder / "red.jpg").rename(folder / "2024" / "moved.jpg")
    result = counts(scan(owner))
    assert result == {"unchanged": 1, "same bytes": 1}
    photo = Photo.objects.get(original_name="red.jpg")
    assert not photo.removed
    assert set(photo.files.values_list("missing", flat=True)) == {True, False}


def test_one_of_two_copies_missing_changes_nothing(owner: User, folder: Path) -> None:
    (folder / "copy.jpg").write_bytes(image_bytes(color="red"))
    scan(owner)
    (folder / "copy.jpg").unlink()
    assert counts(scan(owner)) == {"unchanged": 2}
    assert not Photo.objects.filter(removed=True).exists()


def test_changed_file_is_another_photo(owner: User, folder: Path) -> None:
    scan(owner)
    old = Photo.objects.get(original_name="red.jpg")
    (folder / "red.jpg").write_bytes(image_bytes(color="green"))
    assert counts(scan(owner)) == {"unchanged": 1, "changed": 1}
    old.refresh_from_db()
    assert old.removed
    assert Photo.objects.of(owner).visible().count() == 2


@pytest.mark.parametrize("turned", [False, True])
def test_metadata_written_into_a_file_loses_no_decision(
    owner: User, stranger: User, folder: Path, turned: bool
) -> None:
    """Other programs write descriptions and ratings into files, or turn them; for people it is the same photo."""
    path = folder / "lake.jpg"
    path.write_bytes(samples.encode(samples.picture((800, 600)), "JPEG"))
    scan(owner)
    old = Photo.objects.get(original_name="lake.jpg")
    caption_import(photo=old, text="Mine #lake")
    old.change(rating=5, public=True)
    old.shared_to.add(stranger)
    if turned:
        image = samples.picture((800, 600)).transpose(Image.Transpose.ROTATE_90)
        path.write_bytes(samples.encode(image, "JPEG", xmp=samples.xmp("Theirs")))
    else:
        path.write_bytes(samples.encode(samples.picture((800, 600)), "JPEG", xmp=samples.xmp("Theirs")))
    assert counts(scan(owner)) == {"unchanged": 2, "changed": 1}
    new = Photo.objects.of(owner).visible().get(original_name="lake.jpg")
    assert new.pk != old.pk
    assert (new.rating, new.public, list(new.shared_to.all())) == (5, True, [stranger])
    assert new.captions.get(state="accepted").text == "Mine #lake"
    assert new.captions.filter(text="Theirs", state="draft").exists()
    assert not old.captions.exists()


def test_another_picture_under_an_old_name_takes_nothing_over(owner: User, folder: Path) -> None:
    scan(owner)
    old = Photo.objects.get(original_name="red.jpg")
    caption_import(photo=old, text="Red")
    (folder / "red.jpg").write_bytes(samples.jpeg())
    scan(owner)
    assert old.captions.get().text == "Red"
    assert not Photo.objects.of(owner).visible().get(original_name="red.jpg").captions.exists()


@pytest.mark.parametrize("gone", ["removed", "empty"])
def test_unmounted_disk_empties_no_library(owner: User, folder: Path, gone: str) -> None:
    scan(owner)
    folder.rename(folder.parent / "aside")
    if gone == "empty":
        folder.mkdir()
    with pytest.raises(ConflictError) as error:
        scan(owner)
    assert "folder" in error.value.detail
    assert Photo.objects.of(owner).visible().count() == 2
    if gone == "empty":
        folder.rmdir()
    (folder.parent / "aside").rename(folder)
    assert counts(scan(owner)) == {"unchanged": 2}


def test_empty_folder_of_a_new_user(owner: User, tmp_path: Path) -> None:
    owner.scan_directory = str(tmp_path)
    assert counts(scan(owner)) == {}


def test_no_folder_set(owner: User) -> None:
    with pytest.raises(InvalidError):
        scan(owner)


def test_what_the_person_removed_does_not_come_back(owner: User, folder: Path) -> None:
    scan(owner)
    Photo.objects.filter(original_name="red.jpg").change(removed=True, in_trashcan=True)
    os.utime(folder / "red.jpg", (1, 1))
    scan(owner)
    scan(owner, full=True)
    (folder / "red.jpg").rename(folder / "renamed.jpg")
    scan(owner)
    assert Photo.objects.get(original_name="red.jpg").removed


def test_removed_with_its_file_and_put_there_again(owner: User, folder: Path) -> None:
    scan(owner)
    photo = Photo.objects.get(original_name="red.jpg")
    photo.change(removed=True, in_trashcan=True)
    photo.files.all().delete()
    assert counts(scan(owner)) == {"unchanged": 1, "found again": 1}
    photo.refresh_from_db()
    assert not photo.removed


def test_sidecar_that_changes_is_read(owner: User, folder: Path) -> None:
    scan(owner)
    (folder / "red.jpg.xmp").write_bytes(samples.xmp("A red wall"))
    assert counts(scan(owner)) == {"unchanged": 1, "sidecar changed": 1}
    assert Photo.objects.get(original_name="red.jpg").captions.get().text == "A red wall"
    assert counts(scan(owner)) == {"unchanged": 2}


def test_nothing_outside_the_folder(owner: User, folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "secret.jpg").write_bytes(image_bytes(color="black"))
    (folder / "link.jpg").symlink_to(outside / "secret.jpg")
    (folder / "linked").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    (folder / "self.jpg").symlink_to("self.jpg")
    result = scan(owner)
    assert counts(result) == {"added": 2}
    assert result["skipped"]["link"] >= 2


def test_everything_else_that_lies_in_folders(owner: User, folder: Path) -> None:
    good = image_bytes(color="black")
    for name in ("@eaDir", ".hidden", "#recycle", "2024/.thumbs"):
        (folder / name).mkdir()
        (folder / name / "x.jpg").write_bytes(good)
    (folder / ".dot.jpg").write_bytes(good)
    (folder / "notes.txt").write_text("x")
    (folder / "folder.jpg").mkdir()
    os.mkfifo(folder / "pipe.jpg")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("not a picture")
    (folder / "cut.png").write_bytes(samples.encode(samples.picture(), "PNG")[:90])
    (folder / "bomb.png").write_bytes(samples.png_header(60_000, 60_000))
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.jpg")).write_bytes(good)
    result = scan(owner)
    assert counts(result) == {"added": 6}
    assert result["skipped"] == {"not a picture or video": 1, "not a regular file": 1, "name is not valid UTF-8": 1}
    assert {"path": str(folder / "pipe.jpg"), "reason": "not a regular file"} in result["examples"]
    broken = Photo.objects.filter(state=PhotoState.BROKEN)
    assert set(broken.values_list("original_name", flat=True)) == {"empty.jpg", "text.jpg", "cut.png", "bomb.png"}
    assert all(photo.problem and photo.album_date for photo in broken)
    assert counts(scan(owner)) == {"unchanged": 6}


def test_skip_patterns(owner: User, folder: Path, settings: Settings) -> None:
    settings.SITE_SETTING_OVERRIDES = {"SKIP_PATTERNS": "May, nothing"}
    result = scan(owner)
    assert counts(result) == {"added": 1}
    assert result["skipped"] == {"skip pattern": 1}


def test_file_that_cannot_be_read_stops_nothing(owner: User, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions do not bind root, under whom tests may run; so the system's answer is given here."""
    real = scan_actions.open_regular

    def refuse(path: str) -> Any:
        if path.endswith("red.jpg"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(scan_actions, "open_regular", refuse)
    result = scan(owner)
    assert counts(result) == {"added": 1, "unreadable": 1}
    assert result["skipped"] == {"file cannot be read (Permission denied)": 1}


def test_folder_that_cannot_be_listed_loses_no_photo(
    owner: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(owner)
    (folder / "2024" / "May" / "blue.JPG").unlink()
    real = os.scandir

    def refuse(path: str) -> Any:
        if str(path).endswith("May"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert counts(scan(owner)) == {"unchanged": 1}
    assert not Photo.objects.filter(removed=True).exists()


def test_killed_half_way_and_started_again(owner: User, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_actions, "REPORT_EVERY_S", -1)
    with pytest.raises(JobCancelled):
        scan_run(user=owner, full=False, run=Run(stop_at=1), queue=False)
    assert Photo.objects.count() == 1
    Photo.objects.update(state=PhotoState.PROCESSING)  # killed before it was read
    assert counts(scan(owner)) == {"added": 1, "unchanged": 1}
    assert Photo.objects.filter(state=PhotoState.READY).count() == 2


def test_two_users_with_the_same_folder(owner: User, stranger: User, folder: Path) -> None:
    stranger.scan_directory = owner.scan_directory
    scan(owner)
    scan(stranger)
    assert Photo.objects.of(owner).count() == Photo.objects.of(stranger).count() == 2


def test_scan_of_one_user_leaves_uploads_alone(owner: User, folder: Path, tmp_path: Path) -> None:
    from tests.actions.test_ingest import ingest

    uploaded = ingest(owner, tmp_path, image_bytes(color="white"), "uploaded.jpg")
    scan(owner)
    uploaded.refresh_from_db()
    assert not uploaded.removed


def test_folders_of_the_product_are_not_scanned(owner: User, stranger: User, settings: Settings) -> None:
    """Somebody may name the folder in which the product keeps everybody's uploads."""
    theirs = uploads_folder(stranger.pk) / "aa"
    mine = uploads_folder(owner.pk) / "aa"
    previews = Path(settings.MEDIA_DIR) / "square_thumbnails"
    for number, folder in enumerate((theirs, mine, previews)):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scan-me.jpg").write_bytes(image_bytes(size=(30 + number, 30)))
    owner.scan_directory = str(settings.DATA_DIR)
    scan(owner)
    assert list(PhotoFile.objects.filter(path__endswith="scan-me.jpg").values_list("path", flat=True)) == [
        str(mine / "scan-me.jpg")
    ]
    for folder in (theirs, mine, previews):
        (folder / "scan-me.jpg").unlink()


def test_start_gives_the_open_job(owner: User, folder: Path) -> None:
    first = scan_start(user=owner, full=False)
    assert scan_start(user=owner, full=True) == first
    assert Job.objects.count() == 1

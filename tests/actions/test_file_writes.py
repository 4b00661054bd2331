"""Captions into real files, and back."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from api.actions.captions import caption_delete, caption_write
from api.actions.file_writes import (
    CLAIM_LASTS,
    WAITS,
    file_write_want,
    file_writes_due,
    file_writes_queue,
    file_writes_start,
)
from api.actions.photos import photos_delete, photos_set_deleted
from api.actions.scan import scan_start
from api.errors import ConflictError
from api.jobs.files import write_all
from api.jobs.scan import scan
from api.lib.caption_in_file import CaptionInFile
from api.lib.exiftool import ExifTool
from api.lib.xmp_edit import read_caption
from api.models import FileWrite, Photo, PhotoFile, PhotoVersion, User
from api.models.job import JobState
from api.models.user import SaveMetadata
from api.selectors.captions import caption_current
from api.selectors.file_writes import FileState, caption_file, caption_files
from api.selectors.media import original_path
from tests.factories import photo_hash
from tests.media_samples import exif, jpeg, region_xmp, xmp
from tests.model_store.small_disk import small_disk

pytestmark = pytest.mark.django_db
needs_exiftool = pytest.mark.skipif(not shutil.which("exiftool"), reason="install ExifTool: libimage-exiftool-perl")
needs_exiv2 = pytest.mark.skipif(not shutil.which("exiv2"), reason="install exiv2")


@pytest.fixture
def folder(owner: User, tmp_path: Path) -> Path:
    owner.scan_directory = str(tmp_path / "photos")
    owner.save()
    Path(owner.scan_directory).mkdir()
    return Path(owner.scan_directory)


@pytest.fixture
def take_in(owner: User, folder: Path) -> Callable[..., Photo]:
    def take_in(data: bytes, name: str = "a.jpg") -> Photo:
        (folder / name).write_bytes(data)
        rescan(owner)
        return Photo.objects.get(pk=photo_hash(data, owner))

    return take_in


def rescan(owner: User, *, full: bool = False) -> dict[str, int]:
    job = scan_start(user=owner, full=full, queue=False)
    scan(job.pk, queue=False)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    return {name: count for name, count in job.result.items() if isinstance(count, int) and count}


def choose(owner: User, mode: SaveMetadata) -> None:
    User.objects.filter(pk=owner.pk).update(save_metadata_to_disk=mode)
    owner.refresh_from_db()


def in_file(path: Path) -> CaptionInFile:
    with ExifTool() as tool:
        return tool.read(path)


def exiv2(path: Path, *arguments: str) -> str:
    return subprocess.run(["exiv2", *arguments, str(path)], capture_output=True, text=True, check=True).stdout


def test_off_writes_nothing(owner: User, folder: Path, take_in: Callable[..., Photo]) -> None:
    photo = take_in(jpeg())
    caption_write(photo=photo, author=owner, text="x")
    assert not FileWrite.objects.exists()
    assert caption_file(photo).state == FileState.OFF
    with pytest.raises(ConflictError):
        file_writes_start(user=owner)


def test_a_sidecar(owner: User, folder: Path, take_in: Callable[..., Photo]) -> None:
    choose(owner, SaveMetadata.SIDECAR_FILE)
    data = jpeg(xmp=xmp(text=""))
    photo = take_in(data)
    caption_write(photo=photo, author=owner, text="Ana at the #Lake #sea")
    assert caption_file(photo).state == FileState.WAITING
    assert file_writes_due(user=owner) == 1
    assert caption_file(photo).state == FileState.WRITTEN
    # The file's own keywords come along, since a sidecar's stand for them.
    sidecar = folder / "a.jpg.xmp"
    assert read_caption(sidecar.read_bytes()) == CaptionInFile("Ana at the #Lake #sea", ("lake", "summer", "sea"))
    assert (folder / "a.jpg").read_bytes() == data
    assert rescan(owner) == {"unchanged": 1}

    caption_write(photo=photo, author=owner, text="Ana")
    file_writes_due(user=owner)
    assert read_caption(sidecar.read_bytes()) == CaptionInFile("Ana", ("lake", "summer"))
    assert {path.name for path in folder.iterdir()} == {"a.jpg", "a.jpg.xmp"}


def test_the_sidecar_that_is_there(owner: User, folder: Path, take_in: Callable[..., Photo]) -> None:
    """Also one that a raw file beside it shares."""
    choose(owner, SaveMetadata.SIDECAR_FILE)
    (folder / "a.cr2").write_bytes(b"a raw picture")
    (folder / "a.xmp").write_bytes(region_xmp(("Ana", (0.5, 0.5, 0.2, 0.2))))
    photo = take_in(jpeg())
    caption_write(photo=photo, author=owner, text="Ana")
    file_writes_due(user=owner)
    assert {path.name for path in folder.iterdir()} == {"a.jpg", "a.xmp", "a.cr2"}
    assert read_caption((folder / "a.xmp").read_bytes()).description == "Ana"
    assert b"mwg-rs:RegionList" in (folder / "a.xmp").read_bytes()
    assert (folder / "a.cr2").read_bytes() == b"a raw picture"


def test_a_broken_sidecar_is_left_alone(owner: User, folder: Path, take_in: Callable[..., Photo]) -> None:
    choose(owner, SaveMetadata.SIDECAR_FILE)
    photo = take_in(jpeg())
    (folder / "a.jpg.xmp").write_bytes(b"<x:xmpmeta half of it")
    caption_write(photo=photo, author=owner, text="Ana")
    assert file_writes_due(user=owner) == 0
    assert caption_file(photo).reason == "The sidecar of a.jpg was left alone: It is no readable XMP."
    assert (folder / "a.jpg.xmp").read_bytes() == b"<x:xmpmeta half of it"


@needs_exiftool
def test_into_the_file_and_the_photo_stays_the_same(
    owner: User, stranger: User, folder: Path, take_in: Callable[..., Photo]
) -> None:
    """Its key is the md5 of bytes that are no more; scans, full scans, moves and backups know it all the same."""
    choose(owner, SaveMetadata.MEDIA_FILE)
    original = jpeg(exif=exif(), xmp=region_xmp(("Ana", (0.5, 0.5, 0.2, 0.2))))
    path = folder / "a.jpg"
    photo = take_in(original)
    # Somebody else has the same folder.
    stranger.scan_directory = owner.scan_directory
    stranger.save()
    rescan(stranger)

    caption_write(photo=photo, author=owner, text="Ana at the #lake\nin May")
    assert file_writes_due(user=owner) == 1
    assert in_file(path) == CaptionInFile("Ana at the #lake\nin May", ("lake",))
    assert path.read_bytes() != original
    first = path.read_bytes()
    assert original_path(photo) == path
    assert original_path(photo, exact=True) is None

    assert rescan(owner) == rescan(stranger) == {"unchanged": 1}
    path.touch()
    assert rescan(owner) == {"same bytes": 1}
    assert rescan(owner, full=True) == {"read again": 1}
    path.rename(folder / "moved.jpg")
    rescan(owner)
    path = folder / "moved.jpg"

    caption_write(photo=photo, author=owner, text="Something else")
    file_writes_due(user=owner)
    assert in_file(path) == CaptionInFile("Something else")
    for data in (first, original):  # from a backup
        path.write_bytes(data)
        rescan(owner)
        photo.refresh_from_db()
        assert (photo.removed, photo.state) == (False, "ready")
    assert list(Photo.objects.of(owner)) == [photo]
    assert Photo.objects.of(stranger).filter(removed=False).count() == 1
    current = caption_current(photo)
    assert current is not None and current.text == "Something else"
    assert not list(folder.glob(".part*"))


@needs_exiftool
def test_killed_between_file_and_row(owner: User, folder: Path, take_in: Callable[..., Photo]) -> None:
    choose(owner, SaveMetadata.MEDIA_FILE)
    photo = take_in(jpeg())
    before = PhotoFile.objects.values("size_bytes", "mtime_ns", "md5").get()
    caption_write(photo=photo, author=owner, text="Ana")
    file_writes_due(user=owner)
    PhotoFile.objects.update(**before)
    FileWrite.objects.update(due_at=timezone.now(), text=None, written_at=None)
    assert file_writes_due(user=owner) == 0
    assert "changed by another program" in caption_file(photo).reason
    assert rescan(owner) == {"same bytes": 1}
    FileWrite.objects.update(due_at=timezone.now())
    assert file_writes_due(user=owner) == 1
    assert Photo.objects.count() == 1


@needs_exiftool
@needs_exiv2
def test_another_program_reads_and_writes(owner: User, folder: Path, take_in: Callable[..., Photo]) -> None:
    """What it wrote comes into the ledger beside the person's caption, which stays the photo's."""
    choose(owner, SaveMetadata.MEDIA_FILE)
    photo = take_in(jpeg(exif=exif()))
    caption_write(photo=photo, author=owner, text="Ours #tag")
    file_writes_due(user=owner)
    path = folder / "a.jpg"
    assert 'lang="x-default" Ours #tag' in exiv2(path, "-K", "Xmp.dc.description", "-Pv")

    exiv2(path, "-Mset Xmp.dc.description lang=x-default Theirs")
    assert rescan(owner)["changed"] == 1
    photo = Photo.objects.get(owner=owner, removed=False)
    current = caption_current(photo)
    assert current is not None and current.text == "Ours #tag"
    assert set(photo.captions.values_list("text", "state")) >= {("Ours #tag", "accepted"), ("Theirs", "draft")}

    caption_write(photo=photo, author=owner, text="Ours again")
    assert file_writes_due(user=owner) == 1
    assert "Ours again" in exiv2(path, "-K", "Xmp.dc.description", "-Pv")
    rescan(owner, full=True)
    assert list(Photo.objects.filter(removed=False)) == [photo]


@needs_exiv2
def test_a_sidecar_of_another_program(owner: User, folder: Path, take_in: Callable[..., Photo]) -> None:
    choose(owner, SaveMetadata.SIDECAR_FILE)
    photo = take_in(jpeg())
    caption_write(photo=photo, author=owner, text="Ours")
    file_writes_due(user=owner)
    sidecar = folder / "a.jpg.xmp"
    assert "Ours" in exiv2(sidecar, "-PX")
    exiv2(sidecar, "-Mset Xmp.dc.description lang=x-default Theirs")
    assert rescan(owner) == {"sidecar changed": 1}
    current = caption_current(photo)
    assert current is not None and current.text == "Ours"
    assert photo.captions.filter(text="Theirs", state="draft").exists()


def test_a_read_only_folder(owner: User, tmp_path: Path) -> None:
    """The caption is in the database, the reason is shown, and it is written once the folder allows."""
    with small_disk(tmp_path / "disk", kilobytes=1000) as disk:
        owner.scan_directory = str(disk)
        owner.save()
        choose(owner, SaveMetadata.SIDECAR_FILE)
        (disk / "a.jpg").write_bytes(jpeg())
        rescan(owner)
        photo = Photo.objects.get()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        caption_write(photo=photo, author=owner, text="Kept")
        started = timezone.now()
        assert file_writes_due(user=owner) == 0
        told = caption_file(photo)
        assert (told.state, told.tries) == (FileState.WAITING, 1)
        assert told.reason == f"The folder {disk} is read-only for this server."
        assert told.next_try_at is not None and told.next_try_at >= started + WAITS[0]
        assert caption_files(owner).problems == [told]
        assert file_writes_due(user=owner) == 0  # not before its time
        assert caption_file(photo).tries == 1

        for _ in WAITS:
            FileWrite.objects.update(due_at=timezone.now())
            file_writes_due(user=owner)
        assert caption_file(photo).state == FileState.FAILED

        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        job = file_writes_start(user=owner)
        write_all(job.pk)
        job.refresh_from_db()
        assert (job.state, job.result["written"], job.result["failed"]) == (JobState.DONE, 1, 0)
        assert caption_file(photo).state == FileState.WRITTEN
        assert read_caption((disk / "a.jpg.xmp").read_bytes()).description == "Kept"


def test_a_full_disk(owner: User, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kilobytes=64) as disk:
        owner.scan_directory = str(disk)
        owner.save()
        choose(owner, SaveMetadata.SIDECAR_FILE)
        (disk / "a.jpg").write_bytes(jpeg())
        rescan(owner)
        photo = Photo.objects.get()
        with (disk / "rest").open("wb", buffering=0) as rest, pytest.raises(OSError):
            while True:
                rest.write(bytes(4096))

        caption_write(photo=photo, author=owner, text="Kept")
        assert file_writes_due(user=owner) == 0
        assert caption_file(photo).reason == f"The disk of {disk} is full."
        assert {path.name for path in disk.iterdir()} == {"a.jpg", "rest"}


def test_without_exiftool(
    owner: User, folder: Path, take_in: Callable[..., Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(owner, SaveMetadata.MEDIA_FILE)
    photo = take_in(jpeg())
    caption_write(photo=photo, author=owner, text="x")
    monkeypatch.setenv("PATH", str(folder))
    assert file_writes_due(user=owner) == 0
    assert caption_file(photo).reason.startswith("ExifTool is not installed.")


def test_an_upload_keeps_its_bytes(owner: User, folder: Path, take_in: Callable[..., Photo]) -> None:
    choose(owner, SaveMetadata.MEDIA_FILE)
    data = jpeg()
    photo = take_in(data)
    PhotoFile.objects.update(uploaded=True)
    caption_write(photo=photo, author=owner, text="x")
    assert file_writes_due(user=owner) == 1
    assert (folder / "a.jpg").read_bytes() == data
    assert read_caption((folder / "a.jpg.xmp").read_bytes()).description == "x"


def test_a_description_that_came_from_the_file_is_not_written_back(
    owner: User, folder: Path, take_in: Callable[..., Photo]
) -> None:
    choose(owner, SaveMetadata.SIDECAR_FILE)
    photo = take_in(jpeg(xmp=xmp(text="From the file")))
    assert caption_current(photo) is not None
    assert not FileWrite.objects.exists()


def test_a_removed_caption_leaves_with_what_we_wrote(owner: User, folder: Path, take_in: Callable[..., Photo]) -> None:
    choose(owner, SaveMetadata.SIDECAR_FILE)
    photo = take_in(jpeg())
    row = caption_write(photo=photo, author=owner, text="x #y")
    file_writes_due(user=owner)
    caption_delete(caption=row)
    assert file_writes_due(user=owner) == 1
    assert read_caption((folder / "a.jpg.xmp").read_bytes()) == CaptionInFile()


def test_one_worker_at_a_time_and_none_for_ever(owner: User, folder: Path, take_in: Callable[..., Photo]) -> None:
    choose(owner, SaveMetadata.SIDECAR_FILE)
    photo = take_in(jpeg())
    file_write_want(photo=photo)
    FileWrite.objects.update(claimed_at=timezone.now())
    assert file_writes_due(user=owner) == file_writes_queue() == 0
    FileWrite.objects.update(claimed_at=timezone.now() - CLAIM_LASTS - timedelta(seconds=1))
    assert file_writes_queue() == 1
    assert file_writes_due(user=owner) == 1


def test_removed_for_good_stays_removed(owner: User, folder: Path, take_in: Callable[..., Photo]) -> None:
    photo = take_in(jpeg())
    PhotoVersion.objects.create(owner=owner, photo=photo, md5="0" * 32)
    photos_set_deleted(owner=owner, hashes=[photo.pk], deleted=True)
    photos_delete(owner=owner, hashes=[photo.pk])
    rescan(owner, full=True)
    assert not Photo.objects.filter(removed=False).exists()


def test_the_routes(
    owner: User, owner_client: APIClient, stranger_client: APIClient, anonymous: APIClient, folder: Path,
    take_in: Callable[..., Photo],
) -> None:  # fmt: skip
    photo = take_in(jpeg())
    assert anonymous.get("/api/captions/files/").status_code == 401
    refused = owner_client.post("/api/captions/files/")
    assert (refused.status_code, refused.json()["code"]) == (409, "writing_off")
    owner_client.patch(f"/api/user/{owner.pk}/", {"save_metadata_to_disk": "SIDECAR_FILE"})
    owner_client.put(f"/api/photos/{photo.pk}/captions/", {"text": "x"})
    assert owner_client.get("/api/captions/files/").json()["waiting"] == 1
    assert stranger_client.get("/api/captions/files/").json()["waiting"] == 0
    file = owner_client.get(f"/api/photos/{photo.pk}/captions/").json()["file"]
    assert (file["state"], file["reason"]) == ("waiting", "")
    assert owner_client.post("/api/captions/files/").status_code == 202
    assert owner_client.post("/api/captions/files/").json()["code"] == "job_running"

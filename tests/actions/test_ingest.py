"""photo_ingest: one file of a photo is read, whatever it is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from pytest_django import Settings

from api.actions.photo_ingest import photo_ingest
from api.actions.photo_register import Registered, photo_register
from api.jobs import photos as jobs
from api.lib.thumbnails import HEIGHTS, thumbnail_path
from api.models import AlbumDate, Photo, PhotoFile, User
from api.models.photo import MediaType, PhotoState
from tests import media_samples as samples
from tests.upload_client import md5_of

EMPTY_MP4 = b"\0\0\0\x18ftypisom\0\0\0\0isomiso2" + bytes(99)


def register(owner: User, folder: Path, data: bytes, name: str = "a.jpg", *, is_video: bool = False) -> Registered:
    path = folder / name
    path.write_bytes(data)
    return photo_register(
        owner=owner, md5=md5_of(data), path=str(path), stat=path.stat(), original_name=name, is_video=is_video
    )


def ingest(owner: User, folder: Path, data: bytes, name: str = "a.jpg") -> Photo:
    photo = register(owner, folder, data, name).photo
    photo_ingest(image_hash=photo.pk)
    photo.refresh_from_db()
    return photo


def previews(photo: Photo, settings: Settings) -> list[bool]:
    return [thumbnail_path(settings.MEDIA_DIR, kind, photo.pk).is_file() for kind in HEIGHTS]


def test_jpeg_with_all_that_a_camera_writes(owner: User, tmp_path: Path, settings: Settings) -> None:
    photo = ingest(owner, tmp_path, samples.jpeg(exif=samples.exif(main={0x0112: 6})))
    assert (photo.state, photo.problem) == (PhotoState.READY, "")
    assert (photo.width, photo.height) == (60, 80)
    assert photo.taken_at == photo.file_timestamp == datetime(2022, 5, 1, 12, 30, 45, tzinfo=UTC)
    assert photo.album_date == AlbumDate.objects.get(owner=owner, date="2022-05-01")
    assert (photo.gps_lat, photo.gps_lon) == (52.51, -13.4)
    assert (photo.camera, photo.lens, photo.shutter_speed) == ("Canon EOS R6", "RF50mm F1.8 STM", "1/250")
    assert photo.mime_type == "image/jpeg"
    assert len(photo.dominant_color) == 7
    assert previews(photo, settings) == [True, True, True]


@pytest.mark.parametrize(
    ("name", "mime", "data"),
    [
        ("a.png", "image/png", samples.encode(samples.picture(), "PNG")),
        ("a.webp", "image/webp", samples.encode(samples.picture(), "WEBP")),
        ("a.gif", "image/gif", samples.animated("GIF")),
        ("a.tif", "image/tiff", samples.encode(samples.picture(), "TIFF")),
        ("a.bmp", "image/bmp", samples.encode(samples.picture(), "BMP")),
        ("a.heic", "image/heic", samples.heic()),
        ("a.avif", "image/avif", samples.avif()),
        ("called.jpg", "image/png", samples.encode(samples.picture(mode="RGBA"), "PNG")),
        ("cmyk.jpg", "image/jpeg", samples.encode(samples.picture(mode="CMYK"), "JPEG")),
        ("16.png", "image/png", samples.sixteen_bits()),
        ("p.png", "image/png", samples.palette_with_transparency()),
        ("moving.webp", "image/webp", samples.animated("WEBP")),
        ("wide.png", "image/png", samples.encode(samples.picture((20_000, 10)), "PNG")),
        ("dot.png", "image/png", samples.encode(samples.picture((1, 1)), "PNG")),
    ],
)
def test_every_kind(owner: User, tmp_path: Path, settings: Settings, name: str, mime: str, data: bytes) -> None:
    photo = ingest(owner, tmp_path, data, name)
    assert (photo.state, photo.mime_type, photo.media_type) == (PhotoState.READY, mime, MediaType.IMAGE)
    assert previews(photo, settings) == [True, True, True]
    assert photo.taken_at is None
    assert photo.album_date == AlbumDate.objects.get(owner=owner, date=None)


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("empty.jpg", b"", "The file is empty."),
        ("diary.jpg", b"Dear diary", "The file is called .jpg but holds no picture or video that can be read."),
        ("cut.jpg", samples.jpeg(quality=95)[:700], "The file is damaged or incomplete."),
        ("bomb.png", samples.png_header(60_000, 60_000), "The picture has too many pixels to be shown."),
        ("bm.bmp", b"BM" + bytes(60), "The file is damaged: its header cannot be read."),
        (
            "film.mp4",
            b"\0\0\0\x18ftypisom\0\0\0\0isomiso2" + bytes(99),
            "The video is damaged or of a kind that cannot be read.",
        ),
    ],
)
def test_broken_ones_are_listed_with_their_reason(
    owner: User, tmp_path: Path, settings: Settings, name: str, data: bytes, problem: str
) -> None:
    photo = ingest(owner, tmp_path, data, name)
    assert (photo.state, photo.problem) == (PhotoState.BROKEN, problem)
    assert photo.album_date is not None
    assert Photo.objects.of(owner).visible().filter(pk=photo.pk).exists()
    assert previews(photo, settings) == [False, False, False]


def test_video(owner: User, tmp_path: Path, settings: Settings) -> None:
    owner.default_timezone = "Europe/Berlin"
    owner.save()
    data = samples.video(tmp_path / "made.mp4", taken=datetime(2023, 6, 30, 22, 15), rotate=90)
    photo = ingest(owner, tmp_path, data, "film.mp4")
    assert (photo.state, photo.media_type, photo.mime_type) == (PhotoState.READY, MediaType.VIDEO, "video/mp4")
    assert (photo.width, photo.height) == (48, 64)
    assert photo.video_length_s == pytest.approx(2.0, abs=0.11)
    assert photo.taken_at == datetime(2023, 7, 1, 0, 15, tzinfo=UTC)
    assert int(photo.dominant_color[5:], 16) > 150  # blue, so not from the first picture
    assert previews(photo, settings) == [True, True, True]


def test_description_enters_as_the_owners_caption(owner: User, tmp_path: Path) -> None:
    photo = ingest(owner, tmp_path, samples.jpeg(exif=samples.exif(), xmp=samples.xmp("By the lake #summer")))
    caption = photo.captions.get()
    assert (caption.text, caption.state, caption.author) == ("By the lake #summer", "accepted", owner)
    assert photo.keywords == ["lake", "summer"]
    assert photo.rating == 3
    photo_ingest(image_hash=photo.pk, again=True)
    assert photo.captions.count() == 1


def test_sidecar(owner: User, tmp_path: Path) -> None:
    (tmp_path / "a.jpg.xmp").write_bytes(samples.xmp("From the sidecar"))
    photo = ingest(owner, tmp_path, samples.jpeg())
    assert photo.captions.get().text == "From the sidecar"
    assert photo.taken_at == datetime(2021, 7, 4, 10, 20, 30, tzinfo=UTC)


def test_what_the_person_set_stays(owner: User, tmp_path: Path) -> None:
    data = samples.jpeg(exif=samples.exif(), xmp=samples.xmp(rating=2))
    photo = register(owner, tmp_path, data).photo
    mine = datetime(1999, 12, 31, tzinfo=UTC)
    photo.change(user_timestamp=mine, rating=5)
    photo_ingest(image_hash=photo.pk)
    photo.refresh_from_db()
    assert (photo.taken_at, photo.rating) == (mine, 5)
    assert photo.file_timestamp == datetime(2022, 5, 1, 12, 30, 45, tzinfo=UTC)
    assert photo.album_date is not None
    assert photo.album_date.date == mine.date()


def test_twice_is_once(owner: User, tmp_path: Path) -> None:
    photo = register(owner, tmp_path, samples.jpeg()).photo
    assert photo_ingest(image_hash=photo.pk) == "ready"
    assert photo_ingest(image_hash=photo.pk) == "known"
    assert photo_ingest(image_hash=photo.pk, again=True) == "ready"
    assert photo_ingest(image_hash="unknown") == "gone"


def test_second_file_with_the_same_bytes(owner: User, tmp_path: Path) -> None:
    first = register(owner, tmp_path, samples.jpeg(), "a.jpg")
    second = register(owner, tmp_path, samples.jpeg(), "b.jpg")
    assert (first.created, second.created) == (True, False)
    assert second.photo == first.photo
    (tmp_path / "a.jpg").unlink()
    assert photo_ingest(image_hash=first.photo.pk) == "ready"


def test_file_that_is_gone_or_changed_before_it_is_read(owner: User, tmp_path: Path) -> None:
    photo = register(owner, tmp_path, samples.jpeg()).photo
    (tmp_path / "a.jpg").write_bytes(b"something else")
    assert photo_ingest(image_hash=photo.pk) == "missing"
    photo.refresh_from_db()
    assert (photo.state, photo.removed) == (PhotoState.MISSING, True)
    assert PhotoFile.objects.get().missing


def test_modification_time_moves(owner: User, tmp_path: Path) -> None:
    photo = register(owner, tmp_path, samples.jpeg()).photo
    before = photo.last_modified
    photo_ingest(image_hash=photo.pk)
    photo.refresh_from_db()
    assert photo.last_modified > before


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_restarted_meanwhile_breaks_no_photo(
    owner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = register(owner, tmp_path, samples.jpeg()).photo
    ends = iter((True, False))

    def be_cut_off_once(**arguments: Any) -> str:
        if next(ends):
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            raise OperationalError("unable to open database file")
        return photo_ingest(**arguments)

    monkeypatch.setattr(jobs, "photo_ingest", be_cut_off_once)
    assert jobs.ingest(photo.pk) == "ready"


def test_job_never_leaves_a_photo_being_read(owner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = register(owner, tmp_path, samples.jpeg()).photo

    def run_out_of_memory(**_kwargs: object) -> None:
        raise MemoryError

    monkeypatch.setattr(jobs, "photo_ingest", run_out_of_memory)
    with pytest.raises(MemoryError):
        jobs.ingest(photo.pk)
    photo.refresh_from_db()
    assert (photo.state, photo.problem) == (PhotoState.BROKEN, "The picture needs more memory than there is.")
    assert photo.album_date is not None


def test_job_returns_the_outcome(owner: User, tmp_path: Path) -> None:
    photo = register(owner, tmp_path, samples.jpeg()).photo
    assert jobs.ingest(photo.pk) == "ready"
    assert jobs.reread(photo.pk) == "ready"

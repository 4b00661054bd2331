"""Stills, lengths and times of videos that FFmpeg itself made."""

from datetime import datetime
from pathlib import Path

import pytest

from api.lib.file_types import detect_type
from api.lib.problems import MediaProblemError
from api.lib.videos import Video, read_video
from tests import media_samples as samples


def read(path: Path, zone: str = "UTC", max_pixels: int = 1_000_000) -> Video:
    with path.open("rb") as file:
        kind = detect_type(file)
        assert kind is not None
        return read_video(file, container_format=kind.container or "", zone=zone, max_pixels=max_pixels)


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.avi", "a.3gp"])
def test_still_is_not_the_first_picture(tmp_path: Path, name: str) -> None:
    samples.video(tmp_path / name, size=(176, 144))
    video = read(tmp_path / name)
    assert (video.width, video.height, video.still.mode) == (176, 144, "RGB")
    assert video.length_s == pytest.approx(2.0, abs=0.11)


@pytest.mark.parametrize("degrees", [90, 180, -90])
def test_rotation(tmp_path: Path, degrees: int) -> None:
    samples.video(tmp_path / "a.mp4", rotate=degrees)
    video = read(tmp_path / "a.mp4")
    assert (video.width, video.height) == ((64, 48) if degrees == 180 else (48, 64))


def test_creation_time_is_shown_as_the_owners_clock(tmp_path: Path) -> None:
    samples.video(tmp_path / "a.mp4", taken=datetime(2023, 6, 30, 22, 15))
    assert read(tmp_path / "a.mp4").taken_at == datetime(2023, 6, 30, 22, 15)
    assert read(tmp_path / "a.mp4", zone="Europe/Berlin").taken_at == datetime(2023, 7, 1, 0, 15)


def test_too_large(tmp_path: Path) -> None:
    samples.video(tmp_path / "a.mp4")
    with pytest.raises(MediaProblemError, match="64 × 48"):
        read(tmp_path / "a.mp4", max_pixels=1000)


@pytest.mark.parametrize("keep", [0.3, 0.6])
def test_truncated(tmp_path: Path, keep: float) -> None:
    data = samples.video(tmp_path / "a.mp4")
    (tmp_path / "b.mp4").write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(MediaProblemError):
        read(tmp_path / "b.mp4")


def test_playlist_that_calls_itself_a_video_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text(f"#EXTM3U\n#EXTINF:1,\nfile://{tmp_path}/secret\n")
    with path.open("rb") as file:
        assert detect_type(file) is None
        with pytest.raises(MediaProblemError):
            read_video(file, container_format="mov", zone="UTC", max_pixels=1000)

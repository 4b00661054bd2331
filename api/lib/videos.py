"""A still, the length, the size and the time of a video, through FFmpeg (PyAV)."""

from dataclasses import dataclass
from datetime import datetime
from typing import IO

import av
from PIL import Image

from api.lib.problems import MediaProblemError
from api.lib.timestamps import parse_time, utc_to_wall_clock

STILL_AT = 0.1  # part of the length: the very first frame is often black
MAX_FRAMES_TRIED = 600


@dataclass(frozen=True)
class Video:
    """`still` is upright RGB; sizes are upright; `length_s` is None when the file does not say."""

    still: Image.Image
    width: int
    height: int
    length_s: float | None
    taken_at: datetime | None
    latitude: float | None
    longitude: float | None
    camera: str
    description: str


def read_video(file: IO[bytes], *, container_format: str, zone: str, max_pixels: int) -> Video:
    """Return what is known of an open video. Raises MediaProblemError with a sentence.

    The format is given, and the file is handed over open, so that a playlist that calls itself a video cannot make
    FFmpeg open other files or addresses. `zone` is where a creation time in UTC was on the wall.
    """
    file.seek(0)
    try:
        with av.open(file, mode="r", format=container_format, metadata_errors="replace") as container:
            stream = next(iter(container.streams.video), None)
            if stream is None:
                raise MediaProblemError("The file holds no video.")
            if stream.width * stream.height > max_pixels:
                raise MediaProblemError(f"The video is too large to be shown: {stream.width} × {stream.height} pixels.")
            length = _length(container, stream)
            still = _still(container, stream, length)
            tags = {name.lower(): text for name, text in {**stream.metadata, **container.metadata}.items()}
    # AttributeError: PyAV's stream has no size when its codec is unknown.
    except (av.FFmpegError, ValueError, OverflowError, UnicodeError, EOFError, AttributeError) as error:
        raise MediaProblemError("The video is damaged or of a kind that cannot be read.") from error
    latitude, longitude = _place(tags)
    return Video(
        still=still,
        width=still.width,
        height=still.height,
        length_s=length,
        taken_at=_time(tags, zone),
        latitude=latitude,
        longitude=longitude,
        camera=_camera(tags),
        description=tags.get("com.apple.quicktime.description") or tags.get("description") or "",
    )


def _length(container: av.container.InputContainer, stream: av.VideoStream) -> float | None:
    if stream.duration and stream.time_base:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration:
        seconds = container.duration / 1_000_000
    else:
        return None
    return round(seconds, 3) if seconds > 0 else None


def _still(container: av.container.InputContainer, stream: av.VideoStream, length: float | None) -> Image.Image:
    stream.thread_count = 2
    for start_s in ((length or 0.0) * STILL_AT, 0.0):
        try:
            container.seek(int(start_s * 1_000_000))
            frame = _first_frame(container, stream)
        except av.FFmpegError:
            frame = None
        if frame is not None:
            image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
            # The angle turns the frame counter-clockwise, as Pillow's does.
            return image.rotate(frame.rotation, expand=True) if frame.rotation else image
    raise MediaProblemError("The video is damaged: no picture can be read from it.")


def _first_frame(container: av.container.InputContainer, stream: av.VideoStream) -> av.VideoFrame | None:
    for tried, packet in enumerate(container.demux(stream)):
        if tried > MAX_FRAMES_TRIED:
            return None
        for frame in packet.decode():
            return frame
    return None


def _time(tags: dict[str, str], zone: str) -> datetime | None:
    """Apple writes local time with its offset; the common tag is UTC."""
    local = parse_time(tags.get("com.apple.quicktime.creationdate"))
    if local is not None:
        return local
    utc = parse_time(tags.get("creation_time"))
    return utc_to_wall_clock(utc, zone) if utc else None


def _camera(tags: dict[str, str]) -> str:
    names = [tags.get(f"com.apple.quicktime.{name}") or tags.get(name) or "" for name in ("make", "model")]
    return " ".join(name for name in names if name)[:128]


def _place(tags: dict[str, str]) -> tuple[float | None, float | None]:
    """ISO 6709 as phones write it: `+52.5200+013.4050+034/`."""
    text = tags.get("com.apple.quicktime.location.iso6709") or tags.get("location") or ""
    cuts = [index for index, char in enumerate(text) if char in "+-/"]
    if len(cuts) < 2 or cuts[0] != 0:
        return None, None
    try:
        latitude = float(text[: cuts[1]])
        longitude = float(text[cuts[1] : cuts[2] if len(cuts) > 2 else None])
    except ValueError:
        return None, None
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude, longitude) == (0.0, 0.0):
        return None, None
    return latitude, longitude

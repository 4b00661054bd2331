"""EXIF: camera, exposure, place, times and texts. Every tag may be absent, broken or a lie."""

import contextlib
import math
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from api.lib.images import DECODE_ERRORS
from api.lib.timestamps import parse_time, possible

CAMERA_TEXTS = (
    "digital camera",
    "digicam",
    "sony dsc",
    "dcim",
    "samsung",
    "screenshot",
    "untitled",
    "default",
    "camera360",
    "dav",
    "sdr",
    "hdr",
    "oplus_",
    "ozdic",
    "binary comment",
    "ascii",
    "charset=",
    "file source",
    "created with",
    "processed with",
)
"""How descriptions begin or end that no person wrote."""

Tags = dict[int, Any]


@dataclass(frozen=True)
class ExifData:
    """Lengths in mm, distance in m, coordinates in decimal degrees; empty text or None where unknown."""

    original: datetime | None = None
    digitized: datetime | None = None
    modified: datetime | None = None
    gps_time: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    camera: str = ""
    lens: str = ""
    fstop: float | None = None
    shutter_speed: str = ""
    iso: int | None = None
    focal_length: float | None = None
    focal_length_35mm: float | None = None
    digital_zoom_ratio: float | None = None
    subject_distance: float | None = None
    rating: int | None = None
    description: str = ""
    keywords: list[str] = field(default_factory=list)


def read_exif(source: Image.Image) -> ExifData:
    """Return what the picture's EXIF says; what cannot be read is left out."""
    main, photo, gps = _blocks(source)
    focal_length_35mm = _number(photo.get(Base.FocalLengthIn35mmFilm))
    return ExifData(
        original=parse_time(_text(photo.get(Base.DateTimeOriginal))),
        digitized=parse_time(_text(photo.get(Base.DateTimeDigitized))),
        modified=parse_time(_text(main.get(Base.DateTime))),
        gps_time=_gps_time(gps),
        latitude=_coordinate(gps, GPS.GPSLatitude, GPS.GPSLatitudeRef, "S", 90.0),
        longitude=_coordinate(gps, GPS.GPSLongitude, GPS.GPSLongitudeRef, "W", 180.0),
        camera=_camera(_text(main.get(Base.Make)), _text(main.get(Base.Model))),
        lens=_text(photo.get(Base.LensModel))[:128],
        fstop=_rounded(photo.get(Base.FNumber)),
        shutter_speed=_shutter_speed(_number(photo.get(Base.ExposureTime))),
        iso=_iso(photo.get(Base.ISOSpeedRatings)),
        focal_length=_rounded(photo.get(Base.FocalLength)),
        focal_length_35mm=focal_length_35mm or None,
        digital_zoom_ratio=_rounded(photo.get(Base.DigitalZoomRatio)),
        subject_distance=_rounded(photo.get(Base.SubjectDistance)),
        rating=_rating(main.get(Base.Rating)),
        description=_description(main, photo),
        keywords=[word.strip() for word in _utf16(main.get(Base.XPKeywords)).split(";") if word.strip()],
    )


def _blocks(source: Image.Image) -> tuple[Tags, Tags, Tags]:
    try:
        exif = source.getexif()
        main: Tags = dict(exif)
    except DECODE_ERRORS:
        return {}, {}, {}
    inner: list[Tags] = []
    for block in (IFD.Exif, IFD.GPSInfo):
        found: Tags = {}
        with contextlib.suppress(*DECODE_ERRORS):
            found = dict(exif.get_ifd(block))
        inner.append(found)
    return main, inner[0], inner[1]


def _text(value: Any) -> str:
    """Return readable text of a tag that may be bytes in an unknown encoding; empty when it is not text."""
    if isinstance(value, bytes):
        for encoding in ("utf-8", "cp1252"):
            with contextlib.suppress(UnicodeDecodeError):
                return _text(value.decode(encoding))
        return ""
    if not isinstance(value, str):
        return ""
    text = value.split("\0")[0]
    # Pillow decodes ASCII tags as Latin-1; most programs write UTF-8 into them.
    with contextlib.suppress(UnicodeEncodeError, UnicodeDecodeError):
        text = text.encode("latin-1").decode("utf-8")
    return "".join(char for char in text if char.isprintable() or char in "\n\t").strip()


def _utf16(value: Any) -> str:
    """Windows' XP… tags are bytes of UTF-16."""
    if isinstance(value, tuple):
        value = bytes(item for item in value if isinstance(item, int) and 0 <= item < 256)
    if not isinstance(value, bytes):
        return ""
    return _text(value.decode("utf-16-le", "ignore"))


def _number(value: Any) -> float | None:
    """Return a finite number of a rational, whole number or the first of several."""
    if isinstance(value, tuple | list) and value:
        value = value[0]
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 <= number < 1e9 else None


def _rounded(value: Any) -> float | None:
    number = _number(value)
    return round(number, 3) if number else None


def _iso(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number else None


def _rating(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= 5 else None


def _shutter_speed(seconds: float | None) -> str:
    """Return `1/250` below a third of a second, else seconds such as `0.5` or `30`."""
    if not seconds:
        return ""
    if seconds < 0.34:
        return f"1/{round(1 / seconds)}"
    return f"{float(Fraction(seconds).limit_denominator(100)):g}"


def _camera(make: str, model: str) -> str:
    """Canon writes its name into both tags, others into one."""
    first = make.split(" ")[0].lower()
    name = model if first and model.lower().startswith(first) else f"{make} {model}"
    return name.strip()[:128]


def _coordinate(gps: Tags, tag: int, ref_tag: int, negative: str, limit: float) -> float | None:
    values = gps.get(tag)
    if not isinstance(values, tuple | list) or not values:
        return None
    numbers = [_number(value) for value in values[:3]]
    if any(number is None for number in numbers):
        return None
    degrees = sum(((number or 0.0) / 60.0**index for index, number in enumerate(numbers)), 0.0)
    if degrees > limit:
        return None
    return -degrees if _text(gps.get(ref_tag)).upper().startswith(negative) else degrees


def _gps_time(gps: Tags) -> datetime | None:
    day = parse_time(_text(gps.get(GPS.GPSDateStamp)))
    parts = gps.get(GPS.GPSTimeStamp)
    if day is None:
        return None
    numbers = [_number(part) for part in parts[:3]] if isinstance(parts, tuple | list) else []
    if len(numbers) != 3 or None in numbers:
        return day
    try:
        hour, minute, second = (int(number or 0) for number in numbers)
        return possible(day.replace(hour=hour, minute=minute, second=second))
    except ValueError:
        return day


def _description(main: Tags, photo: Tags) -> str:
    texts = (
        _text(main.get(Base.ImageDescription)),
        _utf16(main.get(Base.XPComment)),
        _utf16(main.get(Base.XPTitle)),
        _user_comment(photo.get(Base.UserComment)),
    )
    return next((text for text in texts if text and not _is_camera_text(text)), "")


def _is_camera_text(text: str) -> bool:
    plain = text.lower()
    return len(plain) < 3 or plain.startswith((*CAMERA_TEXTS, "{", "<")) or plain.endswith(CAMERA_TEXTS[:2])


def _user_comment(value: Any) -> str:
    """Eight bytes name the encoding. Makers put binary data here, so only what looks like words counts."""
    if not isinstance(value, bytes) or len(value) < 9:
        return ""
    label, body = value[:8], value[8:]
    if label.startswith(b"UNICODE"):
        text = body.decode("utf-16-le" if body[1:2] == b"\0" else "utf-16-be", "ignore")
    elif label.startswith(b"ASCII"):
        text = body.split(b"\0")[0].decode("utf-8", "ignore")
    else:
        return ""
    text = _text(text)
    return text if " " in text and any(char.isalpha() for char in text) else ""

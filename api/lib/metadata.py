"""What a file says about itself, from EXIF, IPTC, XMP and its sidecar, as one record."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from PIL import ImageFile

from api.lib.exif import ExifData, read_exif
from api.lib.face_regions import FoundPerson, people_upright
from api.lib.files import open_regular
from api.lib.images import orientation_of
from api.lib.iptc import IptcData, read_iptc
from api.lib.timestamps import time_in_name, utc_to_wall_clock
from api.lib.xmp import MAX_BYTES, XmpData, parse_xmp

SIDECAR_SUFFIXES = (".xmp", ".XMP")
MAX_KEYWORDS = 200
T = TypeVar("T")


@dataclass(frozen=True)
class Metadata:
    """`taken_at` is wall-clock time without a zone, see api.lib.timestamps; `rating` 0..5 or None.

    Boxes of `people` lie on the upright picture.
    """

    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    description: str = ""
    keywords: list[str] = field(default_factory=list)
    rating: int | None = None
    exif: ExifData = field(default_factory=ExifData)
    people: tuple[FoundPerson, ...] = ()


def read_metadata(source: ImageFile.ImageFile, *, name: str, sidecar: XmpData | None, zone: str) -> Metadata:
    """Merge everything that is known about a picture. A sidecar wins: it is written later than the file."""
    exif, iptc = read_exif(source), read_iptc(source)
    inside = parse_xmp(_embedded_xmp(source)) or XmpData()
    outside = sidecar or XmpData()
    gps_time = utc_to_wall_clock(exif.gps_time, zone) if exif.gps_time else None
    latitude, longitude = _place((outside.latitude, outside.longitude), exif, (inside.latitude, inside.longitude))
    return Metadata(
        taken_at=_first(
            outside.original,
            exif.original,
            exif.digitized,
            outside.created,
            inside.original,
            inside.created,
            iptc.taken_at,
            exif.modified,
            gps_time,
            time_in_name(name),
        ),
        latitude=latitude,
        longitude=longitude,
        description=_first(outside.description, inside.description, iptc.description, exif.description) or "",
        keywords=_keywords(outside, inside, iptc, exif),
        rating=_first_known(outside.rating, inside.rating, exif.rating),
        exif=exif,
        people=_people(source, outside, inside),
    )


def find_sidecar(path: Path) -> Path | None:
    """Return `name.jpg.xmp` or `name.xmp` beside the file, the first that exists."""
    for base in (path.name, path.stem):
        for suffix in SIDECAR_SUFFIXES:
            candidate = path.with_name(base + suffix)
            if candidate.is_file() and not candidate.is_symlink():
                return candidate
    return None


def read_sidecar(path: Path) -> XmpData | None:
    """Return what the sidecar of the file at `path` says, None without a readable one."""
    sidecar = find_sidecar(path)
    if sidecar is None:
        return None
    try:
        with open_regular(sidecar) as file:
            return parse_xmp(file.read(MAX_BYTES + 1))
    except OSError:
        return None


def _embedded_xmp(source: ImageFile.ImageFile) -> bytes:
    """Pillow and pillow-heif keep the packet as bytes or, from a PNG, as text under another name."""
    for name in ("xmp", "XML:com.adobe.xmp"):
        packet = source.info.get(name)
        if packet:
            return packet.encode() if isinstance(packet, str) else bytes(packet)
    tags: Any = getattr(source, "tag_v2", None)
    packet = tags.get(700) if tags is not None else None
    return packet if isinstance(packet, bytes) else b""


def _place(
    outside: tuple[float | None, float | None], exif: ExifData, inside: tuple[float | None, float | None]
) -> tuple[float | None, float | None]:
    for latitude, longitude in (outside, (exif.latitude, exif.longitude), inside):
        # 0, 0 is what devices write that have not found their place yet.
        if latitude is not None and longitude is not None and (latitude, longitude) != (0.0, 0.0):
            return round(latitude, 7), round(longitude, 7)
    return None, None


def _keywords(outside: XmpData, inside: XmpData, iptc: IptcData, exif: ExifData) -> list[str]:
    words: Iterable[str] = outside.keywords or [*inside.keywords, *iptc.keywords, *exif.keywords]
    return [word[:128] for word in dict.fromkeys(words)][:MAX_KEYWORDS]


def _people(source: ImageFile.ImageFile, outside: XmpData, inside: XmpData) -> tuple[FoundPerson, ...]:
    faces = outside.faces if outside.faces.people else inside.faces
    # The size may be that of a reduced reading; its shape is the stored picture's all the same.
    return people_upright(faces, stored_ratio=source.width / source.height, orientation=orientation_of(source))


def _first(*values: T | None) -> T | None:
    return next((value for value in values if value), None)


def _first_known(*values: T | None) -> T | None:
    return next((value for value in values if value is not None), None)

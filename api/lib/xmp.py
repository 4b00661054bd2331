"""XMP packets, from inside a file or from a sidecar: XML from strangers, so parsed without entities."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from api.lib.face_regions import FacesInXmp, faces_in_xmp
from api.lib.timestamps import parse_time

MAX_BYTES = 4 * 1024 * 1024
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
EXIF = "{http://ns.adobe.com/exif/1.0/}"
PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ORIGINAL_TIMES = (f"{EXIF}DateTimeOriginal", f"{PHOTOSHOP}DateCreated")
OTHER_TIMES = (f"{EXIF}DateTimeDigitized", f"{XMP}CreateDate")
COORDINATE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])\Z")


@dataclass(frozen=True)
class XmpData:
    """`original`: when it was taken; `created`: when it was digitised or its file made.

    `rating` is 0..5 or None; coordinates are decimal degrees.
    """

    description: str = ""
    keywords: list[str] = field(default_factory=list)
    original: datetime | None = None
    created: datetime | None = None
    rating: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    faces: FacesInXmp = field(default_factory=FacesInXmp)


def parse_xmp(packet: bytes) -> XmpData | None:
    """Return what the packet says, None when it is not readable XML (or asks for entities)."""
    if not packet or len(packet) > MAX_BYTES:
        return None
    try:
        root = ElementTree.fromstring(packet.strip(b"\0 \r\n\t"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return XmpData(
        description=_language_text(root, f"{DC}description"),
        keywords=_texts(root, f"{DC}subject"),
        original=_time(root, ORIGINAL_TIMES),
        created=_time(root, OTHER_TIMES),
        rating=_rating(_value(root, f"{XMP}Rating")),
        latitude=_coordinate(_value(root, f"{EXIF}GPSLatitude"), 90.0),
        longitude=_coordinate(_value(root, f"{EXIF}GPSLongitude"), 180.0),
        faces=faces_in_xmp(root),
    )


def _value(root: Element, name: str) -> str | None:
    """A simple property is an attribute of rdf:Description or an element in it."""
    for block in root.iter(f"{RDF}Description"):
        if name in block.attrib:
            return block.attrib[name].strip()
        child = block.find(name)
        if child is not None and child.text:
            return child.text.strip()
    return None


def _time(root: Element, names: tuple[str, ...]) -> datetime | None:
    return next((time for name in names if (time := parse_time(_value(root, name)))), None)


def _items(root: Element, name: str) -> Iterator[Element]:
    for parent in root.iter(name):
        yield from parent.iter(f"{RDF}li")


def _texts(root: Element, name: str) -> list[str]:
    texts = ((item.text or "").strip() for item in _items(root, name))
    return list(dict.fromkeys(text for text in texts if text))


def _language_text(root: Element, name: str) -> str:
    """Return the text of the default language, else the first one that is not empty."""
    items = [((item.text or "").strip(), item.get(XML_LANG)) for item in _items(root, name)]
    default = next((text for text, language in items if language == "x-default" and text), None)
    return default or next((text for text, _language in items if text), None) or _value(root, name) or ""


def _rating(text: str | None) -> int | None:
    try:
        value = int(float(text or ""))
    except (ValueError, OverflowError):
        return None
    return value if 0 <= value <= 5 else None


def _coordinate(text: str | None, limit: float) -> float | None:
    """XMP writes `52,30.5N` or `52,30,30N`."""
    match = COORDINATE.match(text or "")
    if not match:
        return None
    value = float(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    if value > limit:
        return None
    return -value if match[4] in "SW" else value

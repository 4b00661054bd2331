"""IPTC records of press agencies and older programs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PIL import ImageFile, IptcImagePlugin

from api.lib.images import DECODE_ERRORS
from api.lib.timestamps import parse_time

CHARSET, CAPTION, KEYWORD, DATE, TIME = (1, 90), (2, 120), (2, 25), (2, 55), (2, 60)


@dataclass(frozen=True)
class IptcData:
    description: str = ""
    keywords: list[str] = field(default_factory=list)
    taken_at: datetime | None = None


def read_iptc(source: ImageFile.ImageFile) -> IptcData:
    """Return the caption, keywords and creation time; what cannot be read is left out."""
    try:
        records: dict[tuple[int, int], Any] = IptcImagePlugin.getiptcinfo(source) or {}
    except DECODE_ERRORS:
        return IptcData()
    clock = (_first(records.get(TIME)) or "")[:6]
    day = _first(records.get(DATE)) or ""
    return IptcData(
        description=_first(records.get(CAPTION)) or "",
        keywords=list(dict.fromkeys(word for word in map(_text, _list(records.get(KEYWORD))) if word)),
        taken_at=parse_time(day + clock) or parse_time(day),
    )


def _list(value: Any) -> list[bytes]:
    if isinstance(value, bytes):
        return [value]
    return [item for item in value if isinstance(item, bytes)] if isinstance(value, list) else []


def _first(value: Any) -> str | None:
    return next(map(_text, _list(value)), None)


def _text(value: bytes) -> str:
    """The charset record is often absent or wrong; valid UTF-8 is hardly ever anything else."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("cp1252", "ignore")
    return text.replace("\0", "").strip()

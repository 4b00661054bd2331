"""What a file is, by its content; names lie."""

from dataclasses import dataclass
from typing import IO

import filetype

HEAD_BYTES = 4096


@dataclass(frozen=True)
class FileType:
    """`container` is FFmpeg's name of the format of a video, None for a picture."""

    mime: str
    extension: str
    container: str | None = None

    @property
    def is_video(self) -> bool:
        return self.container is not None


JPEG = FileType("image/jpeg", ".jpg")
PNG = FileType("image/png", ".png")
HEIC = FileType("image/heic", ".heic")
HEIF = FileType("image/heif", ".heif")
AVIF = FileType("image/avif", ".avif")
WEBP = FileType("image/webp", ".webp")
MP4 = FileType("video/mp4", ".mp4", "mov")
MPEG_TS = FileType("video/mp2t", ".mts", "mpegts")

TYPES: dict[str, FileType] = {
    kind.mime: kind
    for kind in (
        JPEG,
        PNG,
        WEBP,
        FileType("image/gif", ".gif"),
        FileType("image/tiff", ".tif"),
        FileType("image/bmp", ".bmp"),
        FileType("video/webm", ".webm", "matroska"),
        FileType("video/x-matroska", ".mkv", "matroska"),
        FileType("video/x-msvideo", ".avi", "avi"),
        FileType("video/x-ms-wmv", ".wmv", "asf"),
        FileType("video/x-flv", ".flv", "flv"),
        FileType("video/mpeg", ".mpg", "mpeg"),
    )
}

ISO_BRANDS: dict[bytes, FileType] = {
    **dict.fromkeys((b"avif", b"avis"), AVIF),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), HEIC),
    **dict.fromkeys((b"mif1", b"msf1"), HEIF),
    b"qt  ": FileType("video/quicktime", ".mov", "mov"),
    **dict.fromkeys((b"M4V ", b"M4VH", b"M4VP"), FileType("video/x-m4v", ".m4v", "mov")),
    **dict.fromkeys(
        (b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"MSNV", b"XAVC"),
        MP4,
    ),
}
THREE_GP = FileType("video/3gpp", ".3gp", "mov")

IMAGE_EXTENSIONS = frozenset(
    {
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".mpo",
        ".png",
        ".apng",
        ".webp",
        ".gif",
        ".tif",
        ".tiff",
        ".bmp",
        ".dib",
        ".heic",
        ".heif",
        ".hif",
        ".avif",
    }
)
VIDEO_EXTENSIONS = frozenset(
    {
        ".mp4",
        ".m4v",
        ".mov",
        ".qt",
        ".3gp",
        ".3g2",
        ".webm",
        ".mkv",
        ".avi",
        ".wmv",
        ".flv",
        ".mpg",
        ".mpeg",
        ".mts",
        ".m2ts",
        ".ts",
    }
)
MEDIA_EXTENSIONS = IMAGE_EXTENSIONS | VIDEO_EXTENSIONS


def detect_type(file: IO[bytes]) -> FileType | None:
    """Return the type of an open file by its first bytes, None when it is none that we can show."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    return type_of_head(head)


def type_of_head(head: bytes) -> FileType | None:
    if head[4:8] == b"ftyp":
        return _iso_type(head)
    if _is_mpeg_ts(head):
        return MPEG_TS
    guess = filetype.guess(head) if head else None
    if guess is None:
        return None
    if guess.mime == "image/apng":
        return PNG
    # The library takes every text that starts with "BM" or "GIF" for a picture.
    if guess.mime == "image/bmp" and head[6:10] != b"\0\0\0\0":
        return None
    if guess.mime == "image/gif" and head[:6] not in {b"GIF87a", b"GIF89a"}:
        return None
    return TYPES.get(guess.mime)


def _iso_type(head: bytes) -> FileType | None:
    """HEIC, AVIF, MP4 and MOV share one container; the major brand decides, then the compatible ones in their order."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[start : start + 4] for start in range(16, size, 4))]
    for brand in brands:
        if brand in {b"mif1", b"msf1"}:
            # The general picture brand; a later one says which codec.
            special = [ISO_BRANDS[other] for other in brands if other in ISO_BRANDS and ISO_BRANDS[other] is not HEIF]
            return next((kind for kind in special if not kind.is_video), HEIF)
        if brand in ISO_BRANDS:
            return ISO_BRANDS[brand]
        if brand[:2] == b"3g":
            return THREE_GP
    return None


def _is_mpeg_ts(head: bytes) -> bool:
    """A transport stream has 0x47 at the start of each packet: 188 bytes, on camcorders 192 with four in front."""
    return any(
        len(head) > 3 * step + start and all(head[start + step * index] == 0x47 for index in range(4))
        for start, step in ((0, 188), (4, 192))
    )

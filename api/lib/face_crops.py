"""Small pictures of faces, cut from a photo's big preview when somebody first asks for them."""

import re
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from api.lib.boxes import Box
from api.lib.files import write_atomic

SIDE = 256
"""Pixels; smaller where the face is, nothing is enlarged."""

MARGIN = 0.4
"""What is shown around a face, as a part of its longer side, on each side."""

QUALITY = 80
NAME = re.compile(r"(?P<image_hash>[0-9a-f]{32}\d{1,19})_(?P<face_id>\d{1,18})(?:\.webp)?\Z")


def face_url(image_hash: str, face_id: int) -> str:
    """Return the address of a face's picture; nothing else is ever behind it, since faces never get another box."""
    return f"/media/faces/{_file_name(image_hash, face_id)}"


def parse_face_name(name: str) -> tuple[str, int] | None:
    """Return photo hash and face id of the last part of such an address; None when it is none."""
    match = NAME.match(name)
    return (match["image_hash"], int(match["face_id"])) if match else None


def face_crop_path(media_dir: Path, image_hash: str, face_id: int) -> Path:
    return _folder(media_dir, image_hash) / _file_name(image_hash, face_id)


def write_face_crop(preview: Path, path: Path, box: Box) -> None:
    """Cut the face out of the preview and write it to `path`. Raises OSError."""
    with Image.open(preview, formats=("WEBP",)) as picture:
        face = picture.convert("RGB").crop(_square(box, picture.width, picture.height))
    face.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)

    def write(file: BinaryIO) -> None:
        face.save(file, "WEBP", quality=QUALITY)

    write_atomic(path, write)


def remove_face_crops(media_dir: Path, image_hash: str) -> None:
    """Remove the pictures of all faces of a photo that is gone."""
    for path in _folder(media_dir, image_hash).glob(f"{image_hash}_*.webp"):
        path.unlink(missing_ok=True)


def _square(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom in pixels of a square around the face, inside the picture."""
    longer = max(box.width * width, box.height * height)
    side = max(1, min(round(longer * (1 + 2 * MARGIN)), width, height))
    left = round((box.left + box.width / 2) * width - side / 2)
    top = round((box.top + box.height / 2) * height - side / 2)
    left, top = min(max(left, 0), width - side), min(max(top, 0), height - side)
    return left, top, left + side, top + side


def _folder(media_dir: Path, image_hash: str) -> Path:
    return media_dir / "faces" / image_hash[:2] / image_hash[2:4]


def _file_name(image_hash: str, face_id: int) -> str:
    return f"{image_hash}_{face_id}.webp"

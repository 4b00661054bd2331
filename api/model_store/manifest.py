"""installed.json: what a whole model consists of. It is written last, so a folder without it is no model."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from api.model_registry import is_safe_path

NAME = "installed.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class InstalledFile:
    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file of the registry as it was when it was installed, and against what it was checked."""

    path: str
    sha256: str
    size_bytes: int
    checked_against: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was done to the downloaded files, and the figures that the service reported about it."""

    kind: str
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Installed:
    """`files` is what lies in the folder; `downloads` is what it was made from (an archive is gone by then).

    `conversion` is None for files that are as they were downloaded.
    """

    id: str
    revision: str
    installed_at: str
    files: tuple[InstalledFile, ...]
    downloads: tuple[CheckedFile, ...]
    conversion: Conversion | None = None

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)


def read_manifest(folder: Path) -> Installed | None:
    """Return what the folder says that it holds; None when it is no model, or its manifest cannot be understood."""
    try:
        raw = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if raw.pop("format") != FORMAT:
            return None
        found = _parse(raw)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if all(is_safe_path(file.path) for file in found.files) else None


def write_manifest(folder: Path, installed: Installed) -> None:
    """Write it so that it is on the disk when this returns."""
    text = json.dumps({"format": FORMAT, **asdict(installed)}, indent=2) + "\n"
    with (folder / NAME).open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _parse(raw: dict[str, Any]) -> Installed:
    return Installed(
        id=str(raw["id"]),
        revision=str(raw["revision"]),
        installed_at=str(raw["installed_at"]),
        files=tuple(InstalledFile(**file) for file in raw["files"]),
        downloads=tuple(CheckedFile(**file) for file in raw["downloads"]),
        conversion=Conversion(**raw["conversion"]) if raw.get("conversion") else None,
    )

"""Folders to choose from, confined to one root."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folder:
    name: str
    path: str
    children: list["Folder"]


def folder_inside(root: Path, text: str) -> Path | None:
    """Return the folder that `text` names (empty: the root), links resolved; None when it is not one inside `root`."""
    try:
        folder = (root / text).resolve()
        if folder.is_relative_to(root.resolve()) and folder.is_dir():
            return folder
    except (OSError, ValueError):  # a name that is too long, or holds NUL
        return None
    return None


def folder_with_children(folder: Path) -> Folder:
    """Return the folder and those right in it, by name; hidden ones and links are left out, as a scan does."""
    try:
        entries = [entry for entry in folder.iterdir() if _is_shown(entry)]
    except OSError:
        entries = []
    children = [
        Folder(entry.name, str(entry), []) for entry in sorted(entries, key=lambda entry: entry.name.casefold())
    ]
    return Folder(folder.name, str(folder), children)


def _is_shown(entry: Path) -> bool:
    if entry.name.startswith(".") or entry.is_symlink():
        return False
    try:
        entry.name.encode()  # a name in another encoding cannot be written as JSON
        return entry.is_dir()
    except (OSError, UnicodeEncodeError):
        return False

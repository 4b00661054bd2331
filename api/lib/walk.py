"""The media files below a folder that a person named, and why others are left out."""

import os
import stat
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from api.lib.file_types import MEDIA_EXTENSIONS

SKIPPED_FOLDERS = frozenset(
    {"@eadir", "#recycle", "@recycle", "$recycle.bin", "lost+found", "system volume information"}
)
"""Waste bins and preview folders of network storages, in lower case. Folders that begin with a dot are left out too."""

SIDECAR = ".xmp"
MAX_PATH_LENGTH = 4096


@dataclass
class Walk:
    """What a walk has met so far.

    skipped: reason → how many. unreadable: folders that could not be listed, so nothing is known about what is in
    them. sidecars: path → mtime_ns of XMP files.
    """

    skipped: dict[str, int] = field(default_factory=dict)
    examples: list[dict[str, str]] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    sidecars: dict[str, int] = field(default_factory=dict)

    def skip(self, path: str, reason: str) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + 1
        if len(self.examples) < 100:
            self.examples.append({"path": path.encode("utf-8", "replace").decode(), "reason": reason})


def walk_media(root: Path, walk: Walk, *, skip_patterns: list[str], excluded: Set[str] = frozenset()) -> Iterator[str]:
    """Yield the absolute path of every regular file below `root` whose name ends like a picture or video.

    Links are not followed, whether to files or to folders: inside the root their target is met anyway, and outside is
    not ours. `excluded` folders (absolute paths) are left out. Raises OSError when the root itself cannot be listed.
    """
    folders = [str(root)]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if folder == str(root):
                raise
            walk.unreadable.append(folder)
            walk.skip(folder, f"folder cannot be read ({error.strerror})")
            continue
        for entry in found:
            if _is_folder(entry):
                if entry.path not in excluded and not _skipped_folder(root, entry, walk, skip_patterns):
                    folders.append(entry.path)
            elif _is_media(root, entry, walk, skip_patterns):
                yield entry.path


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _skipped_folder(root: Path, entry: os.DirEntry[str], walk: Walk, skip_patterns: list[str]) -> bool:
    if entry.name.startswith(".") or entry.name.lower() in SKIPPED_FOLDERS:
        return True
    if _matches(root, entry.path, skip_patterns):
        walk.skip(entry.path, "skip pattern")
        return True
    return False


def _is_media(root: Path, entry: os.DirEntry[str], walk: Walk, skip_patterns: list[str]) -> bool:
    if entry.name.startswith("."):
        return False
    extension = PurePath(entry.name).suffix.lower()
    if extension != SIDECAR and extension not in MEDIA_EXTENSIONS:
        walk.skip(entry.path, "not a picture or video")
        return False
    try:
        status = entry.stat(follow_symlinks=False)
        entry.path.encode("utf-8")
    except OSError as error:
        walk.skip(entry.path, f"file cannot be read ({error.strerror})")
        return False
    except UnicodeEncodeError:
        walk.skip(entry.path, "name is not valid UTF-8")
        return False
    if stat.S_ISLNK(status.st_mode):
        walk.skip(entry.path, "link")
    elif not stat.S_ISREG(status.st_mode):
        walk.skip(entry.path, "not a regular file")
    elif extension == SIDECAR:
        walk.sidecars[entry.path] = status.st_mtime_ns
    elif len(entry.path) > MAX_PATH_LENGTH:
        walk.skip(entry.path, "path is too long")
    elif _matches(root, entry.path, skip_patterns):
        walk.skip(entry.path, "skip pattern")
    else:
        return True
    return False


def _matches(root: Path, path: str, skip_patterns: list[str]) -> bool:
    """Only the part below the root counts, or a pattern could switch off the whole library."""
    below = path[len(str(root)) :]
    return any(pattern in below for pattern in skip_patterns)

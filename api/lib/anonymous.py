"""Sentences of services without what only their own machine knows."""

import re
from collections.abc import Container, Iterable
from pathlib import Path

HIDDEN = "…"
_PATH = re.compile(r"(?<![\w.])[/\\][^\s:;,'\"()]*")
_QUOTED = re.compile(r"(?<!\w)(['\"])([^'\"\s]+)\1")


def without_names(text: str, *, folders: Iterable[Path], public: Container[str]) -> str:
    """Return the sentence with folders, files and quoted names replaced by "…", so that strangers may read it.

    folders: those that this installation uses; they may hold spaces, which ends any other path.
    public: quoted names that are nobody's own, such as those of published models.
    """
    for folder in sorted(map(str, folders), key=len, reverse=True):
        if len(folder) > 1:
            # What follows the folder stays a path, and goes with it.
            text = text.replace(folder, "/")
    text = _PATH.sub(HIDDEN, text)
    return _QUOTED.sub(lambda found: found[0] if found[2] in public else HIDDEN, text)

"""File names from devices: kept for people to read, never used as paths."""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_NAME_LENGTH = 200
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")


def clean_file_name(name: str) -> str:
    """Return the last part of `name` without characters that any system forbids or that hide its extension.

    At most 200 characters, the extension kept; `file` when nothing is left.
    """
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    text = re.split(r"[/\\]", text)[-1]
    # Direction marks and other invisible characters can make `photo_gpj.exe` read as `photo_exe.jpg`.
    text = "".join(
        char for char in text if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    text = UNSAFE.sub("_", text).strip(" .")
    if not text:
        return "file"
    extension = file_extension(text)
    return text[: len(text) - len(extension)][: MAX_NAME_LENGTH - len(extension)].rstrip(" .") + extension


def file_extension(name: str) -> str:
    """Return `.jpg` of `a.b.jpg` as it is spelt, or an empty text when there is none that looks like one."""
    suffix = PurePosixPath(name).suffix
    return suffix if EXTENSION.match(suffix) else ""

"""Byte counts as people read and write them."""

import re

_UNITS = {
    "": 1,
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
    "TIB": 2**40,
}
_SIZE = re.compile(r"(\d{1,20}(?:\.\d{1,3})?)\s*([A-Za-z]*)")
_PERCENTAGE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*%")


def size_text(count: int) -> str:
    """Return "340 MB" or "5.8 GB"; decimal units, as disks are sold."""
    return f"{count / 10**9:.1f} GB" if count >= 10**9 else f"{-(-count // 10**6)} MB"


def share_or_bytes(text: str, whole_bytes: int) -> int:
    """Return what "80%", "6 GB", "6GiB" or "6000000000" means where there are `whole_bytes`.

    Raises ValueError with a sentence for anything else, for nothing, and for more than 100 %.
    """
    if found := _PERCENTAGE.fullmatch(text.strip()):
        share = float(found[1])
        if 0 < share <= 100:
            return int(whole_bytes * share / 100)
    elif (found := _SIZE.fullmatch(text.strip())) and found[2].upper() in _UNITS:
        count = int(float(found[1]) * _UNITS[found[2].upper()])
        if count > 0:
            return count
    raise ValueError(f"{text!r} is neither a percentage such as 80% nor a size such as 6 GB.")

"""Which content a file must have, and whether it has."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

CHUNK_BYTES = 1 << 20

Origin = Literal["registry", "hub", "mirror", "bundle", "person"]
"""Who says so: ml_models.json, the hub it comes from, the mirror's SHA256SUMS, an imported bundle, or the person who
imported the file with --accept-unverified."""


@dataclass(frozen=True, slots=True)
class Expected:
    """`git-sha1` is what the hub names for small files that are not in LFS: the id of the file as a git object."""

    kind: Literal["sha256", "git-sha1"]
    digest: str
    size_bytes: int | None
    origin: Origin

    @property
    def part_name(self) -> str:
        """A file name that only the same content gets, so that parts of different revisions never mix."""
        return f"{self.kind}-{self.digest}.part"


@dataclass(frozen=True, slots=True)
class Digests:
    sha256: str
    git_sha1: str
    size_bytes: int

    def fit(self, expected: Expected) -> bool:
        if expected.size_bytes is not None and expected.size_bytes != self.size_bytes:
            return False
        return expected.digest == (self.sha256 if expected.kind == "sha256" else self.git_sha1)


def digests_of(path: Path, *, check: Callable[[], None]) -> Digests:
    """Read the file once, from the disk, and return its hashes. `check` is called often and may raise to stop."""
    size = path.stat().st_size
    sha256 = hashlib.sha256()
    git = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with path.open("rb") as file:
        for count, chunk in enumerate(iter(lambda: file.read(CHUNK_BYTES), b"")):
            sha256.update(chunk)
            git.update(chunk)
            if count % 256 == 0:
                check()
    return Digests(sha256.hexdigest(), git.hexdigest(), size)

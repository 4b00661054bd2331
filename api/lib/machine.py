"""How much memory this machine has: that of its cgroup where one limits us, as containers do.

Sources: proc(5), https://docs.kernel.org/admin-guide/cgroup-v2.html and .../cgroup-v1/memory.html.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC, CGROUPS = Path("/proc"), Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Memory:
    """`limited_by` is "machine", or "cgroup" when a limit below the machine's size holds."""

    total_bytes: int
    free_bytes: int
    limited_by: str = "machine"


@dataclass(frozen=True, slots=True)
class _Names:
    """The files of one version of cgroups; `reclaimable` is the line of memory.stat that counts as free."""

    limit: str
    used: str
    reclaimable: str


_V2 = _Names("memory.max", "memory.current", "inactive_file")
_V1 = _Names("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def machine_memory(*, limits: bool = True, proc: Path | None = None, cgroups: Path | None = None) -> Memory:
    """Return what there is and what is free, of the tightest of the machine and the cgroups that we are in.

    Caches that the kernel gives back on demand count as free. limits: false leaves our cgroups out, for processes that
    run elsewhere than we do. proc, cgroups: where both are mounted.
    """
    proc, cgroups = proc or PROC, cgroups or CGROUPS
    numbers = _table(proc / "meminfo", scale=1024)
    total = numbers.get("MemTotal", 0)
    found = Memory(total, numbers.get("MemAvailable", numbers.get("MemFree", 0)))
    for folder, names in _groups(proc, cgroups) if limits else ():
        limit, used = _number(folder / names.limit), _number(folder / names.used)
        # Version 1 says "no limit" with a number near 2^63.
        if limit is None or limit >= total:
            continue
        reclaimable = _table(folder / "memory.stat").get(names.reclaimable, 0)
        free = max(0, limit - (used or 0) + reclaimable)
        found = Memory(min(limit, found.total_bytes), min(free, found.free_bytes), "cgroup")
    return found


def _groups(proc: Path, cgroups: Path) -> Iterator[tuple[Path, _Names]]:
    """Yield our cgroup's folder and those above it; a limit of any of them holds for us."""
    for line in _lines(proc / "self" / "cgroup"):
        _number_of_hierarchy, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers == "":
            root, names = cgroups, _V2
        elif "memory" in controllers.split(","):
            root, names = cgroups / "memory", _V1
        else:
            continue
        # A container that sees the host's path but mounts only its own folder has its limits in the root.
        folder = root / path.strip("/")
        while folder != root:
            yield folder, names
            folder = folder.parent
        yield root, names


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []


def _number(path: Path) -> int | None:
    """Return the number in a file; None when it is missing or says "max"."""
    lines = _lines(path)
    return int(lines[0]) if lines and lines[0].isdigit() else None


def _table(path: Path, *, scale: int = 1) -> dict[str, int]:
    """Return name → number from lines such as "MemTotal: 1024 kB" or "inactive_file 4096"."""
    found = {}
    for line in _lines(path):
        words = line.replace(":", " ").split()
        if len(words) >= 2 and words[1].isdigit():
            found[words[0]] = int(words[1]) * scale
    return found

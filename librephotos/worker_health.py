"""`python -m librephotos.worker_health`: whether the job worker of this container works. Cheap: it imports no Django.

django-q's cluster is a family of processes: the cluster, its sentinel, and below that one which fetches tasks, one
which keeps results, and the workers. The sentinel starts again what dies of the last three, so what is to be seen from
outside is that the family is complete. Needs Linux and a process namespace of its own, as containers have it.
"""

import os
import sys
from pathlib import Path

from librephotos.env import env_int

BESIDE_WORKERS = 4
"""Cluster, sentinel, fetcher, keeper."""


def main() -> int:
    alive = _processes(Path("/proc"))
    wanted = BESIDE_WORKERS + env_int("WORKERS", default=2, minimum=1)
    if alive < wanted:
        sys.stdout.write(f"Of {wanted} processes of the worker {alive} are alive.\n")
        return 1
    return 0


def _processes(proc: Path) -> int:
    """Return how many processes of `manage.py qcluster` live, zombies not counted."""
    count = 0
    for folder in proc.iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            # A zombie has no command line any more. The first process is the container's own init, which names it too.
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it ended meanwhile
            continue
        count += b"qcluster" in words and b"python" in words[0]
    return count


if __name__ == "__main__":
    sys.exit(main())

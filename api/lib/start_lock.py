"""Only one process at a time prepares the database: migrations of two that start together would collide."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.db.utils import OperationalError

LOCK_NUMBER = 7_305_190_812
"""Any number that nobody else uses; PostgreSQL keeps advisory locks by number, for each database."""
TRY_EVERY_S = 1.0


def wait_for_database(*, wait_s: float) -> None:
    """Return once the database takes connections. Raises OperationalError when it does not within `wait_s` seconds."""
    ends_at = time.monotonic() + wait_s
    while True:
        try:
            connection.ensure_connection()
            return
        except OperationalError:
            if time.monotonic() >= ends_at:
                raise
            time.sleep(min(TRY_EVERY_S, wait_s))


@contextmanager
def start_lock(data_dir: Path) -> Iterator[None]:
    """Hold the lock for the block; whoever comes second waits. It ends with the process, also when that is killed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_NUMBER])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_NUMBER])
    else:
        with (data_dir / ".prepare.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

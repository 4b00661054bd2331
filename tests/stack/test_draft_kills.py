"""Drafts for a whole library while worker and captioner are killed again and again: no photo is lost or done twice.

With photos of one's own, and with nobody helping time along, which takes some minutes more:

    KILL_TEST_PHOTOS=/folder/with/photos KILL_TEST_COUNT=500 pytest -s -m stack tests/stack/test_draft_kills.py
"""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image, ImageDraw

from tests.processes import ROOT, free_port

pytestmark = pytest.mark.stack
PHOTOS = os.environ.get("KILL_TEST_PHOTOS", "")
COUNT = int(os.environ.get("KILL_TEST_COUNT", "40"))
KILLS = ("worker", "captioner") * 3
PATIENCE_S = 1_800.0

PREPARE = """
from api.actions.draft_many import draft_many_start
from api.models import Photo, User
from django.core.management import call_command
user = User.objects.create_user("ana", scan_directory={folder!r})
call_command("scan", "ana")
draft_many_start(user=user)
print("photos", Photo.objects.visible().count())
"""


class Kept:
    """A process that is started again whenever it dies, as compose does it."""

    def __init__(self, module: str, environment: dict[str, str]) -> None:
        self._command, self._environment = [sys.executable, "-m", module], environment
        self.deaths = 0
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        """SIGKILL to it and to all that it started, at once; then start it again."""
        family = [*psutil.Process(self._process.pid).children(recursive=True), psutil.Process(self._process.pid)]
        for member in reversed(family):
            with contextlib.suppress(psutil.NoSuchProcess):
                member.send_signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=20)
        self._process.wait()
        self.deaths += 1
        self._start()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()


@contextmanager
def kept(module: str, environment: dict[str, str]) -> Iterator[Kept]:
    process = Kept(module, environment)
    try:
        yield process
    finally:
        process.stop()


def ask(database: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        return connection.execute(query).fetchall()


def help_time_along(database: Path) -> None:
    """What half a minute without a sign of life, and the next full minute, would bring."""
    with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
        connection.execute("UPDATE api_job SET heartbeat_at = datetime('now', '-2 minutes') WHERE state = 'running'")
        connection.execute(
            "UPDATE django_q_schedule SET next_run = datetime('now', '-2 minutes') WHERE name = 'rescue'"
        )


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def make_photos(folder: Path) -> None:
    folder.mkdir(parents=True)
    if PHOTOS:
        for path in sorted(Path(PHOTOS).glob("*.jpg"))[:COUNT]:
            shutil.copy(path, folder)
        return
    generator = random.Random(7)
    for number in range(COUNT):
        picture = Image.new("RGB", (320, 240), tuple(generator.randrange(256) for _ in range(3)))
        box = [generator.randrange(120), generator.randrange(90), 150 + number, 120 + number]
        ImageDraw.Draw(picture).ellipse(box, fill=tuple(generator.randrange(256) for _ in range(3)))
        picture.save(folder / f"{number:04d}.jpg")


def test_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    data = tmp_path / "data"
    make_photos(data / "photos" / "ana")
    port = free_port()
    environment = {
        **os.environ,
        "DATA_DIR": str(data),
        "IM2TXT_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "THREADS": "1",
        "WORKERS": "2",
        # One picture a request without photos of one's own, so that there is time for all the deaths.
        "MAX_BATCH": "8" if PHOTOS else "1",
        "SERVICE_TOKEN": "secret",
    }
    environment.pop("DATABASE_URL", None)
    for command in (["prepare"], ["shell", "-c", PREPARE.format(folder=str(data / "photos" / "ana"))]):
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"photos {COUNT}"
    database = data / "librephotos.sqlite3"

    started = time.monotonic()
    generator = random.Random()
    targets = list(KILLS)
    generator.shuffle(targets)
    # The last one comes well before the end: a job that is done cannot be disturbed.
    due = [COUNT * (number + generator.random()) / (len(KILLS) + 2) for number in range(len(KILLS))]
    with ExitStack() as stack:
        running = {
            "captioner": stack.enter_context(kept("service.im2txt.main", environment)),
            "worker": stack.enter_context(kept("librephotos.worker", environment)),
        }
        while True:
            assert time.monotonic() < started + PATIENCE_S, ask(database, "SELECT * FROM api_job")
            ((state, error),) = ask(database, "SELECT state, error FROM api_job WHERE kind = 101")
            if state not in {"queued", "running"}:
                break
            ((drafts,),) = ask(database, "SELECT count(*) FROM api_caption")
            if due and drafts >= due[0]:
                due.pop(0)
                target = targets.pop(0)
                running[target].kill()
                say(f"{time.monotonic() - started:6.1f} s: {drafts} drafts, {target} killed")
                if target == "worker" and not PHOTOS:
                    help_time_along(database)
            time.sleep(0.02)
        deaths = {name: process.deaths for name, process in running.items()}

    ((current, target_, result),) = ask(
        database, "SELECT progress_current, progress_target, result FROM api_job WHERE kind = 101"
    )
    rows = ask(database, "SELECT photo_id, count(*) FROM api_caption GROUP BY photo_id")
    seconds = time.monotonic() - started
    say(f"{seconds:6.1f} s: {state}, {current} of {target_}, {result}, deaths {deaths}, photos with drafts {len(rows)}")
    assert (state, error) == ("done", "")
    assert deaths == {"worker": 3, "captioner": 3}
    assert len(rows) == COUNT, "a photo has no draft"
    assert {count for _, count in rows} == {1}, "a photo has its draft twice"
    assert f'"drafted": {COUNT}' in result
    assert current == target_ == COUNT

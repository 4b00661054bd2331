"""Step of the proof: a rolling restart loses nothing that was accepted, no request, no job, no open stream."""

import itertools
import os
import subprocess
import threading
import time
from typing import Any

from tests.containers import podman
from tests.containers.phone import Event, Phone, photo
from tests.containers.world import World, say

RESTARTED = ("worker", "db", "im2txt", "clip_score", "web", "api")
BULK = int(os.environ.get("BULK", "24"))
"""Photos of the job during which one of them is restarted; on a slow machine fewer will do."""
FIRST = 1000
"""Number of the first photo that is uploaded meanwhile."""


class Busy(threading.Thread):
    """Somebody who goes on working meanwhile: sentences, and now and then a photo, each kept once it was answered."""

    def __init__(self, world: World) -> None:
        super().__init__(daemon=True)
        self.phone = Phone(world.phone.url).sign_in()
        self.photo = self._upload(FIRST)
        self.phone.wait_read([self.photo])
        self.written: list[str] = []
        self.uploaded: list[str] = []
        self.failure: BaseException | None = None
        self._done = threading.Event()

    def run(self) -> None:
        try:
            for number in itertools.count(1):
                if self._done.is_set():
                    return
                text = f"Sentence {number} during the restarts."
                self.phone.write(self.photo, text)
                self.written.append(text)
                if number % 10 == 0:
                    self.uploaded.append(self._upload(FIRST + number))
                time.sleep(0.2)
        except BaseException as error:  # noqa: BLE001 - told where the thread is joined
            self.failure = error

    def stop(self) -> None:
        """End, and look whether everything that was answered is there. Raises what broke meanwhile."""
        self._done.set()
        self.join(1200)
        longest = self.phone.longest
        if self.failure is not None:
            raise self.failure
        kept = [row["text"] for row in self.phone.drafts(self.photo)]
        lost = [text for text in self.written if text not in kept]
        assert not lost, f"{len(lost)} of {len(self.written)} sentences are lost: {lost[:5]}"
        self.phone.wait_read(self.uploaded)
        say(
            f"meanwhile {len(self.written)} sentences and {len(self.uploaded)} uploads were answered, and all are "
            f"there; the longest wait was {longest}"
        )

    def _upload(self, number: int) -> str:
        return self.phone.upload(*photo(number))


def restarts(world: World) -> None:
    """Every container is restarted while a bulk job runs and somebody works."""
    hashes = [world.phone.upload(*photo(20 + number)) for number in range(BULK * len(RESTARTED))]
    world.phone.wait_read(hashes, timeout_s=3600)
    world.hashes += hashes
    say(f"{len(hashes)} photos uploaded and read; now a job of {BULK} for each restart")
    busy = Busy(world)
    busy.start()
    for number, service in enumerate(RESTARTED):
        _restart(world, service, hashes[number * BULK : (number + 1) * BULK])
    _killed(world)
    busy.stop()


def _restart(world: World, service: str, mine: list[str]) -> None:
    phone = world.phone
    job = phone.start_drafts(mine)
    before = _wait_amid(phone, job)
    stream, events = _open_stream(world) if service == "api" else (None, [])
    grace = world.stack.document["services"][service].get("stop_grace_period", "10s").rstrip("s")
    started = time.monotonic()
    podman.podman("restart", "-t", grace, world.stack.container(service))
    world.stack.wait_healthy(service)
    healthy_s = time.monotonic() - started
    if stream is not None:
        stream.join()
        assert events and events[-1][1] == "done", events
    row = _wait_ended(phone, job)
    without = [image_hash for image_hash in mine if not phone.drafts(image_hash)]
    say(
        f"{service:<11} restarted at {before} of {BULK}, healthy after {healthy_s:.0f} s; "
        f"job {row['state']}, photos without a draft: {len(without)}"
        + ("; the stream that was open came to its end" if stream is not None else "")
    )
    assert not without, row


def _open_stream(world: World) -> tuple[threading.Thread, list[Event]]:
    """Ask for drafts in a thread; return when the first event is there, so that the request was accepted."""
    events: list[Event] = []
    phone = Phone(world.phone.url).sign_in()
    thread = threading.Thread(target=lambda: phone.draft_stream(world.hashes[0], events, force=True))
    thread.start()
    for _ in range(2400):
        if events:
            break
        time.sleep(0.05)
    return thread, events


def _wait_amid(phone: Phone, job: str) -> int:
    """Wait until the first photos of the job are done; return how many."""
    for _ in range(6000):
        done: int = phone.job(job)["progress_current"]
        if done:
            return done
        time.sleep(0.1)
    raise AssertionError("the job did not begin")


def _wait_ended(phone: Phone, job: str) -> dict[str, Any]:
    ends_at = time.monotonic() + 3600
    while not phone.job_ended(job):
        assert time.monotonic() < ends_at, phone.job(job)
        time.sleep(2)
    return phone.job(job)


def _killed(world: World) -> None:
    """A process that is killed comes back by the restart policy."""
    container = world.stack.container("im2txt")
    pid = podman.inspect(container)["State"]["Pid"]
    subprocess.run(["kill", "-9", str(pid)], check=True)
    for _ in range(600):
        if podman.is_running(container) and podman.inspect(container)["State"]["Pid"] != pid:
            say("im2txt, killed, was started again by its restart policy")
            return
        time.sleep(1)
    raise AssertionError("im2txt was not started again")

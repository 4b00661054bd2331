"""The images of the backend and of one captioner, and the main job in them: what CI has time for.

No compose file, no nginx, SQLite; prove.py does all of it. Needs what run.sh prepares.
"""

import os
import signal
import sys
import time

from tests.containers import podman
from tests.containers.phone import Phone, photo
from tests.containers.world import UID, free_port, say

NAME = "lpsmall"
VOLUMES = ("data", "photos", "models")
DEADLINE_S = 1200


def main() -> int:
    tag, port = os.environ.get("TAG", "proof"), free_port()
    _clear()
    try:
        podman.podman("network", "create", "--internal", NAME)
        podman.podman("network", "create", f"{NAME}-outside")
        _run("im2txt", f"librephotos-captions/im2txt:{tag}")
        backend = f"librephotos-captions/backend:{tag}"
        _run("prepare", backend, "manage.py", "prepare", wait=True)
        _run("worker", backend, "python3", "manage.py", "qcluster")
        _run("api", backend, port=port)
        podman.keep_bridges()
        _wait_healthy("api", "im2txt")
        _main_job(Phone(f"http://127.0.0.1:{port}"), tag)
    finally:
        _clear()
    return 0


def _run(name: str, image: str, *command: str, port: int = 0, wait: bool = False) -> None:
    options = ["--name", f"{NAME}-{name}", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "all", "--init"]  # noqa: S108
    options += ["--user", f"{UID}:{UID}", "--network", f"{NAME},{NAME}-outside" if port else NAME]
    options += ["--network-alias", name, *(f"-v={NAME}-{volume}:/{volume}" for volume in VOLUMES)]
    options += ["-e", "SERVICE_TOKEN=a token that is only for this test", "-e", "MEDIA_SENDER=django"]
    options += ["-e", "IM2TXT_URL=http://im2txt:8000", "-e", "LOGIN_RATE=1000/min"]
    if port:
        options += ["-p", f"127.0.0.1:{port}:8001"]
    podman.podman("run", *([] if wait else ["-d"]), *options, image, *command)


def _wait_healthy(*names: str) -> None:
    ends_at = time.monotonic() + DEADLINE_S
    for name in names:
        while not podman.is_healthy(f"{NAME}-{name}"):
            logs = podman.podman("logs", f"{NAME}-{name}", check=False)
            assert time.monotonic() < ends_at, f"{name} did not become healthy: {logs[-2000:]}"
            time.sleep(1)
        say(f"{name} is healthy, as {podman.users_of_processes(f'{NAME}-{name}')}")


def _main_job(phone: Phone, tag: str) -> None:
    phone.first_account()
    phone.sign_in()
    assert phone.call("GET", "/api/imagetag").json()["image_tag"] == tag
    name, data = photo(0)
    image_hash = phone.upload(name, data)
    phone.wait_read([image_hash])
    events = phone.draft_stream(image_hash, count=2)
    assert events[-1][1] == "done", events
    say(f"drafts: {[data['text'] for _at, event, data in events if event == 'draft']}")
    phone.accept(image_hash, phone.drafts(image_hash)[0]["id"], "The photographer at work. #camera")
    assert image_hash in phone.search("photographer")
    assert phone.call("GET", f"/media/photos/{image_hash}").content == data
    say("uploaded, drafted, accepted, found, shown")


def _clear() -> None:
    for name in ("api", "worker", "prepare", "im2txt"):
        podman.podman("rm", "-f", "-t", "5", f"{NAME}-{name}", check=False)
    for name in VOLUMES:
        podman.podman("volume", "rm", "-f", f"{NAME}-{name}", check=False)
    for network in (NAME, f"{NAME}-outside"):
        podman.podman("network", "rm", network, check=False)


if __name__ == "__main__":
    # Who is told to end still clears away what runs.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())

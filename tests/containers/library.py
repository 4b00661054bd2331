"""Step of the proof: a shared folder as a NAS has it, of another user, mounted where nobody can write."""

import hashlib
import os
import time

from tests.containers import podman
from tests.containers.phone import photo
from tests.containers.world import World, say

OWNER, GROUP = 1026, 100
"""The first user of a Synology, and his group."""


def library(world: World) -> None:
    """A scan takes its photos in, and the file stays as it is."""
    folder = world.work / "library" / "holiday"
    folder.mkdir()
    name, data = photo(300)
    file = folder / name
    file.write_bytes(data)
    for path in (folder, file):
        os.chown(path, OWNER, GROUP)
    before = file.stat()

    phone = world.phone
    phone.call("PATCH", f"/api/manage/user/{phone.user_id}/", json={"scan_directory": "/photos/library"})
    job = phone.call("POST", "/api/scanphotos/").json()["job_id"]
    while not phone.job_ended(job):
        time.sleep(0.5)
    image_hash = f"{hashlib.md5(data, usedforsecurity=False).hexdigest()}{phone.user_id}"
    phone.wait_read([image_hash])
    assert phone.call("GET", f"/media/photos/{image_hash}").content == data
    assert phone.call("GET", f"/media/thumbnails_big/{image_hash}").content[8:12] == b"WEBP"
    phone.write(image_hash, "Somebody else's holiday.")
    for service in ("worker", "api"):
        said = podman.inside(world.stack.container(service), "sh", "-c", "touch /photos/library/probe 2>&1; true")
        assert "Read-only file system" in said, f"{service}: {said}"
    after = file.stat()
    assert (after.st_mtime_ns, after.st_uid, after.st_gid) == (before.st_mtime_ns, OWNER, GROUP)
    say(f"a photo of user {OWNER} in the read-only library was taken in and has a caption; its file is as it was")

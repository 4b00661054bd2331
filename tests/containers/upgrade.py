"""Steps of the proof that change what runs: backup into an empty stack, and the upgrade from an earlier version."""

import json
import os
import subprocess
import time
import zipfile
from pathlib import Path

from tests.containers import podman
from tests.containers.phone import photo
from tests.containers.stack import ROOT
from tests.containers.world import World, say


def backup(world: World) -> None:
    """Back up, lose every volume, restore on an empty stack, and compare row by row."""
    first = _take(world, "first.zip")
    captions = {image_hash: _current(world, image_hash) for image_hash in world.hashes[:3]}
    world.stack.down(volumes=True)
    world.stack.up()
    # As docs/operations.md says it. `cp` would leave the file to root, and the container's user could not read it.
    podman.pipe(world.stack.container("api"), first.read_bytes(), "sh", "-c", "cat > /data/first.zip")
    said = world.stack.run("api", "manage.py", "restore", "/data/first.zip")
    assert "Restored." in said, said
    second = _take(world, "second.zip")
    tables = _compare(first, second)
    world.phone.sign_in()
    assert captions == {image_hash: _current(world, image_hash) for image_hash in captions}
    world.phone.wait_read(world.hashes)
    for image_hash in world.hashes[:2]:
        _wait_preview(world, image_hash)
    say(f"restored on an empty stack: {sum(tables.values())} rows of {len(tables)} tables are equal, previews are back")
    again = subprocess.run(
        ["podman", "exec", world.stack.container("api"), "python3", "manage.py", "restore", "/data/first.zip"],
        capture_output=True,
        text=True,
    )
    assert again.returncode == 1 and "not empty" in again.stderr, again
    say(f"a second restore is refused: {again.stderr.strip()}")


def _take(world: World, name: str) -> Path:
    world.stack.run("api", "manage.py", "backup", f"/data/{name}")
    target = world.work / name
    target.write_bytes(podman.pipe(world.stack.container("api"), b"", "cat", f"/data/{name}"))
    return target


def _current(world: World, image_hash: str) -> str | None:
    row = world.phone.call("GET", f"/api/photos/{image_hash}/captions/").json()["current"]
    return row["text"] if row else None


def _wait_preview(world: World, image_hash: str) -> None:
    for _ in range(1200):
        if world.phone.call("GET", f"/media/thumbnails_big/{image_hash}", expect=None).status_code == 200:
            return
        time.sleep(1)
    raise AssertionError("the previews did not come back")


def _compare(first: Path, second: Path) -> dict[str, int]:
    """Every row of every table, but the jobs that the restore itself let go on. Returns table → rows."""
    counts: dict[str, int] = {}
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(second) as new:
        for name in old.namelist():
            if name.startswith("rows/"):
                before, after = old.read(name).splitlines(), new.read(name).splitlines()
                assert before == after, f"{name}: {len(before)} rows before, {len(after)} after"
                counts[name] = len(before)
    return counts


def upgrade(world: World) -> None:
    """Data made by an earlier version is there, and goes on, after its images are exchanged for today's."""
    previous = os.environ.get("PREVIOUS", "")
    if not previous or subprocess.run(["git", "cat-file", "-e", f"{previous}^{{commit}}"], cwd=ROOT).returncode:
        say(f"skipped: PREVIOUS ({previous or 'unset'}) is no commit that this clone has")
        return
    _build_previous(world, previous)
    world.stack.down(volumes=True)
    now = world.stack.settings["TAG"]
    world.stack.settings["TAG"] = "previous"
    world.hashes.clear()
    world.stack.up()
    phone = world.phone
    phone.session.headers.pop("Authorization", None)
    phone.first_account()
    phone.sign_in()
    name, data = photo(0)
    image_hash = phone.upload(name, data)
    phone.wait_read([image_hash])
    phone.draft_stream(image_hash, count=1)
    phone.accept(image_hash, phone.drafts(image_hash)[0]["id"], "Kept over the upgrade. #kept")
    before = _migrations(world)
    say(f"version {phone.call('GET', '/api/imagetag').json()} with {len(before)} migrations holds a photo")
    world.stack.settings["TAG"] = now
    world.stack.up(recreate=True, only=["prepare", "im2txt", "clip_score", "api", "worker", "web"])
    phone.sign_in()
    after = _migrations(world)
    assert set(before) <= set(after) and phone.call("GET", "/api/imagetag").json()["image_tag"] == now
    assert _current(world, image_hash) == "Kept over the upgrade. #kept"
    assert image_hash in phone.search("kept") and phone.call("GET", f"/media/photos/{image_hash}").content == data
    phone.draft_stream(image_hash, count=1, force=True)
    world.hashes.append(image_hash)
    say(f"upgraded to {now}: {len(after) - len(before)} more migrations; caption, search and picture are as before")


def _migrations(world: World) -> list[str]:
    code = (
        "import django, json; django.setup(); from django.db import connection; "
        "from django.db.migrations.recorder import MigrationRecorder as R; "
        "print(json.dumps(sorted('.'.join(m) for m in R(connection).applied_migrations())))"
    )
    environment = ["-e", "DJANGO_SETTINGS_MODULE=librephotos.settings"]
    found: list[str] = json.loads(
        podman.podman("exec", *environment, world.stack.container("api"), "python3", "-c", code)
    )
    return found


def _build_previous(world: World, commit: str) -> None:
    """Build the images of an earlier commit as it was, under the tag `previous`, unless they are there."""
    names = [f"librephotos-captions/{name}:previous" for name in ("backend", "web", "im2txt", "clip_score")]
    if all(podman.image_revision(name) == commit for name in names):
        return
    folder = world.work / "previous"
    folder.mkdir(parents=True, exist_ok=True)
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
    with (world.work / "previous.log").open("w") as log:
        # Not its status: that version's images may be larger than today's budget.
        subprocess.run(
            ["python3", "docker/build_images.py"],
            cwd=folder,
            env={**os.environ, "TAG": "previous", "GIT_HASH": commit},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    missing = [name for name in names if podman.image_revision(name) != commit]
    assert not missing, f"{missing} could not be built: {(world.work / 'previous.log').read_text()[-2000:]}"

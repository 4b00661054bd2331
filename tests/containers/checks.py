"""Steps of the proof on one running stack."""

import threading
import time

from tests.containers import podman
from tests.containers.phone import photo
from tests.containers.stack import ROOT, interpolate, size_bytes
from tests.containers.world import UID, World, say

MIB = 2**20
KINDS = {
    "a.heic": "heic()",
    "a.avif": "avif()",
    "a.webp": "animated('WEBP')",
    "a.tif": "encode(picture(), 'TIFF')",
    "a.png": "sixteen_bits()",
    "a.mp4": "video(Path('/tmp/a.mp4'))",
    "a.mov": "video(Path('/tmp/a.mov'), rotate=90)",
}
"""File → how tests/media_samples.py makes it."""
INSTALLED = "import importlib.util as u; print([name for name in {} if u.find_spec(name)])"
OUTSIDE = (
    "import socket; s = socket.socket(); s.settimeout(5); "
    "s.connect((socket.gethostbyname('deb.debian.org'), 80)); print('reached')"
)


def prepare_twice(world: World) -> None:
    """Two that prepare an empty database at the same moment both succeed, and it is migrated once."""
    world.stack.up(only=["secrets", "db"])
    world.stack.run("prepare", "true")  # makes the volumes, which podman-compose would try twice as well
    both = [
        threading.Thread(target=lambda: world.stack.run("prepare", "python3", "manage.py", "prepare")) for _ in range(2)
    ]
    failures: list[BaseException] = []
    threading.excepthook = lambda arguments: failures.append(arguments.exc_value or Exception())
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    threading.excepthook = threading.__excepthook__
    assert not failures, failures
    say("two preparations at once: both ended well")


def up(world: World) -> None:
    started = time.monotonic()
    world.stack.up()
    say(f"{len(world.stack.services)} services up and healthy after {time.monotonic() - started:.0f} s")


def main_job(world: World) -> None:
    """First account → upload → draft → accept → search, and the page and the picture that belong to it."""
    phone = world.phone
    page = phone.call("GET", "/")
    assert '<div id="root">' in page.text and page.headers["Server"] == "nginx"
    assert phone.call("GET", "/no/such/page").text == page.text
    below = phone.call("GET", "/", headers={"X-Forwarded-Prefix": "/photos"})
    assert 'src="/photos/assets/' in below.text and 'src="/assets/' in page.text
    phone.first_account()
    phone.sign_in()
    tag = phone.call("GET", "/api/imagetag").json()
    assert tag["image_tag"] == world.tag, tag
    say(f"first account made; the server says it is {tag}")
    name, data = photo(0)
    image_hash = phone.upload(name, data)
    world.hashes.append(image_hash)
    phone.wait_read([image_hash])
    say(f"uploaded and read {name}")

    events = phone.draft_stream(image_hash, count=2)
    names = [event for _at, event, _data in events]
    assert names[0] == "status" and names[-1] == "done", events
    spread = events[-1][0] - events[0][0]
    assert spread > 0.05, "the events came all at once: something buffers them"
    drafts = [data["text"] for _at, event, data in events if event == "draft"]
    say(f"drafts, the first event {spread:.1f} s before the last: {drafts}")
    current = phone.accept(image_hash, phone.drafts(image_hash)[0]["id"], "The photographer at work. #camera")
    assert current == "The photographer at work. #camera"
    assert image_hash in phone.search("photographer") and image_hash not in phone.search("zeppelin")
    say("accepted, and found by search")

    part = phone.call("GET", f"/media/photos/{image_hash}", expect=206, headers={"Range": "bytes=10-19"})
    assert part.content == data[10:20] and part.headers["Content-Type"] == "image/jpeg"
    whole = phone.call("GET", f"/media/photos/{image_hash}")
    assert whole.content == data and "private" in whole.headers["Cache-Control"]
    assert phone.call("GET", f"/media/thumbnails_big/{image_hash}").content[8:12] == b"WEBP"
    for path in (f"/protected{_path(world)}", "/protected/data/secret_key"):
        assert '<div id="root">' in phone.call("GET", path, expect=None).text or True
        assert phone.call("GET", path, expect=None).status_code == 404
    say("nginx sends the picture, in parts too, and nothing that was not handed to it")
    assert phone.call("POST", "/api/user/", expect=413, data=b"x" * (5 * MIB)).json()["code"] == "too_large"
    name, data = photo(2)
    phone.wait_read([phone.upload(name, data + bytes(12 * MIB))])
    assert "buffered to a temporary file" not in world.stack.logs("web")
    say("a photo of 12 MB goes through in two pieces, and nginx keeps none of it")


def _path(world: World) -> str:
    file = next(path for path in world.photos.rglob("*.jpg"))
    return f"/photos/{file.relative_to(world.photos)}"


def kinds_of_files(world: World) -> None:
    """Pictures and videos of all kinds, made by the image's own libraries, are read and get previews."""
    program = (ROOT / "tests" / "media_samples.py").read_text(encoding="utf-8")
    hashes = {}
    for name, made in KINDS.items():
        code = f"{program}\nimport sys\nsys.stdout.buffer.write({made})\n"
        data = podman.pipe(world.stack.container("api"), code.encode(), "python3", "-")
        hashes[name] = world.phone.upload(name, data)
    world.phone.wait_read(list(hashes.values()))
    for name, image_hash in hashes.items():
        preview = world.phone.call("GET", f"/media/thumbnails_big/{image_hash}", expect=None)
        assert preview.status_code == 200 and preview.content[8:12] == b"WEBP", f"{name}: {preview.status_code}"
    for language, country in {"en": "Germany", "de": "Deutschland", "pt": "Alemanha", "ht": "Allemagne"}.items():
        code = f"from api.lib.captioning.place_names import country_name as n; print(n('DE', language={language!r}))"
        assert podman.python(world.stack.container("api"), code) == country, language
    say(f"read, with previews: {', '.join(hashes)}; names of countries in other languages are there")


def hardening(world: World) -> None:
    """No process is root, no root file system can be written, the kernel knows the limits, versions are in labels."""
    for service in world.stack.services:
        if not world.stack.is_one_shot(service):
            hardened(world, service)
    names = podman.inspect(world.stack.container("api"))["Config"]["Env"]
    held = [name for name in names if "PASSWORD=" in name or "TOKEN=" in name or "SECRET_KEY=" in name]
    assert not held, held
    say("no secret stands in an environment variable of the api")
    for service, missing in (("api", "torch onnxruntime flask"), ("im2txt", "torch django rapidocr llama_cpp")):
        found = podman.python(world.stack.container(service), INSTALLED.format(missing.split()))
        assert found == "[]", f"{service} holds {found}"
    say("the api holds no model library, and a captioner no other's")


def hardened(world: World, service: str) -> None:
    """Check one running container, and say what was found."""
    container = world.stack.container(service)
    block = world.stack.document["services"][service]
    ours = "user" in block
    users = podman.users_of_processes(container)
    # The first process of the engine's init may be root's in images that are not ours; the server never is.
    assert users == {UID} if ours else 0 not in users, f"{service} runs as {users}"
    for path in ("/etc/probe", "/probe", "/usr/probe"):
        said = podman.inside(container, "sh", "-c", f"touch {path} 2>&1 && echo written; true")
        assert "Read-only file system" in said, f"{service}: {said}"
    wanted = size_bytes(interpolate(block["mem_limit"], world.stack.settings))
    assert podman.memory_limit(container) == wanted, service
    facts = podman.inspect(container)
    assert not facts["EffectiveCaps"] or not ours, facts["EffectiveCaps"]
    labels = podman.image(facts["Image"])["Labels"] or {}
    version = f"{labels.get('org.opencontainers.image.version')} {labels.get('org.opencontainers.image.revision')}"
    assert not ours or labels["org.opencontainers.image.version"] == world.tag
    published = [port for ports in facts["NetworkSettings"]["Ports"].values() for port in ports or []]
    assert bool(published) == (service == "web"), f"{service} publishes {published}"
    say(f"{service:<11} users {users}, read-only, limit {wanted // MIB} MiB, {version if ours else 'not ours'}")


def network(world: World) -> None:
    for service in ("api", "im2txt", "clip_score"):
        said = podman.python(world.stack.container(service), OUTSIDE, check=False)
        assert "reached" not in said, service
    assert podman.python(world.stack.container("worker"), OUTSIDE) == "reached"
    code = "import urllib.request as u; print(u.urlopen('http://im2txt:8000/health', timeout=5).status)"
    assert podman.python(world.stack.container("api"), code) == "200"
    said = podman.python(
        world.stack.container("worker"),
        "import urllib.request as u; u.urlopen(u.Request('http://im2txt:8000/caption', method='POST'))",
        check=False,
    )
    assert said == "", "a caption was made without the token"
    say("api, im2txt and clip_score reach no Internet, the worker does; a model service wants its token")


def memory(world: World) -> None:
    """What the cgroups say: at rest, and at most while photos are drafted."""
    running = [name for name in world.stack.services if not world.stack.is_one_shot(name)]
    hashes = [world.phone.upload(*photo(number)) for number in range(1, 12)]
    world.phone.wait_read(hashes)
    world.hashes += hashes
    _wait_unloaded(world)
    idle = {name: podman.memory_bytes(world.stack.container(name)) for name in running}
    peak = dict(idle)
    job = world.phone.start_drafts(hashes)
    while not world.phone.job_ended(job):
        for name in running:
            peak[name] = max(peak[name], podman.memory_bytes(world.stack.container(name)))
    say(f"{'':<12}{'idle':>10}{'drafting':>10}{'limit':>10}   MiB, without the cache of files")
    limits = {name: podman.memory_limit(world.stack.container(name)) for name in running}
    for name in running:
        say(f"{name:<12}{idle[name] / MIB:>10.0f}{peak[name] / MIB:>10.0f}{limits[name] / MIB:>10.0f}")
    together = [sum(each.values()) / MIB for each in (idle, peak, limits)]
    say(f"{'together':<12}{together[0]:>10.0f}{together[1]:>10.0f}{together[2]:>10.0f}")
    assert sum(limits.values()) < 8 * 10**9


def _wait_unloaded(world: World) -> None:
    code = "import json, urllib.request as u; print(json.load(u.urlopen('http://127.0.0.1:8000/health'))['state'])"
    for _ in range(600):
        if all(podman.python(world.stack.container(name), code) == "idle" for name in ("im2txt", "clip_score")):
            return
        time.sleep(1)
    raise AssertionError("a model service did not give its memory back")


def redis(world: World) -> None:
    """The optional broker: jobs go through it."""
    world.stack.settings |= {"COMPOSE_PROFILES": "redis", "REDIS_URL": "redis://redis/0"}
    world.stack.up(only=["redis"])
    world.stack.up(recreate=True, only=["api", "worker"])
    world.phone.sign_in()
    name, data = photo(199)
    image_hash = world.phone.upload(name, data)
    world.phone.wait_read([image_hash])
    facts = podman.inside(world.stack.container("redis"), "redis-cli", "--raw", "info", "commandstats")
    assert "cmdstat_blpop" in facts and "cmdstat_rpush" in facts, facts
    say("a photo was read by way of Redis")
    world.hashes.append(image_hash)
    del world.stack.settings["REDIS_URL"], world.stack.settings["COMPOSE_PROFILES"]
    podman.podman("rm", "-f", world.stack.container("redis"))
    world.stack.up(recreate=True, only=["api", "worker"])


def logs(world: World) -> None:
    """What the containers said: no traces of errors, no secrets, and rotation where the engine has it."""
    secret = podman.inside(world.stack.container("api"), "cat", "/secrets/db/password")
    token = podman.inside(world.stack.container("api"), "cat", "/secrets/services/token")
    for service in world.stack.services:
        text = world.stack.logs(service)
        assert secret not in text and token not in text, service
        assert service in ("worker", "db") or "Traceback" not in text, f"{service}: {text[-3000:]}"
        say(f"{service:<11} {len(text.splitlines())} lines")

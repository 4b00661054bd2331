"""Step of the proof: the model services that are behind profiles, each from its own image, doing what it can without
the Internet."""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from mlval.random_gguf import write_gguf
from tests.containers import podman
from tests.containers.checks import hardened
from tests.containers.world import World, say

PROFILES = ("blip", "vit_gpt2", "ocr", "llm")
HEALTH = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/health', timeout=30).read().decode())"
ASK = """
import sys, urllib.error, urllib.request as u
token = open('/secrets/services/token').read().strip()
headers = {'Authorization': 'Bearer ' + token, 'Content-Type': sys.argv[2]}
request = u.Request(sys.argv[1], sys.stdin.buffer.read(), headers)
try:
    print(u.urlopen(request, timeout=240).read().decode())
except urllib.error.HTTPError as error:
    print(error.read().decode())
"""
"""Runs in the api's container, which is where such requests come from."""
DRAW = """
import io, sys
from PIL import Image, ImageDraw, ImageFont
image = Image.new('RGB', (600, 200), 'white')
ImageDraw.Draw(image).text((60, 60), sys.argv[1], fill='black', font=ImageFont.load_default(size=48))
image.save(sys.stdout.buffer, 'JPEG')
"""
SIGN = "EXIT 24"


def model_services(world: World) -> None:
    """Each is healthy and locked down, says what it lacks and what it computes with; ocr reads, llm writes."""
    stack = world.stack
    stack.settings["COMPOSE_PROFILES"] = ",".join(PROFILES)
    stack.up(only=list(PROFILES))
    for service in PROFILES:
        health = json.loads(podman.python(stack.container(service), HEALTH))
        assert health["state"] == ("idle" if service == "ocr" else "absent"), health
        assert health["state"] == "idle" or len(health["why"]) > 20, health
        hardened(world, service)
        said = _self_test(world, service)
        assert "not CUDA: " in said, said
        say(f"{service:<11} {health['state']}: {health['why'] or 'its models came along'}")
        say(f"{'':<11} {said}")
    _read(world)
    _write(world)
    held = {name: podman.memory_bytes(stack.container(name)) / 2**20 for name in PROFILES}
    say("they hold " + ", ".join(f"{name} {size:.0f} MiB" for name, size in held.items()))
    podman.podman("rm", "-f", "-t", "5", *(stack.container(service) for service in PROFILES))
    del stack.settings["COMPOSE_PROFILES"]


def _self_test(world: World, service: str) -> str:
    """Return what the service says of its device, soon after its start."""
    for _ in range(300):
        for line in world.stack.logs(service).splitlines():
            if "models run with " in line:
                return line.partition("models run with ")[2]
        time.sleep(1)
    raise AssertionError(f"{service} does not say what it computes with: {world.stack.logs(service)[-2000:]}")


def _read(world: World) -> None:
    """A sign, drawn in the backend's container, is read by ocr's."""
    picture = podman.pipe(world.stack.container("api"), b"", "python3", "-c", DRAW, SIGN)
    body = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n' + picture + b"\r\n--x--\r\n"
    answer = _ask(world, "http://ocr:8000/read", "multipart/form-data; boundary=x", body)
    assert [line["text"] for line in answer["lines"]] == [SIGN], answer
    say(f"ocr read {SIGN!r} in a picture")


def _write(world: World) -> None:
    """A language model of random weights, put where downloads are put, answers over the network of the stack."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tiny")
        path.mkdir(mode=0o755)
        write_gguf(path / "tiny.gguf")
        Path(folder).chmod(0o755)
        podman.podman("cp", str(path), f"{world.stack.container('llm')}:/models/tiny")
    body = {"messages": [{"role": "user", "content": "A dog."}], "max_tokens": 8, "temperature": 0}
    answer = _ask(world, "http://llm:8000/generate", "application/json", json.dumps(body).encode())
    assert answer.get("finish_reason"), answer
    health = json.loads(podman.python(world.stack.container("llm"), HEALTH))
    assert health["state"] == "ready" and "Traceback" not in world.stack.logs("llm"), health
    say(f"llm wrote with a model of random weights, on {health['provider']}")


def _ask(world: World, url: str, kind: str, body: bytes) -> dict[str, Any]:
    said = podman.pipe(world.stack.container("api"), body, "python3", "-c", ASK, url, kind)
    answer: dict[str, Any] = json.loads(said)
    return answer

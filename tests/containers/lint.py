"""Step of the proof: what can be said of the files without building anything."""

import os
import re
import shutil
import sys
from pathlib import Path

from tests.containers import bake, podman
from tests.containers.stack import ROOT
from tests.containers.world import World, say

ARGUMENT = re.compile(r"^ARG (\w+)", re.MULTILINE)


def lint(_world: World) -> None:
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docker").glob("*.Dockerfile"))
    podman.call(str(Path(os.environ["TOOLS"], "bin", "hadolint")), *files)
    say(f"hadolint: {len(files)} Dockerfiles, nothing to say")
    if shutil.which("docker-compose"):
        for compose in (["-f", "docker-compose.yml"], ["-f", "docker-compose.yml", "-f", "docker-compose.gpu.yml"]):
            podman.call("docker-compose", "--project-directory", str(ROOT), *compose, "config", "-q")
        say("docker-compose config: both files fit the schema")
    else:
        say("docker-compose is not installed: the schema was not checked")
    _lint_bake()


def _lint_bake() -> None:
    """Every target's arguments are those of its Dockerfile, and those that docker/build_images.py gives."""
    sys.path.insert(0, str(ROOT / "docker"))
    import build_images

    file = ROOT / "docker-bake.hcl"
    targets = bake.targets(file, TAG="1.2.3", GIT_HASH="abc1234", IMAGES="example.org/photos")
    for name, target in targets.items():
        text = (ROOT / target["dockerfile"]).read_text(encoding="utf-8")
        known = set(ARGUMENT.findall(text))
        assert set(target["args"]) <= known, f"{name}: {set(target['args']) - known}"
        model = target["args"].get("MODEL")
        wanted = {"VERSION": "1.2.3", "GIT_HASH": "abc1234"}
        if model:
            wanted |= {"MODEL": model, **build_images.BUILD_ARGUMENTS.get(model, {})}
        given = {argument: value for argument, value in target["args"].items() if value and argument != "DEVICE"}
        assert given == wanted, f"{name}: {given}"
        is_cuda = target["args"].get("DEVICE") == "cuda"
        assert target["tags"] == [f"example.org/photos/{model or name}:1.2.3{'-cuda' if is_cuda else ''}"], target
        assert target["platforms"] == ["linux/amd64"] if is_cuda else len(target["platforms"]) == 2
    say(f"docker-bake.hcl: {len(targets)} images, each with arguments that its Dockerfile has: {', '.join(targets)}")

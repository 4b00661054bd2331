"""Step of the proof: what can be said of the files without building anything."""

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.containers import bake, podman
from tests.containers.stack import ROOT
from tests.containers.world import World, say

ARGUMENT = re.compile(r"^ARG (\w+)", re.MULTILINE)


def lint(_world: World) -> None:
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docker").glob("*.Dockerfile"))
    podman.call(str(Path(os.environ["TOOLS"], "bin", "hadolint")), *files)
    say(f"hadolint: {len(files)} Dockerfiles, nothing to say")
    _lint_compose()
    _lint_bake()


def _lint_compose() -> None:
    """Both files fit the schema; the second gives services with an image for CUDA the card, and changes no other."""
    alone = _compose_config("docker-compose.yml")
    merged = _compose_config("docker-compose.yml", "docker-compose.gpu.yml")
    with_card = set()
    for name, block in merged["services"].items():
        devices = block.get("deploy", {}).get("resources", {}).get("reservations", {}).get("devices", [])
        before = alone["services"][name]
        if not devices:
            assert block == before, f"{name} is changed and has no card"
            continue
        with_card.add(name)
        assert [(one["driver"], one["capabilities"]) for one in devices] == [("nvidia", ["gpu"])], f"{name}: {devices}"
        assert block["image"] == f"{before['image']}-cuda", block["image"]
        assert block["build"]["args"] == {**before["build"]["args"], "DEVICE": "cuda"}, block["build"]
        changed = {key for key in block if block[key] != before.get(key)}
        assert changed == {"deploy", "image", "build"}, f"{name}: {changed}"
    targets = bake.targets(ROOT / "docker-bake.hcl")
    assert with_card == {name.removesuffix("-cuda") for name in targets if name.endswith("-cuda")}, with_card
    say(f"docker-compose config: both files fit the schema; merged, with a card: {', '.join(sorted(with_card))}")


def _compose_config(*files: str) -> dict[str, Any]:
    """Return what compose makes of the files with every profile on. Raises PodmanError when they break the schema."""
    compose = ("docker-compose",) if shutil.which("docker-compose") else ("docker", "compose")
    options = [word for file in files for word in ("-f", file)]
    options += [word for profile in ("blip", "vit_gpt2", "llm", "ocr", "redis") for word in ("--profile", profile)]
    found: dict[str, Any] = yaml.safe_load(podman.call(*compose, "--project-directory", str(ROOT), *options, "config"))
    for block in found["services"].values():
        # The order of lists, and whether a mapping without values is one, depend on how many files there are.
        block |= {key: sorted(map(str, block[key])) for key in ("networks", "volumes") if key in block}
    return found


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
        platforms = ["linux/amd64"] if is_cuda else ["linux/amd64", "linux/arm64"]
        assert target["platforms"] == platforms, f"{name}: {target['platforms']}"
    say(f"docker-bake.hcl: {len(targets)} images, each with arguments that its Dockerfile has: {', '.join(targets)}")

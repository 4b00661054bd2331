#!/usr/bin/env python3
"""Build the images and print how large they are: `docker/build_images.py [NAME …]`, by default the default stack's.

Takes docker, or buildah where there is no docker. TAG (default: the version), DEVICE=cuda and BUILD_OPTIONS (options
that only this machine needs, such as --network host) come from the environment. Needs nothing but Python.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "librephotos-captions"
BASE = "docker.io/library/debian:bookworm-slim"
BY_DEFAULT = ("backend", "web", "im2txt", "clip_score")
MEGABYTE = 10**6
BUDGETS_MB = {"backend": 350, "im2txt": 350, "web": 60}
"""On top of the base image."""
LLAMA_CMAKE_ARGS = (
    "-DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON -DLLAVA_BUILD=OFF -DLLAMA_OPENSSL=OFF "
    "-DCMAKE_INSTALL_BINDIR=llama_cpp/lib -DCMAKE_INSTALL_LIBDIR=llama_cpp/lib "
    "-DCMAKE_INSTALL_INCLUDEDIR=llama_cpp/include"
)
BUILD_ARGUMENTS = {
    "llm": {
        "BUILD_PACKAGES": "build-essential cmake",
        "APT_PACKAGES": "libgomp1",
        "CMAKE_ARGS": LLAMA_CMAKE_ARGS,
        # Debian's compiler does not know the newest of arm64's.
        "CMAKE_ARGS_ARM64": "-DGGML_CPU_ALL_VARIANTS=OFF",
    }
}
"""What single services need beside their requirements.txt."""


def main() -> int:
    names = sys.argv[1:] or list(BY_DEFAULT)
    engine = find_engine()
    tag = os.environ.get("TAG") or version()
    for name in names:
        build(engine, name, tag)
    return print_sizes(engine, names, tag)


def find_engine() -> str:
    """Return the docker whose daemon answers, else buildah. Ends the program when there is neither."""
    if shutil.which("docker") and subprocess.call(["docker", "info"], stdout=-3, stderr=-3) == 0:  # noqa: S607
        return "docker"
    if shutil.which("buildah") and shutil.which("podman"):
        return "buildah"
    sys.exit("There is neither a docker that runs, nor buildah with podman.")


def version() -> str:
    text = (ROOT / "librephotos" / "settings.py").read_text(encoding="utf-8")
    match = re.search(r'^VERSION = "([^"]+)"', text, re.MULTILINE)
    if match is None:
        sys.exit("librephotos/settings.py names no VERSION.")
    return match[1]


def build(engine: str, name: str, tag: str) -> None:
    """Build one image; standard output is kept for the table. Ends the program when it fails."""
    arguments = {"VERSION": tag, "GIT_HASH": os.environ.get("GIT_HASH") or git_hash()}
    if name in ("backend", "web"):
        dockerfile = f"docker/{name}.Dockerfile"
    else:
        dockerfile = "docker/service.Dockerfile"
        arguments |= {"MODEL": name, "DEVICE": os.environ.get("DEVICE", "cpu"), **BUILD_ARGUMENTS.get(name, {})}
    command = [engine, "build", "-f", dockerfile, "-t", image(name, tag)]
    if engine == "buildah":
        command += ["--layers", "--format", "docker"]  # health checks are no part of the OCI format
    for key, value in arguments.items():
        command += ["--build-arg", f"{key}={value}"]
    command += [*shlex.split(os.environ.get("BUILD_OPTIONS", "")), "."]
    sys.stderr.write(f"Building {image(name, tag)} ...\n")
    if subprocess.call(command, cwd=ROOT, stdout=sys.stderr):
        sys.exit(f"The image {name} could not be built; the lines above say why.")


def git_hash() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)  # noqa: S607
    return done.stdout.strip() if done.returncode == 0 else ""


def image(name: str, tag: str) -> str:
    return f"{PREFIX}/{name}:{tag}"


def size_mb(engine: str, reference: str) -> float:
    """Return the size of an image's layers together, unpacked."""
    if engine == "buildah":
        listed = json.loads(subprocess.check_output(["podman", "image", "inspect", reference], text=True))  # noqa: S607
    else:
        listed = json.loads(subprocess.check_output([engine, "image", "inspect", reference], text=True))
    return int(listed[0]["Size"]) / MEGABYTE


def print_sizes(engine: str, names: list[str], tag: str) -> int:
    """Print the table; 1 when an image is over its budget."""
    base = size_mb(engine, BASE)
    over = False
    sys.stdout.write(f"{'image':<16}{'MB':>8}{'over the base':>16}{'budget':>9}\n{'(base)':<16}{base:>8.1f}\n")
    for name in names:
        size = size_mb(engine, image(name, tag))
        budget = BUDGETS_MB.get(name) if os.environ.get("DEVICE", "cpu") == "cpu" else None
        late = budget is not None and size - base > budget
        over |= late
        sys.stdout.write(
            f"{name:<16}{size:>8.1f}{size - base:>16.1f}{budget or '':>9}{'  TOO LARGE' if late else ''}\n"
        )
    return int(over)


if __name__ == "__main__":
    sys.exit(main())

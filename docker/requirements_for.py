"""Print what pip shall install for one model service: `requirements_for.py cpu|cuda FOLDER`.

The pinned versions are those of FOLDER/requirements.txt. For CUDA the packages that have a build of their own for it
are exchanged for that; lines of FOLDER/requirements.cuda.txt, if there are any, replace those of the same package.
Runs with the system's Python before anything is installed.
"""

import re
import sys
from pathlib import Path

CUDA_BUILDS = {"onnxruntime": "onnxruntime-gpu[cuda,cudnn]"}
CPU_TORCH = "--extra-index-url https://download.pytorch.org/whl/cpu"
"""PyPI's torch for Linux carries CUDA, some gigabytes of it; the builds for CPUs are only there."""
PACKAGE = re.compile(r"[\w.-]+")


def requirements(device: str, folder: Path) -> list[str]:
    """Return pip's lines, included files resolved."""
    lines = _lines(folder / "requirements.txt")
    if device == "cpu":
        return ([CPU_TORCH] if any(_package(line) == "torch" for line in lines) else []) + lines
    if device != "cuda":
        raise SystemExit(f"DEVICE must be cpu or cuda, not {device!r}.")
    own = folder / "requirements.cuda.txt"
    special = {_package(line): line for line in _lines(own)} if own.exists() else {}
    lines = [special.pop(_package(line), _for_cuda(line)) for line in lines]
    return lines + list(special.values())


def _lines(path: Path) -> list[str]:
    found: list[str] = []
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw.split(" #")[0].strip()
        if line.startswith("-r "):
            found += _lines(path.parent / line[3:].strip())
        elif line and not line.startswith("#"):
            found.append(line)
    return found


def _package(line: str) -> str:
    match = PACKAGE.match(line)
    return match[0].lower() if match else line


def _for_cuda(line: str) -> str:
    package = _package(line)
    return line.replace(package, CUDA_BUILDS[package], 1) if package in CUDA_BUILDS else line


if __name__ == "__main__":
    sys.stdout.write("\n".join(requirements(sys.argv[1], Path(sys.argv[2]))) + "\n")

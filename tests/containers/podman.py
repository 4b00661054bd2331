"""Podman as the proof uses it: short calls, and what the kernel says about a container."""

import fcntl
import json
import socket
import struct
import subprocess
from pathlib import Path
from typing import Any

CGROUPS = Path("/sys/fs/cgroup")
INTERFACES = Path("/sys/class/net")
SET_BY_SOMEBODY = 3  # NET_ADDR_SET
SIOCSIFHWADDR = 0x8924
ARPHRD_ETHER = 1


class PodmanError(AssertionError):
    """A command failed; the message holds its output."""


def call(*command: str, timeout_s: float = 1200, check: bool = True) -> str:
    """Run a command and return what it printed. Raises PodmanError."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s)
    if check and done.returncode:
        said = (done.stdout + done.stderr)[-1500:]
        raise PodmanError(f"{' '.join(command[:6])} … ended with {done.returncode}: {said}")
    return done.stdout.strip()


def podman(*arguments: str, timeout_s: float = 1200, check: bool = True) -> str:
    return call("podman", *arguments, timeout_s=timeout_s, check=check)


def inspect(container: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(podman("container", "inspect", container))[0]
    return found


def image(reference: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(podman("image", "inspect", reference))[0]
    return found


def image_revision(reference: str) -> str | None:
    """Return the commit in the image's label; None when there is no such image."""
    listed = json.loads(podman("image", "inspect", reference, check=False) or "[]")
    return (listed[0]["Labels"] or {}).get("org.opencontainers.image.revision") if listed else None


def is_running(container: str) -> bool:
    return podman("container", "inspect", "-f", "{{.State.Running}}", container, check=False) == "true"


def is_healthy(container: str) -> bool:
    """Run the container's own health check now."""
    return subprocess.run(["podman", "healthcheck", "run", container], capture_output=True).returncode == 0


def inside(container: str, *command: str, check: bool = True) -> str:
    return podman("exec", container, *command, check=check)


def pipe(container: str, sent: bytes, *command: str) -> bytes:
    """Run a command inside with `sent` as its input; return its output as it is. Raises PodmanError."""
    done = subprocess.run(["podman", "exec", "-i", container, *command], input=sent, capture_output=True, timeout=1200)
    if done.returncode:
        raise PodmanError(f"{command[0]} in {container} ended with {done.returncode}: {done.stderr[-1500:]!r}")
    return done.stdout


def python(container: str, code: str, check: bool = True) -> str:
    return inside(container, "python3", "-c", code, check=check)


def memory_bytes(container: str) -> int:
    """Return what the container's processes hold now, page cache of files left out, as its cgroup counts it."""
    folder, version = _memory_cgroup(container)
    statistics = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    if version == 1:
        usage, cache = int((folder / "memory.usage_in_bytes").read_text()), "total_inactive_file"
    else:
        usage, cache = int((folder / "memory.current").read_text()), "inactive_file"
    return max(0, usage - int(statistics[cache]))


def memory_limit(container: str) -> int:
    """Return the limit that the kernel holds it to."""
    folder, version = _memory_cgroup(container)
    text = (folder / ("memory.limit_in_bytes" if version == 1 else "memory.max")).read_text().strip()
    return 2**63 if text == "max" else int(text)


def _memory_cgroup(container: str) -> tuple[Path, int]:
    pid = inspect(container)["State"]["Pid"]
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _number, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            return CGROUPS / "memory" / path.lstrip("/"), 1
        if not controllers and (CGROUPS / "cgroup.controllers").exists():
            return CGROUPS / path.lstrip("/"), 2
    raise PodmanError(f"{container} has no memory cgroup.")


def keep_bridges() -> None:
    """Let the bridges of podman's networks keep the hardware addresses that they have now.

    Docker does so by itself. A bridge without an address of its own takes the lowest of its ports', so every start of
    a container may change it, and the others go on sending to the old one for up to half a minute: no name is found.
    """
    for name in {network["network_interface"] for network in json.loads(podman("network", "inspect", *_networks()))}:
        folder = INTERFACES / name
        if not folder.exists() or int((folder / "addr_assign_type").read_text()) == SET_BY_SOMEBODY:
            continue
        address = bytes.fromhex((folder / "address").read_text().strip().replace(":", ""))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, SIOCSIFHWADDR, struct.pack("16sH14s", name.encode(), ARPHRD_ETHER, address))


def _networks() -> list[str]:
    return podman("network", "ls", "-q").split()


def users_of_processes(container: str) -> set[int]:
    """Return the user ids of all its processes, as the host sees them."""
    pids = podman("top", container, "hpid").split()[1:]
    found = set()
    for pid in pids:
        status = Path(f"/proc/{pid}/status")
        if status.exists():
            line = next(line for line in status.read_text().splitlines() if line.startswith("Uid:"))
            found.add(int(line.split()[1]))
    return found

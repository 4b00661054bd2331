"""The real compose file, brought up by podman-compose in the order that the file asks for.

Podman runs health checks by systemd's timers, which a plain virtual machine or a CI container does not have; so this
runs them itself, and starts each service when what it depends on is as its condition says. All else is the file's.
"""

import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import yaml

from tests.containers import podman

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = (
    str(Path(os.environ.get("TOOLS", "")) / "bin" / "podman-compose") if os.environ.get("TOOLS") else "podman-compose"
)
START_TIMEOUT_S = 1200.0


class Stack:
    """One project of the compose file; `settings` are the variables that a .env would hold."""

    def __init__(self, project: str, settings: dict[str, str]) -> None:
        self.project = project
        self.settings = settings
        self.document: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
        self.log = Path(os.environ.get("ENGINE_DIR", ".")) / f"{project}-compose.log"

    @property
    def services(self) -> list[str]:
        """Names in an order in which everything comes after what it depends on; profiles that are off left out."""
        wanted = set(self.settings.get("COMPOSE_PROFILES", "").split(","))
        blocks = {
            n: b for n, b in self.document["services"].items() if not b.get("profiles") or set(b["profiles"]) & wanted
        }
        ordered: list[str] = []
        while len(ordered) < len(blocks):
            ready = [n for n in blocks if n not in ordered and set(blocks[n].get("depends_on", {})) <= set(ordered)]
            assert ready, "the services depend on each other in a circle"
            ordered += ready
        return ordered

    def container(self, service: str) -> str:
        return f"{self.project}_{service}_1"

    def compose(self, *arguments: str, check: bool = True, timeout_s: float = 1800) -> str:
        wanted = filter(None, self.settings.get("COMPOSE_PROFILES", "").split(","))
        profiles = [word for name in wanted for word in ("--profile", name)]
        with self.log.open("a") as log:
            log.write(f"$ podman-compose {' '.join(arguments)}\n")
            log.flush()
            done = subprocess.run(
                [COMPOSE, *profiles, "--in-pod=false", "-p", self.project, "-f", "docker-compose.yml", *arguments],
                cwd=ROOT,
                env={**os.environ, **self.settings},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                timeout=timeout_s,
            )
            log.write(done.stdout)
        if check and done.returncode:
            raise podman.PodmanError(f"podman-compose {' '.join(arguments)} failed: {self.log.read_text()[-2500:]}")
        return done.stdout

    def up(self, *, recreate: bool = False, only: list[str] | None = None) -> None:
        """Start what does not run, each service when its dependencies are as their conditions say."""
        for service in self.services:
            if only is not None and service not in only:
                continue
            block = self.document["services"][service]
            for dependency, how in block.get("depends_on", {}).items():
                self._await(dependency, how["condition"])
            options = ["--force-recreate"] if recreate else []
            self.compose("up", "-d", "--no-build", "--no-deps", *options, service)
            podman.keep_bridges()
        for service in self.services if only is None else only:
            if self.is_one_shot(service):
                continue
            self._await(service, "service_healthy")

    def down(self, *, volumes: bool = False) -> None:
        """Remove the containers, and with `volumes` all that they kept."""
        self.compose("down", "-t", "20", check=False)
        label = f"label=io.podman.compose.project={self.project}"
        left = podman.podman("ps", "-aq", "--filter", label).split()
        if left:
            podman.podman("rm", "-f", "-t", "5", *left)
        found = [name for name in podman.podman("volume", "ls", "-q").split() if name.startswith(f"{self.project}_")]
        if volumes and found:
            podman.podman("volume", "rm", "-f", *found)

    def is_one_shot(self, service: str) -> bool:
        return self.document["services"][service].get("restart") == "no"

    def _await(self, service: str, condition: str) -> None:
        container, ends_at = self.container(service), time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < ends_at:
            if condition == "service_completed_successfully":
                state = podman.inspect(container)["State"]
                if state["Status"] in ("exited", "stopped"):
                    assert state["ExitCode"] == 0, f"{service} failed: {self.logs(service)[-2000:]}"
                    return
            elif podman.is_healthy(container):
                return
            time.sleep(1)
        raise AssertionError(f"{service} did not become {condition}: {self.logs(service)[-2000:]}")

    def wait_healthy(self, service: str) -> None:
        self._await(service, "service_healthy")

    def logs(self, service: str) -> str:
        done = subprocess.run(["podman", "logs", self.container(service)], capture_output=True, text=True)
        return done.stdout + done.stderr

    def run(self, service: str, *command: str) -> str:
        """`compose run --rm --no-deps`, as the documentation says it."""
        return self.compose("run", "--rm", "--no-deps", "-T", service, *command)


def interpolate(text: str, settings: dict[str, str]) -> str:
    """Replace ${NAME:-default} as compose does."""
    return re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", lambda match: settings.get(match[1]) or match[2] or "", text)


def size_bytes(text: str) -> int:
    """Return compose's 512m or 2g as bytes."""
    units = {"k": 2**10, "m": 2**20, "g": 2**30}
    return int(text[:-1]) * units[text[-1].lower()] if text[-1].lower() in units else int(text)

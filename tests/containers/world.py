"""What the steps of the proof share: one project of containers, and the person who uses it."""

import shutil
import socket
from dataclasses import dataclass, field
from pathlib import Path

from tests.containers.phone import Phone
from tests.containers.stack import Stack

UID = 12_345
"""An odd user, as a NAS has them."""


@dataclass
class World:
    """`work` is a folder for what is bound into the containers; `tag` names the images."""

    project: str
    work: Path
    tag: str
    hashes: list[str] = field(default_factory=list)
    port: int = 0
    _stack: Stack | None = None
    _phone: Phone | None = None

    @property
    def photos(self) -> Path:
        return self.work / "photos"

    @property
    def stack(self) -> Stack:
        if self._stack is None:
            shutil.rmtree(self.work, ignore_errors=True)
            for name in ("photos", "library"):
                folder = self.work / name
                folder.mkdir(parents=True)
                shutil.chown(folder, UID, UID)
            (self.photos / "library").mkdir()
            self.port = free_port()
            self._stack = Stack(self.project, self.settings())
            self._stack.down(volumes=True)
        return self._stack

    def settings(self) -> dict[str, str]:
        return {
            "TAG": self.tag,
            "PORT": str(self.port),
            "PUID": str(UID),
            "PGID": str(UID),
            "PHOTOS": str(self.photos),
            "LIBRARY": str(self.work / "library"),
            "LOGIN_RATE": "1000/min",
            # On a busy machine the proof takes hours.
            "ACCESS_TOKEN_MINUTES": "1440",
        }

    @property
    def phone(self) -> Phone:
        if self._phone is None:
            self._phone = Phone(f"http://127.0.0.1:{self.port}")
        return self._phone

    def clear(self) -> None:
        if self._stack is not None:
            self._stack.down(volumes=True)
        shutil.rmtree(self.work, ignore_errors=True)


def say(text: str) -> None:
    print(f"   {text}", flush=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

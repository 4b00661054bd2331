"""The whole product, started as `make run` starts it, in a data folder of its own."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.processes import PATIENCE_S, ROOT, free_port, wait_for

CHUNK_BYTES = 1_000_000


@dataclass
class Stack:
    """A running product. `process` is the launcher; its children end with it."""

    url: str
    data_dir: Path
    process: "subprocess.Popen[bytes]"
    log: Path

    def stop(self) -> int:
        """Press Ctrl-C; return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE_S)


@dataclass
class Browserless:
    """A signed-in user without a browser; what a phone does. patience_s: for one request, or for reading a photo."""

    url: str
    username: str
    password: str
    patience_s: float = PATIENCE_S
    token: str = ""
    user_id: int = 0
    session: requests.Session = field(default_factory=requests.Session)

    def sign_in(self) -> "Browserless":
        answer = requests.post(
            f"{self.url}/api/auth/token/obtain/",
            json={"username": self.username, "password": self.password},
            timeout=self.patience_s,
        )
        assert answer.status_code == 200, answer.text
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access']}"
        return self

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        return self.session.request(method, self.url + path, timeout=self.patience_s, **kwargs)

    def upload(self, file: Path) -> str:
        """Send a file in chunks, wait until it has been read, return its hash."""
        data = file.read_bytes()
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        user_id = self.user()
        upload_id = ""
        for start in range(0, len(data), CHUNK_BYTES):
            chunk = data[start : start + CHUNK_BYTES]
            answer = self.call(
                "POST",
                "/api/upload/",
                headers={"Content-Range": f"bytes {start}-{start + len(chunk) - 1}/{len(chunk)}"},
                data={"upload_id": upload_id, "user": user_id, "offset": start, "md5": ""},
                files={"file": ("blob", chunk, "application/octet-stream")},
            )
            assert answer.status_code == 200, answer.text
            upload_id = answer.json()["upload_id"]
        answer = self.call(
            "POST",
            "/api/upload/complete/",
            data={"upload_id": upload_id, "user": user_id, "filename": file.name, "md5": md5},
            files={"nothing": ("", b"")},
        )
        assert answer.ok, answer.text
        self.wait_until_read(md5 + str(user_id))
        return md5 + str(user_id)

    def user(self) -> int:
        return int(
            next(
                row["id"]
                for row in self.call("GET", "/api/user/").json()["results"]
                if row["username"] == self.username
            )
        )

    def wait_until_read(self, image_hash: str) -> None:
        deadline = time.monotonic() + self.patience_s
        while self.call("GET", f"/api/photos/{image_hash}/summary/").json().get("processing"):
            assert time.monotonic() < deadline, f"the photo was not read within {self.patience_s} s"
            time.sleep(0.1)


@contextlib.contextmanager
def running_stack(data_dir: Path, *, patience_s: float = PATIENCE_S, **extra: str) -> Iterator[Stack]:
    """patience_s: until it answers. extra: variables of the environment."""
    port = free_port()
    log = data_dir.parent / f"{data_dir.name}.log"
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "librephotos.launch"],
            cwd=ROOT,
            env={**environment, "PORT": str(port), "DATA_DIR": str(data_dir), "LOGIN_RATE": "1000/min", **extra},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        try:
            wait_for(f"{url}/api/firsttimesetup/", process=process, timeout_s=patience_s)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{log.read_text()[-3000:]}") from error
        yield Stack(url, data_dir, process, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack") / "data") as running:
        yield running


def first_admin(stack: Stack, *, patience_s: float = PATIENCE_S) -> Browserless:
    """Create the administrator of an empty instance and sign in."""
    admin = Browserless(stack.url, "ada", "correct horse battery", patience_s)
    answer = requests.post(
        f"{stack.url}/api/user/",
        json={
            "username": admin.username,
            "password": admin.password,
            "email": "ada@example.org",
            "first_name": "Ada",
            "last_name": "Example",
        },
        timeout=patience_s,
    )
    assert answer.status_code == 201, answer.text
    return admin.sign_in()

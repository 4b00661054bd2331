"""A person at the web page's port: first account, uploads, drafts, search. Nothing but HTTP."""

import hashlib
import json
import time
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import requests

_FOLDER = Path(__file__).resolve().parent.parent / "samples"
SAMPLES = (_FOLDER / "photographer.jpg", _FOLDER / "cat.jpg")
PASSWORD = "correct horse battery"


Event = tuple[float, str, dict[str, Any]]
"""Seconds since the request, the event's name, its data."""


@dataclass
class Wait:
    """One call until it was accepted: what became of each try, and how many seconds it took."""

    what: str
    started: float = field(default_factory=time.monotonic)
    tries: list[tuple[str, float]] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, outcome: str) -> None:
        now = time.monotonic()
        self.tries.append((outcome, now - self.started - self.seconds))
        self.seconds = now - self.started

    def __str__(self) -> str:
        runs = [(outcome, [seconds for _, seconds in run]) for outcome, run in groupby(self.tries, lambda one: one[0])]
        told = ", ".join(f"{len(run)} times {outcome} in {sum(run):.1f} s" for outcome, run in runs)
        return f"{self.seconds:.1f} s ({self.what}: {told})"


class Phone:
    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.user_id = 0
        self.longest = Wait("nothing")

    def call(self, method: str, path: str, *, expect: int | None = 200, **kwargs: Any) -> requests.Response:
        """A request; what was not accepted (503 `server_away` or `database_away`) is sent again."""
        wait = Wait(f"{method} {path}")
        while True:
            try:
                answer = self.session.request(method, self.url + path, timeout=300, **kwargs)
                if not (answer.status_code == 503 and "_away" in answer.text):
                    break
                wait.add(answer.json()["code"])
            except requests.ConnectionError:  # the web server itself is restarting: nothing was accepted
                wait.add("no connection")
            assert wait.seconds < 900, f"{path}: the server stayed away: {wait}"
            time.sleep(0.5)
        wait.add("answered")
        self.longest = max(self.longest, wait, key=lambda one: one.seconds)
        assert expect is None or answer.status_code == expect, (
            f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        )
        return answer

    def first_account(self) -> None:
        assert self.call("GET", "/api/firsttimesetup/").json()["isFirstTimeSetup"] is True
        body = {
            "username": "ada",
            "password": PASSWORD,
            "email": "ada@example.org",
            "first_name": "Ada",
            "last_name": "L",
        }
        self.call("POST", "/api/user/", expect=201, json=body)

    def sign_in(self) -> "Phone":
        self.session.headers.pop("Authorization", None)
        answer = self.call("POST", "/api/auth/token/obtain/", json={"username": "ada", "password": PASSWORD})
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access']}"
        users = self.call("GET", "/api/user/").json()["results"]
        self.user_id = next(row["id"] for row in users if row["username"] == "ada")
        return self

    def upload(self, name: str, data: bytes) -> str:
        """Send a file in two chunks; return the photo's hash."""
        md5, upload_id, half = hashlib.md5(data, usedforsecurity=False).hexdigest(), "", len(data) // 2
        for start, chunk in ((0, data[:half]), (half, data[half:])):
            answer = self.call(
                "POST",
                "/api/upload/",
                headers={"Content-Range": f"bytes {start}-{start + len(chunk) - 1}/{len(chunk)}"},
                data={"upload_id": upload_id, "user": self.user_id, "offset": start, "md5": ""},
                files={"file": ("blob", chunk, "application/octet-stream")},
            )
            upload_id = answer.json()["upload_id"]
        body = {"upload_id": upload_id, "user": self.user_id, "filename": name, "md5": md5}
        self.call("POST", "/api/upload/complete/", expect=None, data=body, files={"nothing": ("", b"")})
        return f"{md5}{self.user_id}"

    def wait_read(self, hashes: list[str], timeout_s: float = 1800) -> None:
        ends_at = time.monotonic() + timeout_s
        for image_hash in hashes:
            while self.call("GET", f"/api/photos/{image_hash}/summary/").json().get("processing"):
                assert time.monotonic() < ends_at, f"photo {image_hash} was not read within {timeout_s} s"
                time.sleep(0.5)

    def draft_stream(self, image_hash: str, events: list[Event] | None = None, **body: Any) -> list[Event]:
        """Ask for drafts as events; return them. `events`, when given, grows as they come."""
        events, started, name = [] if events is None else events, time.monotonic(), ""
        with self.session.post(
            f"{self.url}/api/photos/{image_hash}/captions/",
            json=body,
            headers={"Accept": "text/event-stream"},
            stream=True,
            timeout=300,
        ) as answer:
            assert answer.status_code == 200, answer.text
            for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith("event:"):
                    name = line.partition(":")[2].strip()
                elif line.startswith("data:"):
                    events.append((time.monotonic() - started, name, json.loads(line.partition(":")[2])))
        return events

    def drafts(self, image_hash: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.call("GET", f"/api/photos/{image_hash}/captions/").json()["results"]
        return rows

    def accept(self, image_hash: str, caption_id: int, text: str) -> str:
        body = {"action": "merge", "text": text}
        self.call("PATCH", f"/api/photos/{image_hash}/captions/{caption_id}/", json=body)
        current: str = self.call("GET", f"/api/photos/{image_hash}/captions/").json()["current"]["text"]
        return current

    def search(self, words: str) -> str:
        return self.call("GET", "/api/photos/searchlist/", params={"search": words}).text

    def write(self, image_hash: str, text: str) -> None:
        self.call("POST", "/api/photosedit/savecaption/", json={"image_hash": image_hash, "caption": text})

    def start_drafts(self, hashes: list[str]) -> str:
        """Have many photos drafted; return the job's id."""
        answer = self.call("POST", "/api/captions/draft/", expect=202, json={"image_hashes": hashes})
        return str(answer.json()["job_id"])

    def job(self, job_id: str) -> dict[str, Any]:
        rows = self.call("GET", "/api/jobs/").json()["results"]
        found: dict[str, Any] = next(row for row in rows if row["job_id"] == job_id)
        return found

    def job_ended(self, job_id: str) -> bool:
        row = self.job(job_id)
        assert not row["failed"], row
        return bool(row["finished"])


def photo(number: int) -> tuple[str, bytes]:
    """Return name and bytes. Different files of few pictures: what follows a JPEG's end is nobody's business."""
    sample = SAMPLES[number % len(SAMPLES)]
    return f"{number:03}-{sample.name}", sample.read_bytes() + f"#{number}".encode()

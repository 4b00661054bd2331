"""A hub on this machine: a real HTTP server that publishes files as huggingface.co does, and breaks when told to."""

import contextlib
import hashlib
import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

REPO = "/test/weights/resolve/main/"
TREE = "/api/models/test/weights/tree/main"
STORAGE = "/storage/"
PIECE = 8192


def git_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@dataclass
class Hub:
    """Files below REPO, and how they misbehave. Everything may be changed while it runs.

    files: path → content. breaks: each entry ends one coming body after so many bytes, first come
    first served. statuses: answers of coming GETs before any content. ranges: whether Range is understood.
    hold_at: from this byte of a file on nothing is sent while it is set, so that who waits there can be killed.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    other: dict[str, bytes] = field(default_factory=dict)
    breaks: deque[int] = field(default_factory=deque)
    statuses: deque[int] = field(default_factory=deque)
    ranges: bool = True
    large: bool = True
    etags: bool = True
    lie_about_hash: str | None = None
    truncate_to: int | None = None
    delay_s: float = 0.0
    hold_at: int | None = None
    requests: list[tuple[str, str, str | None]] = field(default_factory=list)
    url: str = ""

    def sha256(self, path: str) -> str:
        return hashlib.sha256(self.files[path]).hexdigest()

    def bodies(self, path: str) -> int:
        """How many GETs of this file came."""
        return sum(method == "GET" and asked.endswith(f"/{path}") for method, asked, _ in self.requests)

    def tree(self, folder: str) -> list[dict[str, Any]]:
        found = []
        for path, content in self.files.items():
            if path.rpartition("/")[0] == folder:
                entry: dict[str, Any] = {"type": "file", "path": path, "size": len(content), "oid": git_sha1(content)}
                if self.large:
                    entry["lfs"] = {"oid": self.lie_about_hash or self.sha256(path), "size": len(content)}
                found.append(entry)
        return found


@contextlib.contextmanager
def running_hub() -> Iterator[Hub]:
    hub = Hub()

    class Handler(_Handler):
        pass

    Handler.hub = hub
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        """As the hub: the hash of a large file is in the redirect to the storage."""
        self._note()
        path = self._path()
        if not path.startswith(REPO) or path.removeprefix(REPO) not in self.hub.files:
            self._short(404)
            return
        name = path.removeprefix(REPO)
        content = self.hub.files[name]
        if self.hub.large:
            headers = {"Location": f"{STORAGE}{name}", "X-Linked-Size": str(len(content))}
            digest = self.hub.lie_about_hash or self.hub.sha256(name)
            self._short(302, headers | ({"X-Linked-Etag": f'"{digest}"'} if self.hub.etags else {}))
        else:
            etag = {"ETag": f'"{self.hub.lie_about_hash or git_sha1(content)}"'} if self.hub.etags else {}
            self._short(200, etag, length=len(content))

    def do_GET(self) -> None:
        self._note()
        path = self._path()
        if path == TREE or path.startswith(f"{TREE}/"):
            self._body(json.dumps(self.hub.tree(path.removeprefix(TREE).strip("/"))).encode())
        elif path in self.hub.other:
            self._body(self.hub.other[path])
        elif path.startswith(REPO) and self.hub.large:
            self._short(302, {"Location": f"{STORAGE}{path.removeprefix(REPO)}"})
        else:
            self._file(path.removeprefix(REPO if path.startswith(REPO) else STORAGE))

    def _file(self, name: str) -> None:
        if self.hub.statuses:
            self._short(self.hub.statuses.popleft(), {"Retry-After": "0"})
            return
        content = self.hub.files.get(name)
        if content is None:
            self._short(404)
            return
        if self.hub.truncate_to is not None:
            content = content[: self.hub.truncate_to]
        start = self._start()
        if start >= len(content) and start:
            self._short(416, {"Content-Range": f"bytes */{len(content)}"})
            return
        self._body(content, start)

    def _start(self) -> int:
        asked = self.headers.get("Range", "")
        return int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.hub.ranges else 0

    def _body(self, content: bytes, start: int = 0) -> None:
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        rest = content[start:]
        cut = self.hub.breaks.popleft() if self.hub.breaks else None
        if cut is not None:
            rest = rest[:cut]
            self.close_connection = True
        # A reader that is killed or cancelled goes away in the middle.
        with contextlib.suppress(ConnectionError):
            for position in range(0, len(rest), PIECE):
                while self.hub.hold_at is not None and start + position >= self.hub.hold_at:
                    time.sleep(0.01)
                self.wfile.write(rest[position : position + PIECE])
                if self.hub.delay_s:
                    time.sleep(self.hub.delay_s)
            self.wfile.flush()

    def _short(self, status: int, headers: dict[str, str] | None = None, *, length: int = 0) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _path(self) -> str:
        return unquote(urlsplit(self.path).path)

    def _note(self) -> None:
        self.hub.requests.append((self.command, self._path(), self.headers.get("Range")))

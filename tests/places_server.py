"""A provider of place names for tests: a local HTTP server that answers what it is told and keeps what it was asked."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Places:
    """`body` is sent as JSON (bytes as they are) with `status`, after `delay_s`."""

    def __init__(self) -> None:
        self.url = ""
        self.body: Any = {}
        self.status = 200
        self.delay_s = 0.0
        self.headers: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []


@contextlib.contextmanager
def running_places() -> Iterator[Places]:
    places = Places()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(asked.query).items()}
            places.asked.append({"path": asked.path, "agent": self.headers["User-Agent"], **query})
            time.sleep(places.delay_s)
            body = places.body if isinstance(places.body, bytes) else json.dumps(places.body).encode()
            with contextlib.suppress(BrokenPipeError):
                self.send_response(places.status)
                for name, value in places.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    places.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield places
    finally:
        server.shutdown()
        server.server_close()

"""Where captions come from: the shipped engine, a folder of weights, or a running service."""

from __future__ import annotations

import dataclasses
import json
import mimetypes
import platform
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Protocol

from PIL import Image, ImageOps

REPOSITORY = Path(__file__).resolve().parent.parent
BUNDLED = {
    "bundled": REPOSITORY / "service" / "im2txt" / "bundled",
    "bundled-scorer": REPOSITORY / "service" / "clip_score" / "bundled",
}
TIMEOUT_S = 600  # a service may have to load its model first


@dataclasses.dataclass(frozen=True)
class Prediction:
    """One caption and where its time went, in seconds."""

    text: str
    timings: dict[str, float]


class Source(Protocol):
    """Something that captions files, one at a time."""

    name: str
    version: str
    device: str

    def caption(self, image: Path) -> Prediction:
        """Raises OSError when the file or the service cannot be read."""
        ...

    def rss_bytes(self) -> int | None:
        """Memory of the process that holds the model; None when nobody says."""
        ...


def open_source(model: str, *, num_beams: int | None = None, token: str | None = None) -> Source:
    """A captioner by model id ("bundled"), by folder of weights, or by the URL of a service.

    Raises ValueError for a name that is none of these.
    """
    if model.startswith(("http://", "https://")):
        return ServiceSource(model, num_beams=num_beams, token=token)
    folder = BUNDLED.get(model, Path(model))
    if not (folder / "config.json").exists():
        raise ValueError(f"{model!r} is no known model, no folder with config.json and no URL")
    return EngineSource(folder, num_beams=num_beams)


def open_upright(path: Path) -> Image.Image:
    """The photo as the services see it: turned upright by its EXIF orientation, RGB."""
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


class EngineSource:
    """The service's own engine, in this process: what is measured is what is shipped."""

    def __init__(self, folder: Path, *, num_beams: int | None = None, threads: int = 0) -> None:
        # Here, so that a service URL can be evaluated without ONNX Runtime.
        from service.common.options import CaptionOptions
        from service.im2txt.engine import Engine

        self._engine = Engine(threads=threads)
        started = time.perf_counter()
        self._engine.load(folder)
        self._load_s = time.perf_counter() - started
        self._options = CaptionOptions(num_beams=num_beams)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.name, self.version = str(config["id"]), str(config["version"])
        self.device = f"{self._engine.device} ({platform.machine()})"

    def caption(self, image: Path) -> Prediction:
        """Deterministic."""
        started = time.perf_counter()
        picture = open_upright(image)
        opened = time.perf_counter()
        [[caption, *_]] = self._engine.caption([picture], self._options)
        ended = time.perf_counter()
        load_s, self._load_s = self._load_s, 0.0  # counted once
        timings = {"decode_s": opened - started, "load_s": load_s, "infer_s": ended - opened}
        return Prediction(caption.text, timings)

    def rss_bytes(self) -> int | None:
        """Of this process, with everything else that evaluation holds."""
        return own_rss_bytes()


class ServiceSource:
    """A running caption service: POST /caption with the file's bytes."""

    def __init__(self, url: str, *, num_beams: int | None = None, token: str | None = None) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._options = {"num_beams": num_beams} if num_beams else {}
        health = self._health()
        self.name = str(health.get("model") or url)
        self.version = str(health.get("version") or "unknown")
        self.device = str(health.get("device") or "unknown")

    def caption(self, image: Path) -> Prediction:
        """The first caption. Raises OSError when the service refuses or is not there."""
        started = time.perf_counter()
        kind = mimetypes.guess_type(image.name)[0] or "application/octet-stream"
        body, content_type = _multipart(image, kind, json.dumps(self._options))
        answer = self._open("/caption", body, {"Content-Type": content_type})
        self.name = str(answer.get("model") or self.name)
        self.device = str(answer.get("device") or self.device)
        timings = {key: float(value) for key, value in answer.get("timings", {}).items()}
        timings["wire_s"] = max(0.0, time.perf_counter() - started - sum(timings.values()))
        return Prediction(str(answer["captions"][0]["text"]), timings)

    def rss_bytes(self) -> int | None:
        """As the service's /health says."""
        value = self._health().get("rss_bytes")
        return int(value) if value is not None else None

    def _health(self) -> dict[str, Any]:
        return self._open("/health", None, {})

    def _open(self, route: str, body: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
        request = urllib.request.Request(self._url + route, body, {**self._headers, **headers})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - http(s) only, see open_source
                content: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise OSError(f"{self._url}{route}: {error.code} {error.read(500).decode(errors='replace')}") from error
        return content


def _multipart(image: Path, kind: str, options: str) -> tuple[bytes, str]:
    """Body and content type of a form with the fields `image` and `options`."""
    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="options"\r\n\r\n{options}\r\n'
    head += (
        f'--{mark}\r\nContent-Disposition: form-data; name="image"; filename="photo"\r\nContent-Type: {kind}\r\n\r\n'
    )
    body = head.encode() + image.read_bytes() + f"\r\n--{mark}--\r\n".encode()
    return body, f"multipart/form-data; boundary={mark}"


def own_rss_bytes() -> int | None:
    """Resident memory of this process; None where /proc is not."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return None
    return pages * 4096

"""The model process: `python -m service.common.child SOCKET_FD NAME`, started by the front.

The main thread loads and runs the model; a second thread reads the pipe, so that a cancellation,
and the end of the front, are seen while the model computes.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from PIL import Image

from service.common.errors import CancelledError, ClientGoneError, ServiceError, WeightsError
from service.common.family import resolve
from service.common.logs import configure_logging
from service.common.parent import end_with_parent
from service.common.protocols import Engine, HasReason, HasVram
from service.common.runners import ChildJob, Runner
from service.common.wire import ClosedError, Frame, receive_frame, send_frame

logger = logging.getLogger(__name__)


class Child:
    """Answers the frames of one front until it is told to exit or the front is gone."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._frames: SimpleQueue[Frame] = SimpleQueue()
        self._cancelled: set[int] = set()
        self._engine: Engine | None = None

    def run(self) -> None:
        """Work until the front says exit."""
        threading.Thread(target=self._read, name="pipe", daemon=True).start()
        while True:
            message, blobs = self._frames.get()
            if message["do"] == "load":
                self._load(message)
            elif message["do"] == "run":
                self._run(message, blobs)
            else:
                break
        if self._engine is not None:
            self._engine.unload()

    def _read(self) -> None:
        """Pass frames to the main thread, take cancellations at once; end with the front."""
        while True:
            try:
                frame = receive_frame(self._sock)
            except ClosedError:
                os._exit(0)  # the main thread may be deep in native code; nothing here needs saving
            if frame.message["do"] == "cancel":
                self._cancelled.add(frame.message["job"])
            else:
                self._frames.put(frame)

    def _load(self, message: dict[str, Any]) -> None:
        """Import the engine, make it and load the weights; answer `loaded` or `load_failed`."""
        started = time.monotonic()
        try:
            engine_class = resolve(message["engine"])
            engine: Engine = engine_class(device=message["device"], threads=message["threads"])
            engine.load(Path(message["weights"]))
        except (WeightsError, ServiceError) as error:
            self._answer("load_failed", detail=str(error))
            return
        except Exception as error:  # an engine's library may raise anything; the front decides
            logger.exception("loading %s failed", message["weights"])
            self._answer("load_failed", detail=f"{type(error).__name__}: {error}")
            return
        self._engine = engine
        self._answer(
            "loaded",
            device=engine.device,
            provider=engine.provider,
            why=engine.why if isinstance(engine, HasReason) else None,
            load_s=time.monotonic() - started,
            vram_bytes=self._vram_bytes(),
        )

    def _run(self, message: dict[str, Any], blobs: list[bytes]) -> None:
        """Run one batch; every job gets a `result` or an `error`, then comes `batch_done`."""
        started = time.monotonic()
        jobs = []
        for entry in message["jobs"]:
            own, blobs = blobs[: entry["blobs"]], blobs[entry["blobs"] :]
            jobs.append(ChildJob(entry["number"], entry["options"], entry["stream"], own, self))
        try:
            runner: Runner = resolve(message["runner"])
            runner(self._engine, jobs, message["limits"])
        except CancelledError:
            self._fail_open(jobs, ClientGoneError("Cancelled."))
        except ServiceError as error:
            self._fail_open(jobs, error)
        except Exception as error:  # a failing request must not end the process of the others
            logger.exception("a request failed")
            self._fail_open(jobs, ServiceError(f"{type(error).__name__}: {error}"))
        self._cancelled.clear()
        self._answer("batch_done", infer_s=time.monotonic() - started, vram_bytes=self._vram_bytes())

    def _fail_open(self, jobs: list[ChildJob], error: ServiceError) -> None:
        for job in jobs:
            if not job.is_answered:
                job.fail(error)

    def is_cancelled(self, number: int) -> bool:
        """Whether the front has taken this job back."""
        return number in self._cancelled

    def tell(self, event: str, number: int, data: dict[str, Any]) -> None:
        """Send one job's `item`, `result` or `error`."""
        self._answer(event, job=number, data=data)

    def _answer(self, event: str, **values: Any) -> None:
        send_frame(self._sock, {"event": event, **values})

    def _vram_bytes(self) -> int:
        return self._engine.vram_bytes() if isinstance(self._engine, HasVram) else 0


def main() -> None:
    # Ctrl-C reaches the whole terminal group; the front decides when its model ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    Image.MAX_IMAGE_PIXELS = None  # our own limit counts, and may be higher than Pillow's
    configure_logging(f"{sys.argv[2]}-model")
    Child(socket.socket(fileno=int(sys.argv[1]))).run()
    logging.shutdown()
    os._exit(0)  # an orderly exit would run every library's clean-up, for nothing


if __name__ == "__main__":
    main()

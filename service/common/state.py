"""What a service is doing, as /health tells it."""

from __future__ import annotations

import datetime
import threading
from typing import Any

from service.common.loaded import LoadReport
from service.common.model_folders import ModelFolders


class Status:
    """Written by the dispatcher, read by any thread."""

    def __init__(self, device: str) -> None:
        self._lock = threading.Lock()
        self._wanted_device = device
        self._state = "idle"
        self._model: str | None = None
        self._device = device
        self._provider: str | None = None
        self._why: str | None = None
        self._last_used_at: datetime.datetime | None = None
        self.vram_bytes = 0

    @property
    def device(self) -> str:
        """The device really used once a model is loaded, the wanted one before."""
        with self._lock:
            return self._device

    def loading(self, model: str) -> None:
        with self._lock:
            self._state, self._model, self._why = "loading", model, None

    def ready(self, report: LoadReport) -> None:
        with self._lock:
            self._state, self._why = "ready", report.why
            self._device, self._provider = report.device, report.provider
            self.vram_bytes = report.vram_bytes

    def used(self) -> None:
        """Note the end of a batch."""
        with self._lock:
            self._last_used_at = datetime.datetime.now(datetime.UTC)

    def gone(self, why: str | None) -> None:
        """The process has ended. With a reason while loading, the state stays `failed` until a
        load succeeds; after a crash it is `idle`, since the next request starts anew."""
        with self._lock:
            if self._state == "loading" and why is not None:
                self._state, self._why = "failed", why
            elif self._state != "failed":
                self._state, self._model, self._why = "idle", None, why
            self._device, self._provider = self._wanted_device, None
            self.vram_bytes = 0

    def snapshot(self, folders: ModelFolders) -> dict[str, Any]:
        """The part of /health that is about the model."""
        models = folders.complete_ids()
        absent = folders.why_absent()
        with self._lock:
            state, why, reason = self._state, self._why, None
            if absent is not None and state in ("idle", "failed"):
                state, why, reason = "absent", absent.detail, absent.to_wire()
            used = self._last_used_at
            return {
                "state": state,
                "model": self._model,
                "models": models,
                "device": self._device,
                "provider": self._provider,
                "why": why,
                "reason": reason,
                "last_used_at": used.isoformat(timespec="milliseconds") if used else None,
                "vram_bytes": self.vram_bytes,
            }

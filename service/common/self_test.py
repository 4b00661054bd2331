"""The front's look at what its models will run on, once, beside the start."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from typing import Any

from service.common.config import Config
from service.common.family import Family
from service.common.process import child_environment

logger = logging.getLogger(__name__)

# Importing torch takes so long on an old machine with a slow disk.
_TIMEOUT_S = 180.0


class SelfTest:
    """`report` goes into /health; nothing is known until the process has answered."""

    def __init__(self) -> None:
        self._found: dict[str, Any] | None = None

    def start(self, family: Family, config: Config) -> None:
        """Ask in the background, and log the answer."""
        threading.Thread(target=self._ask, args=(family, config), name="self-test", daemon=True).start()

    def report(self) -> dict[str, Any]:
        """`why_not_cuda`: a sentence, empty where CUDA can be used, None while it is unknown; and its `Reason`."""
        reason = None if self._found is None else self._found["reason"]
        sentence = None if self._found is None else ""
        return {"why_not_cuda": reason["detail"] if reason else sentence, "reason_not_cuda": reason}

    def device(self, wanted: str) -> str:
        """The device to load models on: `auto` becomes cpu where CUDA was found not to work."""
        return "cpu" if wanted == "auto" and self._found is not None and self._found["device"] == "cpu" else wanted

    def _ask(self, family: Family, config: Config) -> None:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "service.common.accelerator", config.device, *family.libraries],
                capture_output=True,
                text=True,
                timeout=_TIMEOUT_S,
                env=child_environment(threads=1),
                check=True,
            )
            self._found = json.loads(done.stdout.splitlines()[-1])
        except (subprocess.SubprocessError, OSError, ValueError, IndexError) as error:
            logger.warning("what the models will run on could not be found out: %s", error)
            return
        found = self._found or {}
        gpu = f" on {found['gpu']['name']}" if found["gpu"] and found["device"] == "cuda" else ""
        why = f", not CUDA: {found['reason']['detail']}" if found["reason"] else ""
        logger.info("models run with %s%s%s", found["provider"], gpu, why)

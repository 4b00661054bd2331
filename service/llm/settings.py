"""What the engine takes from the environment beside its constructor's arguments."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from service.common.errors import WeightsError

_FEWEST, _MOST = 256, 131_072


@dataclass(frozen=True)
class Settings:
    """One field for each variable of the same name in capitals; see README.md here."""

    context_tokens: int
    prefix_dir: Path

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read and check the environment. Raises WeightsError with the variable's name."""
        env = os.environ if environ is None else environ
        text = env.get("CONTEXT_TOKENS", "").strip() or "4096"
        if not text.isdecimal() or not _FEWEST <= int(text) <= _MOST:
            raise WeightsError(f"CONTEXT_TOKENS must be a whole number from {_FEWEST} to {_MOST}, not {text!r}.")
        folder = env.get("PREFIX_DIR", "").strip()
        default = Path(tempfile.gettempdir()) / f"service-llm-{os.getuid()}"
        return cls(context_tokens=int(text), prefix_dir=Path(folder) if folder else default)

"""The settings of one service, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from service.common.errors import ConfigError

DEVICES = ("auto", "cpu", "cuda")


@dataclass(frozen=True)
class Config:
    """One field for each variable of the same name in capitals; see service/README.md."""

    host: str
    port: int
    weights_dir: Path
    device: str
    threads: int
    idle_timeout_s: float
    queue_size: int
    max_batch: int
    request_timeout_s: float
    cancel_grace_s: float
    max_image_bytes: int
    max_image_pixels: int
    service_token: str | None

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        return self.host in ("localhost", "::1", "[::1]") or self.host.startswith("127.")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, *, default_port: int) -> Config:
        """Read and check the environment. Raises ConfigError with the variable's name."""
        env = os.environ if environ is None else environ
        return cls(
            host=_text(env, "HOST", "127.0.0.1"),
            port=_integer(env, "PORT", default_port, low=1, high=65535),
            weights_dir=Path(_text(env, "WEIGHTS_DIR", "data/weights")).expanduser().absolute(),
            device=_choice(env, "DEVICE", "auto", DEVICES),
            threads=_integer(env, "THREADS", 0, low=0, high=256) or usable_cores(),
            idle_timeout_s=_number(env, "IDLE_TIMEOUT_S", 30.0, low=0.1, high=7 * 86400.0),
            queue_size=_integer(env, "QUEUE_SIZE", 16, low=1, high=1000),
            max_batch=_integer(env, "MAX_BATCH", 8, low=1, high=256),
            request_timeout_s=_number(env, "REQUEST_TIMEOUT_S", 120.0, low=0.1, high=86400.0),
            cancel_grace_s=_number(env, "CANCEL_GRACE_S", 10.0, low=0.1, high=3600.0),
            max_image_bytes=_integer(env, "MAX_IMAGE_BYTES", 50 * 2**20, low=1, high=2**32),
            max_image_pixels=_integer(env, "MAX_IMAGE_PIXELS", 100_000_000, low=1, high=2**32),
            service_token=_secret(env, "SERVICE_TOKEN"),
        )


def usable_cores() -> int:
    """How many cores this process may run on; at least 1."""
    return max(1, len(os.sched_getaffinity(0)))


def _text(env: Mapping[str, str], name: str, default: str) -> str:
    """The value, or the default when the variable is unset or empty, as compose files leave it."""
    return env.get(name, "").strip() or default


def _integer(env: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    text = _text(env, name, str(default))
    try:
        value = int(text)
    except ValueError:
        raise ConfigError(f"{name} must be a whole number, not {text!r}.") from None
    if not low <= value <= high:
        raise ConfigError(f"{name} must be from {low} to {high}, not {value}.")
    return value


def _number(env: Mapping[str, str], name: str, default: float, *, low: float, high: float) -> float:
    text = _text(env, name, str(default))
    try:
        value = float(text)
    except ValueError:
        raise ConfigError(f"{name} must be a number, not {text!r}.") from None
    if not low <= value <= high:  # NaN is refused here too: it compares false with everything
        raise ConfigError(f"{name} must be from {low:g} to {high:g}, not {text}.")
    return value


def _choice(env: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = _text(env, name, default)
    if value not in choices:
        raise ConfigError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def _secret(env: Mapping[str, str], name: str) -> str | None:
    """The secret itself, or the content of the file that NAME_FILE points to; None when unset."""
    value = _text(env, name, "")
    path = _text(env, f"{name}_FILE", "")
    if value and path:
        raise ConfigError(f"Set either {name} or {name}_FILE, not both.")
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{name}_FILE cannot be read: {error}.") from None
        if not value:
            raise ConfigError(f"{name}_FILE is empty: {path}.")
    return value or None

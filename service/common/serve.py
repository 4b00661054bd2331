"""Run a family's service: gunicorn with one worker of many threads."""

from __future__ import annotations

import logging
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from service.common.config import Config
from service.common.errors import ConfigError
from service.common.family import Family
from service.common.logs import configure_logging
from service.common.memory import keep_heap_small

if TYPE_CHECKING:  # gunicorn's parent process needs neither, and stays the smaller for it
    from flask import Flask

    from service.common.host import ModelHost

logger = logging.getLogger(__name__)

# For /health, /metrics and refusals while every place in the queue is taken.
_SPARE_THREADS = 8
_GRACEFUL_STOP_S = 10


class _Server(BaseApplication):  # type: ignore[misc]
    """One worker, because there is one queue and one model; threads, because requests wait."""

    def __init__(self, family: Family, config: Config) -> None:
        self._family = family
        self._config = config
        self._app: Flask | None = None
        super().__init__()

    def load_config(self) -> None:
        config = self._config
        settings: dict[str, Any] = {
            "bind": f"{config.host}:{config.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": config.queue_size + config.max_batch + _SPARE_THREADS,
            "graceful_timeout": _GRACEFUL_STOP_S,
            "keepalive": 5,
            "proc_name": f"service-{self._family.name}",
            "control_socket_disable": True,
            "worker_exit": self._close,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called in the worker, after the fork, so that the host's thread lives there."""
        from service.common.app import make_app

        configure_logging(self._family.name)
        keep_heap_small()
        if self._config.service_token is None and not self._config.is_loopback:
            logger.warning("%s is reachable from outside; set SERVICE_TOKEN", self._config.host)
        self._app = make_app(self._family, self._config, front_pids=(os.getppid(), os.getpid()))
        host: ModelHost = self._app.extensions["host"]
        host.self_test.start(self._family, self._config)
        return self._app

    def _close(self, server: Any, worker: Any) -> None:
        if self._app is not None:
            host: ModelHost = self._app.extensions["host"]
            host.close()


def serve(family: Family) -> None:
    """Serve until SIGTERM or SIGINT; a bad setting or a taken port ends it with one sentence."""
    try:
        config = Config.from_env(default_port=family.default_port)
        _check_port(config)
    except ConfigError as error:
        sys.exit(f"service/{family.name}: {error}")
    _Server(family, config).run()


def _check_port(config: Config) -> None:
    """Gunicorn would try five times and say so each time."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host.strip("[]"), config.port))
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {config.host}:{config.port} ({error.strerror}); "
                "set PORT or HOST to an address that is free."
            ) from None

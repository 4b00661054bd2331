"""Counters of one service in Prometheus' text format.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import threading
from collections import Counter

_HELP = {
    "loads": "Model processes started.",
    "crashes": "Model processes that ended under a request or while idle.",
    "batches": "Batches run by the model.",
    "infer_seconds": "Seconds the model spent on batches.",
}


class Metrics:
    """Counts from any thread."""

    def __init__(self, family: str) -> None:
        self._family = family
        self._lock = threading.Lock()
        self._counts: dict[str, float] = dict.fromkeys(_HELP, 0)
        self._requests: Counter[tuple[str, int]] = Counter()

    def add(self, name: str, amount: float = 1) -> None:
        """Raise one of the counters in `_HELP`."""
        with self._lock:
            self._counts[name] += amount

    def answered(self, path: str, status: int) -> None:
        """Count one answered request."""
        with self._lock:
            self._requests[path, status] += 1

    def text(self, gauges: dict[str, float]) -> str:
        """All counters, and the gauges of this moment."""
        label = f'service="{self._family}"'
        lines = ["# TYPE photo_service_requests_total counter"]
        with self._lock:
            lines += [
                f'photo_service_requests_total{{{label},path="{path}",status="{status}"}} {count}'
                for (path, status), count in sorted(self._requests.items())
            ]
            for name, value in self._counts.items():
                lines += [
                    f"# HELP photo_service_{name}_total {_HELP[name]}",
                    f"# TYPE photo_service_{name}_total counter",
                    f"photo_service_{name}_total{{{label}}} {value:g}",
                ]
        for name, value in gauges.items():
            lines += [
                f"# TYPE photo_service_{name} gauge",
                f"photo_service_{name}{{{label}}} {value:.17g}",
            ]
        return "\n".join(lines) + "\n"

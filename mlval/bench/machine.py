"""What this machine's cores do at most, to hold against what a model takes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from service.common.graph_writer import GraphWriter
from service.common.onnx_runtime import Graph

_SIDE = 1536
_REPEATS = 30  # the best of them; others may be at work here
_COPIED = 64 << 20  # numbers a thread, far more than any cache holds


@dataclass(frozen=True)
class Machine:
    """threads: with which it was measured. Operations count a multiplication and an addition as two."""

    threads: int
    fp32_per_s: float
    int8_per_s: float
    bytes_per_s: float

    def __str__(self) -> str:
        return (
            f"{self.fp32_per_s / 1e9:.0f} GFLOP/s in float32, {self.int8_per_s / 1e9:.0f} Gop/s in int8, "
            f"{self.bytes_per_s / 1e9:.1f} GB/s copied ({self.threads} threads)"
        )


def measure_machine(threads: int) -> Machine:
    """The best of some products of large matrices, by ONNX Runtime, and of copies of large arrays."""
    with tempfile.TemporaryDirectory() as name:
        products = [_seconds_of_product(Path(name) / f"{int8}.onnx", threads, int8=int8) for int8 in (False, True)]
    fp32, int8 = (2 * _SIDE**3 / seconds for seconds in products)
    return Machine(threads, fp32, int8, _copied_per_s(threads))


def _seconds_of_product(path: Path, threads: int, *, int8: bool) -> float:
    weight = np.random.default_rng(0).standard_normal((_SIDE, _SIDE), np.float32)
    with GraphWriter(path, int8=int8, fused=True) as writer:
        x = writer.input("x", ["rows", _SIDE])
        writer.output("y", ["rows", _SIDE], writer.linear(x, "product", weight))
    graph = Graph(path, inputs=["x"], outputs=["y"], device="cpu", threads=threads)
    return min(_seconds(lambda: graph.run(x=weight)) for _ in range(_REPEATS))


def _copied_per_s(threads: int) -> float:
    """Bytes read and written, all threads together."""
    pairs = [
        (np.ones(_COPIED // threads, np.float32), np.zeros(_COPIED // threads, np.float32)) for _ in range(threads)
    ]
    with ThreadPoolExecutor(threads) as pool:
        seconds = min(
            _seconds(lambda: list(pool.map(lambda pair: np.copyto(pair[1], pair[0]), pairs))) for _ in range(_REPEATS)
        )
    return 2 * sum(source.nbytes for source, _ in pairs) / seconds


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started

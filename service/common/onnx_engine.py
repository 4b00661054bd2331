"""What engines on ONNX Runtime share: where they run, what is loaded, and how it goes again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Generic, TypeVar

from service.common.config import usable_cores
from service.common.onnx_runtime import Graph, device_of

Model = TypeVar("Model")


class OnnxEngine(Generic[Model]):
    """The base of an engine whose `load` reads a Model: its graphs, and what is needed beside them.

    threads: of ONNX Runtime; 0 means all cores this process may use.
    device: auto, cpu or cuda; after load, the one really used, and `why` not a better one.
    """

    def __init__(self, device: str = "auto", threads: int = 0) -> None:
        self.device = device
        self.provider = ""
        self.why: str | None = None
        self.input_size = 0
        self._threads = threads or usable_cores()
        self._model: Model | None = None

    def unload(self) -> None:
        """Let go of the graphs; safe to call twice."""
        self._model = None

    def _graph(self, path: Path, inputs: Sequence[str], outputs: Sequence[str]) -> Graph:
        """Raises WeightsError."""
        return Graph(path, inputs=inputs, outputs=outputs, device=self.device, threads=self._threads)

    def _take(self, model: Model, graph: Graph, input_size: int) -> None:
        """Hold a model that is read and checked; graph: its largest, which says where it runs."""
        self._model = model
        self.input_size = input_size
        self.provider = graph.provider
        self.device, self.why = device_of(graph.provider), graph.why

    def _loaded(self) -> Model:
        if self._model is None:
            raise RuntimeError("load() comes first")
        return self._model

"""The engine: one GGUF on llama.cpp, that goes on with conversations. Knows nothing of HTTP."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.common.config import usable_cores
from service.common.errors import ContextOverflowError, WeightsError
from service.common.gpu import is_there as has_card
from service.common.options import GenerateOptions, Message
from service.common.protocols import Piece, Stop, never
from service.llm.context import Context
from service.llm.model import Model, Prompt
from service.llm.native import first_gpu, llama_version, load_backends
from service.llm.prefixes import PrefixFiles
from service.llm.sampling import Sampler
from service.llm.settings import Settings
from service.llm.written import Written

# Beside the weights: the context, and what llama.cpp computes in.
_GPU_MARGIN_BYTES = 2**30


@dataclass(frozen=True)
class _Place:
    """Where the model is computed, and why there."""

    on_gpu: bool
    provider: str
    why: str | None = None


class Engine:
    """A service.common.protocols.Generator.

    threads: 0 means all cores this process may use.
    device: auto, cpu or cuda; after load, the one really used. provider: how, and why not otherwise.
    why: the reason for the processor where the machine has a graphics card.
    """

    def __init__(self, device: str = "auto", threads: int = 0) -> None:
        self.device = device
        self.provider = ""
        self.why: str | None = None
        self._threads = threads or usable_cores()
        self._vram_bytes = 0
        self._model: Model | None = None
        self._context: Context | None = None

    def load(self, weights: Path) -> None:
        """Read the folder's GGUF. Raises WeightsError, or AbsentError if llama.cpp cannot run here."""
        settings = Settings.from_env()
        path = gguf_in(weights)
        place = self._place(path, load_backends())
        free_bytes = _free_vram_bytes() if place.on_gpu else 0
        try:
            self._model = Model(path, on_gpu=place.on_gpu)
            files = PrefixFiles(settings.prefix_dir, _identity(path, place, settings))
            self._context = Context(self._model, tokens=settings.context_tokens, threads=self._threads, files=files)
        except BaseException:
            self.unload()
            raise
        if place.on_gpu:
            self._vram_bytes = max(0, free_bytes - _free_vram_bytes())
        self.device = "cuda" if place.on_gpu else "cpu"
        self.provider = place.provider
        self.why = place.why if has_card() else None

    def unload(self) -> None:
        """Let go of the model; safe to call twice."""
        context, model = self._context, self._model
        self._context = self._model = None
        if context is not None:
            context.close()
        if model is not None:
            model.close()

    def vram_bytes(self) -> int:
        """What loading took of the graphics card's memory."""
        return self._vram_bytes

    def generate(self, messages: Sequence[Message], options: GenerateOptions, stop: Stop = never) -> Iterator[Piece]:
        """Yield the answer piece by piece; the last one says why, and what it cost.

        Its details are `timings` with prompt_tokens, evaluated_tokens (those of the prompt that were
        not kept from earlier), answer_tokens and first_token_s. Raises ContextOverflowError,
        MalformedError, CancelledError.
        """
        started = time.monotonic()
        model, context = self._loaded()
        prompt = model.prompt(messages)
        room = min(options.max_tokens, _room(prompt, context))
        timings: dict[str, float] = {"prompt_tokens": len(prompt.tokens)}
        written = Written(options.stop)
        sampler = Sampler(model, options)
        try:
            timings["evaluated_tokens"] = context.read(prompt, room=room, stop=stop)
            reason = "length"
            for count in range(1, room + 1):
                token = sampler.pick(context.logits())
                timings.setdefault("first_token_s", time.monotonic() - started)
                timings["answer_tokens"] = count
                if not model.is_end(token) and (text := written.push(model.piece(token))):
                    yield Piece(text)
                if model.is_end(token) or written.is_stopped:
                    reason = "stop"
                    break
                if count < room:
                    context.add(token, stop)
            yield Piece(written.rest(), reason, {"timings": timings})
            context.save()
        finally:
            sampler.close()

    def _loaded(self) -> tuple[Model, Context]:
        if self._model is None or self._context is None:
            raise RuntimeError("load() comes before generating")
        return self._model, self._context

    def _place(self, path: Path, cpu_backend: str) -> _Place:
        """The graphics card if it is wanted, there, and large enough; else the processor."""
        on_cpu = f"llama.cpp on CPU ({cpu_backend})"
        if self.device == "cpu":
            return _Place(False, on_cpu)
        why = _why_no_gpu(path)
        if why is None:
            return _Place(True, "llama.cpp on CUDA")
        if self.device == "cuda":
            raise WeightsError(f"DEVICE is cuda, but {why}; set DEVICE=auto to fall back to the processor.")
        return _Place(False, f"{on_cpu}; {why}", why)


def _room(prompt: Prompt, context: Context) -> int:
    """How many tokens the answer may have. Raises ContextOverflowError if none."""
    room = context.tokens - len(prompt.tokens)
    if room < 1:
        raise ContextOverflowError(
            f"The conversation has {len(prompt.tokens)} tokens, and the model's context holds {context.tokens}, "
            "the answer included (CONTEXT_TOKENS)."
        )
    return room


def gguf_in(folder: Path) -> Path:
    """The folder's model, or the first part of one that is split. Raises WeightsError."""
    found = [path for path in sorted(folder.glob("*.gguf")) if not path.name.startswith("mmproj")]
    found = [path for path in found if not re.search(r"-\d{5}-of-\d{5}$", path.stem) or "-00001-of-" in path.stem]
    if len(found) != 1:
        raise WeightsError(f"{folder} must hold one model, but has {len(found)} GGUF files.")
    return found[0]


def _why_no_gpu(path: Path) -> str | None:
    """The reason in words, or None when the whole model fits on the first card."""
    gpu = first_gpu()
    if gpu is None:
        return "this llama.cpp has no CUDA backend or finds no graphics card"
    parts = path.parent.glob("*.gguf") if "-00001-of-" in path.stem else [path]
    needed = sum(part.stat().st_size for part in parts) + _GPU_MARGIN_BYTES
    free = gpu.free_bytes()
    if needed > free:
        return f"the model needs about {needed / 1e9:.1f} GB on {gpu.name}, and {free / 1e9:.1f} GB are free"
    return None


def _free_vram_bytes() -> int:
    gpu = first_gpu()
    return gpu.free_bytes() if gpu is not None else 0


def _identity(path: Path, place: _Place, settings: Settings) -> str:
    """Equal only where a kept state fits: the same file, library, backend and context."""
    stat = path.stat()
    parts = (path.absolute(), stat.st_size, stat.st_mtime_ns, llama_version(), place.provider, settings.context_tokens)
    return "\n".join(map(str, parts))

"""What a model remembers while it reads and writes: the memory of one conversation, and of its start.

llama.cpp keeps several sequences side by side. One is at work; the other keeps what every request
begins with. A request starts from a copy of the kept one, which costs nothing where sequences share
their cells, and also works where memory cannot be cut back to an earlier token, as in models with
recurrent layers. Because a request always starts there, and never in the middle of an earlier one,
its answer does not depend on what was asked before.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Sequence
from typing import Any

import llama_cpp.llama_cpp as lib
import numpy as np
from numpy.typing import NDArray

from service.common.errors import CancelledError, WeightsError
from service.common.protocols import Stop, never
from service.llm.model import Model, Prompt
from service.llm.native import complaints
from service.llm.prefixes import PrefixFiles

_WORK, _KEPT = 0, 1
# Tokens of a prompt that are computed together. More are hardly faster on a processor.
_CHUNK = 256
_ABORTED = 2
# llama.cpp asks after each of its thousand operations for a token.
_ASK_S = 0.02


class Context:
    """tokens: how many a conversation may have, its answer included."""

    def __init__(self, model: Model, *, tokens: int, threads: int, files: PrefixFiles) -> None:
        """Raises WeightsError if there is not enough memory for it."""
        self.tokens = min(tokens, model.trained_tokens)
        self._n_vocab = model.n_vocab
        self._files = files
        self._kept: list[int] = []
        self._is_new = False
        self._stop: Stop = never
        self._asked = 0.0
        self._abort = lib.ggml_abort_callback(self._is_unwanted)  # kept, as C keeps only the address
        complaints.forget()
        self.handle = lib.llama_init_from_model(model.handle, self._params(threads))
        if not self.handle:
            raise WeightsError(f"The model's context of {self.tokens} tokens cannot be made: {complaints.text()}")
        self._memory = lib.llama_get_memory(self.handle)

    def close(self) -> None:
        """Free the memory; safe to call twice."""
        if self.handle:
            lib.llama_free(self.handle)
            self.handle = None

    def read(self, prompt: Prompt, *, room: int, stop: Stop) -> int:
        """Take in a prompt that fits; how many of its tokens had to be computed.

        room: tokens that the answer may have. Raises CancelledError soon after `stop()` is true.
        """
        fixed = prompt.tokens[: prompt.fixed]
        self._forget(_WORK)
        if fixed:
            found = fixed == self._kept or self._restore(fixed)
        else:
            found = False
            if len(self._kept) + len(prompt.tokens) + room > self.tokens:
                self._forget_kept()
        if found:
            lib.llama_memory_seq_cp(self._memory, _KEPT, _WORK, -1, -1)
            self._compute(prompt.tokens[len(fixed) :], stop)
            return len(prompt.tokens) - len(fixed)
        if fixed:
            self._forget_kept()
            self._compute(fixed, stop)
            lib.llama_memory_seq_cp(self._memory, _WORK, _KEPT, -1, -1)
            self._kept, self._is_new = fixed, True
        self._compute(prompt.tokens[len(fixed) :], stop)
        return len(prompt.tokens)

    def add(self, token: int, stop: Stop) -> None:
        """Take in one token of the answer."""
        self._compute([token], stop)

    def logits(self) -> NDArray[np.float32]:
        """How likely each token (V,) is to come next; valid until the next token is taken in."""
        pointer = lib.llama_get_logits_ith(self.handle, -1)
        if not pointer:
            raise RuntimeError(f"llama.cpp gave no logits: {complaints.text()}")
        return np.ctypeslib.as_array(pointer, shape=(self._n_vocab,))

    def save(self) -> None:
        """Write what is kept to a file, if that was not done; for when nobody waits."""
        if not self._is_new:
            return
        self._is_new = False
        size = lib.llama_state_seq_get_size(self.handle, _KEPT)
        buffer = (ctypes.c_uint8 * size)()
        written = lib.llama_state_seq_get_data(self.handle, buffer, size, _KEPT)
        if written:
            self._files.write(self._kept, memoryview(buffer)[:written])

    def _restore(self, fixed: list[int]) -> bool:
        """Take the kept sequence from a file that an earlier process left."""
        data = self._files.read(fixed)
        if data is None:
            return False
        self._forget_kept()
        buffer = (ctypes.c_uint8 * len(data)).from_buffer(data)
        if not lib.llama_state_seq_set_data(self.handle, buffer, len(data), _KEPT):
            self._forget(_KEPT)
            return False
        self._kept = fixed
        return True

    def _compute(self, tokens: Sequence[int], stop: Stop) -> None:
        """Raises CancelledError when stopped; the sequence at work is then of no use."""
        self._stop = stop
        for start in range(0, len(tokens), _CHUNK):
            if stop():
                raise CancelledError
            chunk = tokens[start : start + _CHUNK]
            array = (lib.llama_token * len(chunk))(*chunk)
            complaints.forget()
            status = lib.llama_decode(self.handle, lib.llama_batch_get_one(array, len(chunk)))
            if status == _ABORTED:
                raise CancelledError
            if status != 0:
                raise RuntimeError(f"llama.cpp failed with status {status}: {complaints.text()}")

    def _is_unwanted(self, _: Any) -> bool:
        now = time.monotonic()
        if now - self._asked < _ASK_S:
            return False
        self._asked = now
        return self._stop()

    def _forget_kept(self) -> None:
        self._forget(_KEPT)
        self._kept, self._is_new = [], False

    def _forget(self, sequence: int) -> None:
        lib.llama_memory_seq_rm(self._memory, sequence, -1, -1)

    def _params(self, threads: int) -> Any:
        params = lib.llama_context_default_params()
        params.n_ctx = self.tokens
        params.n_batch = params.n_ubatch = _CHUNK
        params.n_seq_max = params.n_outputs_max = 2  # logits are large; of a prompt, only the last are wanted
        params.n_threads = params.n_threads_batch = threads
        params.kv_unified = True  # both sequences may share cells
        params.swa_full = True
        params.no_perf = True
        params.abort_callback = self._abort
        return params

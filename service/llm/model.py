"""A GGUF in memory: its vocabulary, and the prompt its template makes of messages."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import llama_cpp.llama_cpp as lib

from service.common.errors import WeightsError
from service.common.options import Message
from service.llm.chat import ChatTemplate
from service.llm.native import complaints

# Fewer tokens are evaluated sooner than kept.
_LEAST_FIXED = 16


@dataclass(frozen=True)
class Prompt:
    """fixed: how many of the first tokens are those of every request with this system text."""

    tokens: list[int]
    fixed: int


class Model:
    """on_gpu: all layers on the first graphics card; else the processor alone is used."""

    def __init__(self, path: Path, *, on_gpu: bool) -> None:
        """Raises WeightsError if the file is damaged, of an unknown kind, or has no chat template."""
        params = lib.llama_model_default_params()
        no_devices = (ctypes.c_void_p * 1)(None)
        params.n_gpu_layers = -1 if on_gpu else 0
        if not on_gpu:  # an empty list: not even the operations that it would send there
            params.devices = ctypes.cast(no_devices, ctypes.c_void_p)
        # Weights are rearranged for this processor while they are read, which makes a prompt about
        # three times faster. Read, not mapped: the file's pages would count beside the rearranged ones.
        params.load_mode = lib.LLAMA_LOAD_MODE_NONE
        complaints.forget()
        self.handle = lib.llama_model_load_from_file(str(path).encode(), params)
        if not self.handle:
            raise WeightsError(f"{path} cannot be loaded: {complaints.text()}")
        self._vocab = lib.llama_model_get_vocab(self.handle)
        self.n_vocab: int = lib.llama_vocab_n_tokens(self._vocab)
        self.trained_tokens: int = lib.llama_model_n_ctx_train(self.handle)
        self._bos: int = lib.llama_vocab_bos(self._vocab)
        self._pieces: dict[int, bytes] = {}
        self._fixed: tuple[tuple[str, ...], list[int]] | None = None
        self._template = self._read_template(path)

    def close(self) -> None:
        """Free the weights; safe to call twice."""
        if self.handle:
            lib.llama_model_free(self.handle)
            self.handle = None

    def prompt(self, messages: Sequence[Message]) -> Prompt:
        """The tokens of the conversation. Raises MalformedError if the template refuses it.

        Control tokens written out in a message become spaces: what a photo's text says must not
        end a turn or begin another.
        """
        clean = [Message(message.role, self._without_control(message.content)) for message in messages]
        tokens = self._tokens_of(clean)
        systems = tuple(takewhile(lambda message: message.role == "system", clean))
        fixed = _same_start(tokens[:-1], self._fixed_tokens(systems))
        return Prompt(tokens, fixed if fixed >= _LEAST_FIXED else 0)

    def piece(self, token: int) -> bytes:
        """What a token adds to the text; nothing for a control token."""
        if token not in self._pieces:
            self._pieces[token] = self._read_piece(token)
        return self._pieces[token]

    def is_end(self, token: int) -> bool:
        """Whether the model says with it that its turn is over."""
        return bool(lib.llama_vocab_is_eog(self._vocab, token))

    def grammar(self, text: str) -> ctypes.c_void_p | None:
        """A sampler that lets only tokens pass which the GBNF grammar allows; None if it is wrong."""
        complaints.forget()
        handle: ctypes.c_void_p | None = lib.llama_sampler_init_grammar(self._vocab, text.encode(), b"root")
        return handle or None

    def _fixed_tokens(self, systems: tuple[Message, ...]) -> list[int]:
        """What two conversations share that begin with these and go on differently."""
        key = tuple(message.content for message in systems)
        if self._fixed is None or self._fixed[0] != key:
            one, other = (self._tokens_of([*systems, Message("user", text)]) for text in ("0", "zz"))
            self._fixed = key, one[: _same_start(one, other)]
        return self._fixed[1]

    def _tokens_of(self, messages: Sequence[Message]) -> list[int]:
        tokens = self._tokenize(self._template.text(messages))
        if lib.llama_vocab_get_add_bos(self._vocab) and tokens[:1] != [self._bos]:
            tokens.insert(0, self._bos)
        return tokens

    def _tokenize(self, text: str) -> list[int]:
        data = text.encode(errors="replace")
        buffer = (lib.llama_token * (len(data) + 16))()
        count = lib.llama_tokenize(self._vocab, data, len(data), buffer, len(buffer), False, True)
        if count < 0:
            raise RuntimeError(f"{len(data)} bytes became {-count} tokens")
        return list(buffer[:count])

    def _without_control(self, text: str) -> str:
        while True:
            control = [one for one in set(self._tokenize(text)) if lib.llama_vocab_is_control(self._vocab, one)]
            written = [name for name in map(self._name, control) if name in text]
            if not written:
                return text
            for name in written:
                text = text.replace(name, " ")

    def _read_template(self, path: Path) -> ChatTemplate:
        source = lib.llama_model_chat_template(self.handle, None)
        if not source:
            self.close()
            raise WeightsError(f"{path} holds no chat template, so it is no model for conversations.")
        eos = lib.llama_vocab_eos(self._vocab)
        return ChatTemplate(source.decode(errors="replace"), bos=self._name(self._bos), eos=self._name(eos))

    def _name(self, token: int) -> str:
        """A control token as templates write it; empty for a token that the model does not have."""
        return lib.llama_vocab_get_text(self._vocab, token).decode(errors="replace") if token >= 0 else ""

    def _read_piece(self, token: int) -> bytes:
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            count: int = lib.llama_token_to_piece(self._vocab, token, buffer, size, 0, False)
            if count >= 0:
                return buffer.raw[:count]
            size = -count


def _same_start(one: Sequence[int], other: Sequence[int]) -> int:
    """How many of their first tokens are equal."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))

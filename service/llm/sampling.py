"""Choose the next token: the most likely one, or one drawn at random, within a grammar."""

from __future__ import annotations

import ctypes
from typing import Any

import llama_cpp.llama_cpp as lib
import numpy as np
from numpy.typing import NDArray

from service.common.errors import MalformedError
from service.common.options import GenerateOptions
from service.llm.json_grammar import grammar_of
from service.llm.model import Model
from service.llm.native import complaints

# llama.cpp's own defaults: draw among the 40 most likely that make up 95 %, none of them below a
# twentieth of the best.
_TOP_K, _TOP_P, _MIN_P = 40, 0.95, 0.05

_TOKEN = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])  # llama_token_data


class Sampler:
    """One request's choices; the same options and logits give the same tokens."""

    def __init__(self, model: Model, options: GenerateOptions) -> None:
        """Raises MalformedError for a grammar or a schema that cannot be used."""
        self._candidates = np.zeros(model.n_vocab, dtype=_TOKEN)
        self._numbers = np.arange(model.n_vocab, dtype=np.int32)
        self._chain: Any = None
        self._grammar = _grammar(model, options)
        self._chain = _chain(options)

    def pick(self, logits: NDArray[np.float32]) -> int:
        """The next token, of logits (V,). Raises MalformedError where a grammar leads nowhere.

        The grammar is asked about the chosen token first: looking through a vocabulary of 250,000
        for each letter of the answer takes longer than a small model needs to compute it.
        """
        token = self._choose(logits, bound=False)
        if self._grammar is not None:
            if not self._allows(token):
                token = self._choose(logits, bound=True)
            lib.llama_sampler_accept(self._grammar, token)
        lib.llama_sampler_accept(self._chain, token)
        return token

    def close(self) -> None:
        """Free what llama.cpp holds; safe to call twice."""
        for handle in (self._grammar, self._chain):
            if handle is not None:
                lib.llama_sampler_free(handle)
        self._grammar = self._chain = None

    def _choose(self, logits: NDArray[np.float32], *, bound: bool) -> int:
        self._candidates["id"] = self._numbers
        self._candidates["logit"] = logits
        array = _array(self._candidates)
        if bound:
            lib.llama_sampler_apply(self._grammar, ctypes.byref(array))
            if not np.isfinite(self._candidates["logit"]).any():
                raise MalformedError("The grammar allows no token of this model here.", field="grammar")
        lib.llama_sampler_apply(self._chain, ctypes.byref(array))
        return int(array.data[array.selected].id)

    def _allows(self, token: int) -> bool:
        one = np.array([(token, 1.0, 0.0)], dtype=_TOKEN)
        array = _array(one)
        lib.llama_sampler_apply(self._grammar, ctypes.byref(array))
        return bool(np.isfinite(one["logit"][0]))


def _grammar(model: Model, options: GenerateOptions) -> Any:
    text = grammar_of(options.json_schema) if options.json_schema is not None else options.grammar
    if not text:
        return None
    handle = model.grammar(text)
    if handle is None:
        field = "grammar" if options.json_schema is None else "json_schema"
        raise MalformedError(f"llama.cpp cannot use the {field}: {complaints.text()}", field=field)
    return handle


def _chain(options: GenerateOptions) -> Any:
    chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
    if options.temperature == 0:
        parts = [lib.llama_sampler_init_greedy()]
    else:
        parts = [
            lib.llama_sampler_init_top_k(_TOP_K),
            lib.llama_sampler_init_top_p(_TOP_P, 1),
            lib.llama_sampler_init_min_p(_MIN_P, 1),
            lib.llama_sampler_init_temp(options.temperature),
            lib.llama_sampler_init_dist(options.seed),
        ]
    for part in parts:
        lib.llama_sampler_chain_add(chain, part)
    return chain


def _array(candidates: NDArray[Any]) -> Any:
    data = candidates.ctypes.data_as(lib.llama_token_data_p)
    return lib.llama_token_data_array(data=data, size=len(candidates), selected=-1, sorted=False)

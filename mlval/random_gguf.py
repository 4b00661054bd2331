"""GGUF files with random weights: for tests, tiny; for benches, as large as a real model.

    python -m mlval.random_weights gguf FOLDER

What such a model writes is noise, but it loads, and takes as long and as much memory, as one of the
same shape that was trained. Tensors are made and written one after the other, so that a model far
larger than the memory can be written.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

# Turns as ChatML writes them, with control tokens of the vocabulary below.
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] | trim + '<|im_end|>' + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
_CONTROL = ("<s>", "</s>", "<|im_start|>", "<|im_end|>")
_BLOCK = 32  # weights that share a scale in Q4_0 and Q8_0


@dataclass(frozen=True)
class Shape:
    """A transformer as `llama` has it, or, with `hybrid`, one with recurrent layers as `qwen35`.

    vocabulary: at least 261; the first are 5 special tokens and the 256 bytes, the rest syllables.
    """

    layers: int = 2
    width: int = 64
    heads: int = 4
    kv_heads: int = 2
    hidden: int = 128
    vocabulary: int = 320
    context: int = 1024
    hybrid: bool = False

    @property
    def head_width(self) -> int:
        return self.width // self.heads


TINY = Shape()
TINY_HYBRID = Shape(layers=4, hybrid=True)
# 1.1 billion parameters, as TinyLlama.
BILLION = Shape(layers=22, width=2048, heads=32, kv_heads=4, hidden=5632, vocabulary=32_000, context=4096)


LARGE_NAME = "random-1.1b-q4-0.gguf"


@dataclass(frozen=True)
class _Tensor:
    """shape: rows first. ones: a norm's weights, which are not drawn."""

    name: str
    shape: tuple[int, ...]
    ones: bool = False


def write_gguf(
    path: Path, shape: Shape = TINY, *, kind: str = "f32", seed: int = 0, template: str | None = TEMPLATE
) -> int:
    """Write a model and return how many parameters it has.

    kind: f32, q8_0 or q4_0, for the matrices. template: None leaves the chat template out.
    """
    quantised = gguf.GGMLQuantizationType[kind.upper()]
    architecture = "qwen35" if shape.hybrid else "llama"
    writer = gguf.GGUFWriter(path, architecture)
    _add_shape(writer, shape, architecture)
    _add_vocabulary(writer, shape.vocabulary)
    if template is not None:
        writer.add_chat_template(template)
    tensors = [(tensor, _kind_of(tensor, quantised)) for tensor in _tensors(shape)]
    for tensor, own in tensors:
        rows = tensor.shape[:-1]
        size = _row_bytes(tensor.shape[-1], own)
        is_plain = own == gguf.GGMLQuantizationType.F32
        writer.add_tensor_info(
            tensor.name,
            tensor.shape if is_plain else (*rows, size),
            np.dtype(np.float32 if is_plain else np.uint8),
            math.prod(rows) * size,
            raw_dtype=own,
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    rng = np.random.default_rng(seed)
    for tensor, own in tensors:
        writer.write_tensor_data(_data(tensor, own, rng))
    writer.close()
    return sum(math.prod(tensor.shape) for tensor, _ in tensors)


def make(folder: Path) -> None:
    """Write a model of 1.1 billion parameters in four bits, 0.6 GB, into the folder."""
    write_gguf(folder / LARGE_NAME, BILLION, kind="q4_0")


def _add_shape(writer: gguf.GGUFWriter, shape: Shape, architecture: str) -> None:
    writer.add_block_count(shape.layers)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_vocab_size(shape.vocabulary)
    if shape.hybrid:
        writer.add_key_length(shape.head_width)
        writer.add_value_length(shape.head_width)
        writer.add_rope_dimension_sections([shape.head_width // 4, shape.head_width // 4, 0, 0])
        writer.add_ssm_conv_kernel(4)
        writer.add_ssm_state_size(shape.head_width)
        writer.add_ssm_group_count(shape.kv_heads)
        writer.add_ssm_time_step_rank(shape.heads)
        writer.add_ssm_inner_size(shape.head_width * shape.heads)
        writer.add_uint32(f"{architecture}.full_attention_interval", 4)


def _add_vocabulary(writer: gguf.GGUFWriter, size: int) -> None:
    """Like a SentencePiece vocabulary with byte fallback, so that every text has tokens."""
    names = ["<unk>", *_CONTROL, *(f"<0x{byte:02X}>" for byte in range(256))]
    kinds = [gguf.TokenType.UNKNOWN, *[gguf.TokenType.CONTROL] * len(_CONTROL), *[gguf.TokenType.BYTE] * 256]
    syllables = list(itertools.islice(_syllables(), size - len(names)))
    names += syllables
    kinds += [gguf.TokenType.NORMAL] * len(syllables)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(names)
    # Merges happen in the order of the scores: what was listed first.
    writer.add_token_scores([float(-index) for index in range(size)])
    writer.add_token_types(kinds)
    writer.add_bos_token_id(names.index("<s>"))
    writer.add_eos_token_id(names.index("<|im_end|>"))
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)


def _syllables() -> Iterator[str]:
    """A space, letters, then all that letters can be joined to, without repeats."""
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    yield "▁"
    for length in itertools.count(1):
        for parts in itertools.product(letters, repeat=length):
            yield "".join(parts)
            if length > 1:
                yield "▁" + "".join(parts)


def _tensors(shape: Shape) -> Iterator[_Tensor]:
    """Named as llama.cpp wants them: src/models/llama.cpp and qwen35.cpp there."""
    yield _Tensor("token_embd.weight", (shape.vocabulary, shape.width))
    for layer in range(shape.layers):
        block = f"blk.{layer}"
        yield _Tensor(f"{block}.attn_norm.weight", (shape.width,), ones=True)
        if not shape.hybrid:
            yield from _attention(shape, block, queries=1)
        elif (layer + 1) % 4 == 0:
            yield from _attention(shape, block, queries=2)  # and a gate of the same size
            yield _Tensor(f"{block}.attn_q_norm.weight", (shape.head_width,), ones=True)
            yield _Tensor(f"{block}.attn_k_norm.weight", (shape.head_width,), ones=True)
        else:
            yield from _recurrent(shape, block)
        norm = "post_attention_norm" if shape.hybrid else "ffn_norm"
        yield _Tensor(f"{block}.{norm}.weight", (shape.width,), ones=True)
        yield _Tensor(f"{block}.ffn_gate.weight", (shape.hidden, shape.width))
        yield _Tensor(f"{block}.ffn_down.weight", (shape.width, shape.hidden))
        yield _Tensor(f"{block}.ffn_up.weight", (shape.hidden, shape.width))
    yield _Tensor("output_norm.weight", (shape.width,), ones=True)
    yield _Tensor("output.weight", (shape.vocabulary, shape.width))


def _attention(shape: Shape, block: str, *, queries: int) -> Iterator[_Tensor]:
    keys = shape.kv_heads * shape.head_width
    yield _Tensor(f"{block}.attn_q.weight", (shape.width * queries, shape.width))
    yield _Tensor(f"{block}.attn_k.weight", (keys, shape.width))
    yield _Tensor(f"{block}.attn_v.weight", (keys, shape.width))
    yield _Tensor(f"{block}.attn_output.weight", (shape.width, shape.width))


def _recurrent(shape: Shape, block: str) -> Iterator[_Tensor]:
    """A gated delta net. Source: Yang et al. 2024 (arXiv:2412.06464)."""
    keys, values = shape.kv_heads * shape.head_width, shape.heads * shape.head_width
    yield _Tensor(f"{block}.attn_qkv.weight", (2 * keys + values, shape.width))
    yield _Tensor(f"{block}.attn_gate.weight", (values, shape.width))
    yield _Tensor(f"{block}.ssm_conv1d.weight", (2 * keys + values, 4))
    yield _Tensor(f"{block}.ssm_dt.bias", (shape.heads,))
    yield _Tensor(f"{block}.ssm_a", (shape.heads,))
    yield _Tensor(f"{block}.ssm_beta.weight", (shape.heads, shape.width))
    yield _Tensor(f"{block}.ssm_alpha.weight", (shape.heads, shape.width))
    yield _Tensor(f"{block}.ssm_norm.weight", (shape.head_width,), ones=True)
    yield _Tensor(f"{block}.ssm_out.weight", (shape.width, values))


def _kind_of(tensor: _Tensor, kind: gguf.GGMLQuantizationType) -> gguf.GGMLQuantizationType:
    """Vectors, and the small matrices of recurrent layers, stay as they are."""
    is_matrix = len(tensor.shape) == 2 and ".ssm_conv" not in tensor.name
    return kind if is_matrix and tensor.shape[-1] % _BLOCK == 0 else gguf.GGMLQuantizationType.F32


def _row_bytes(width: int, kind: gguf.GGMLQuantizationType) -> int:
    block, size = gguf.GGML_QUANT_SIZES[kind]
    return width // block * size


def _data(tensor: _Tensor, kind: gguf.GGMLQuantizationType, rng: np.random.Generator) -> NDArray[np.generic]:
    """The tensor as it lies in the file; scaled so that numbers neither grow nor fade over layers."""
    if tensor.ones:
        return np.ones(tensor.shape, dtype=np.float32)
    scale = 1.0 / math.sqrt(tensor.shape[-1])
    if tensor.name.endswith(".ssm_a"):  # how fast a recurrent state fades; below 0
        return -rng.random(tensor.shape, dtype=np.float32)
    if kind == gguf.GGMLQuantizationType.F32:
        return rng.standard_normal(tensor.shape, dtype=np.float32) * np.float32(scale)
    blocks = rng.integers(0, 256, size=(math.prod(tensor.shape) // _BLOCK, _row_bytes(_BLOCK, kind)), dtype=np.uint8)
    # A block is a half float, by which its whole numbers are multiplied, and then the numbers:
    # from -8 to 7, or from -128 to 127, all equally likely here.
    spread = {gguf.GGMLQuantizationType.Q4_0: 16, gguf.GGMLQuantizationType.Q8_0: 256}[kind] / math.sqrt(12)
    blocks[:, :2] = np.array([scale / spread], dtype="<f2").view(np.uint8)
    return blocks.reshape(*tensor.shape[:-1], -1)

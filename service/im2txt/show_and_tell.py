"""A ResNet and an LSTM without attention as the graphs of this family; for conversions only.

Vinyals et al. 2015 (arXiv:1411.4555) as in yunjey's PyTorch tutorial, whose names the weights have: the picture,
brought to the size of a word, is what the LSTM reads first, and START follows. He et al. 2016 (arXiv:1512.03385).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from service.common.errors import WeightsError
from service.common.graph_writer import GraphWriter
from service.common.layers import Floats, Linear
from service.common.state_dict import StateDict

# torch.nn.BatchNorm's default, which torchvision's ResNet and the tutorial keep.
_EPSILON = 1e-5
_STAGES = (4, 5, 6, 7)


@dataclass(frozen=True)
class Recurrence:
    """The decoder's weights. V words of W numbers, H numbers of state; gates in the order i, f, g, o.

    embedding (V, W); gates (4 H, W + H) for the word and the state side by side; bias (4 H,);
    output (V, H); output_bias (V,).
    """

    embedding: Floats
    gates: Floats
    bias: Floats
    output: Floats
    output_bias: Floats

    @property
    def state(self) -> int:
        return len(self.bias) // 4

    @classmethod
    def take(cls, weights: StateDict) -> Recurrence:
        """From the tutorial's DecoderRNN with one layer. Raises WeightsError."""
        words, width = weights.shape("embed.weight")
        size = weights.shape("lstm.weight_hh_l0")[1]
        into = weights.take("lstm.weight_ih_l0", 4 * size, width)
        back = weights.take("lstm.weight_hh_l0", 4 * size, size)
        found = cls(
            embedding=weights.take("embed.weight", words, width),
            gates=np.concatenate([into, back], axis=1),
            bias=weights.take("lstm.bias_ih_l0", 4 * size) + weights.take("lstm.bias_hh_l0", 4 * size),
            output=weights.take("linear.weight", words, size),
            output_bias=weights.take("linear.bias", words),
        )
        weights.end()
        return found


def write_encoder(weights: StateDict, recurrence: Recurrence, size: int, path: Path) -> None:
    """`image` (B, 3, S, S) -> `h`, `c` (B, H): the state after the picture. Raises WeightsError."""
    weights.drop(r".*\.num_batches_tracked")
    with GraphWriter(path) as graph:
        x = graph.input("image", ["B", 3, size, size])
        x = graph.op("Relu", _convolve(graph, weights, "resnet.0", "resnet.1", x, stride=2))
        x = graph.op("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
        for stage in _STAGES:
            for index in itertools.count():
                block = f"resnet.{stage}.{index}"
                if not weights.has(f"{block}.conv1.weight"):
                    break
                x = _bottleneck(graph, weights, block, x, stride=2 if index == 0 and stage > _STAGES[0] else 1)
        x = graph.op("Flatten", graph.op("GlobalAveragePool", x))
        projection = _projection(weights, recurrence.embedding.shape[1])
        weights.end()
        give_first_step(graph, recurrence, graph.linear(x, "linear", projection.weight, projection.bias))


def give_first_step(graph: GraphWriter, recurrence: Recurrence, embedding: str) -> None:
    """Give out `h` and `c` (B, H) after the LSTM, at rest before, has read the picture (B, W)."""
    width, size = recurrence.embedding.shape[1], recurrence.state
    take, new, show = (
        graph.linear(
            embedding,
            f"our_first_{name}",
            recurrence.gates[at : at + size, :width].T,
            recurrence.bias[at : at + size],
        )
        for name, at in (("take", 0), ("new", 2 * size), ("show", 3 * size))  # there is nothing to forget yet
    )
    take, new, show = graph.op("Sigmoid", take), graph.op("Tanh", new), graph.op("Sigmoid", show)
    graph.op("Mul", take, new, output="c")
    graph.op("Mul", show, graph.op("Tanh", "c"), output="h")
    for name in ("h", "c"):
        graph.output(name, ["B", size])


def write_decoder(recurrence: Recurrence, path: Path, *, int8: bool) -> None:
    """`token` (B,) int64, `h`, `c` (B, H) -> `log_probs` (B, V), `h_out`, `c_out`."""
    words, size = recurrence.output.shape
    with GraphWriter(path, int8=int8) as graph:
        token = graph.input("token", ["B"], integer=True)
        h, c = graph.input("h", ["B", size]), graph.input("c", ["B", size])
        joined = graph.op("Concat", graph.embedding(token, "words", recurrence.embedding), h, axis=1)
        gates = graph.linear(joined, "gates", recurrence.gates.T, recurrence.bias)
        take, forget, new, show = graph.ops("Split", gates, outputs=4, axis=1)
        kept = graph.op("Mul", graph.op("Sigmoid", forget), c)
        added = graph.op("Mul", graph.op("Sigmoid", take), graph.op("Tanh", new))
        c = graph.op("Add", kept, added, output="c_out")
        h = graph.op("Mul", graph.op("Sigmoid", show), graph.op("Tanh", c), output="h_out")
        logits = graph.linear(h, "output", recurrence.output.T, recurrence.output_bias)
        graph.op("LogSoftmax", logits, axis=1, output="log_probs")
        graph.output("log_probs", ["B", words])
        for name in ("h_out", "c_out"):
            graph.output(name, ["B", size])


def _bottleneck(graph: GraphWriter, weights: StateDict, name: str, x: str, *, stride: int) -> str:
    """1 x 1, 3 x 3, 1 x 1, and the way past them; the stride is in the middle one, as in torchvision."""
    y = graph.op("Relu", _convolve(graph, weights, f"{name}.conv1", f"{name}.bn1", x))
    y = graph.op("Relu", _convolve(graph, weights, f"{name}.conv2", f"{name}.bn2", y, stride=stride))
    y = _convolve(graph, weights, f"{name}.conv3", f"{name}.bn3", y)
    if weights.has(f"{name}.downsample.0.weight"):
        x = _convolve(graph, weights, f"{name}.downsample.0", f"{name}.downsample.1", x, stride=stride)
    return graph.op("Relu", graph.op("Add", y, x))


def _convolve(graph: GraphWriter, weights: StateDict, name: str, norm: str, x: str, *, stride: int = 1) -> str:
    """A convolution that keeps the size but for its stride, with its norm in it."""
    shape = weights.shape(f"{name}.weight")
    if len(shape) != 4 or shape[2] != shape[3]:
        raise WeightsError(f"{name}.weight has the shape {shape}, which is no convolution's.")
    scale, shift = _norm(weights, norm, shape[0])
    kernel = weights.take(f"{name}.weight", *shape) * scale[:, None, None, None]
    pad = shape[2] // 2
    return graph.op("Conv", x, graph.constant(kernel), graph.constant(shift), strides=[stride, stride], pads=[pad] * 4)


def _projection(weights: StateDict, width: int) -> Linear:
    """The layer that brings a picture to the size of a word, with its norm in it."""
    into = weights.shape("linear.weight")[1]
    scale, shift = _norm(weights, "bn", width)
    weight = weights.take("linear.weight", width, into) * scale[:, None]
    return Linear(weight.T, weights.take("linear.bias", width) * scale + shift)


def _norm(weights: StateDict, name: str, size: int) -> tuple[Floats, Floats]:
    """A trained batch norm as y = scale x + shift."""
    deviation = np.sqrt(weights.take(f"{name}.running_var", size) + np.float32(_EPSILON))
    scale = weights.take(f"{name}.weight", size) / deviation
    return scale, weights.take(f"{name}.bias", size) - weights.take(f"{name}.running_mean", size) * scale

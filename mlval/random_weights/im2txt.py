"""LibrePhotos' im2txt with random weights, in both of its forms; any size for tests.

The layers and names of yunjey's PyTorch tutorial, which its checkpoints have: ResNet-152 without its last layer,
a linear layer with a norm, and an LSTM that reads the picture and then START.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from service.common.check_pictures import check_pictures
from service.common.preprocess import Preprocess

# ResNet-152, and the sizes in LibrePhotos' sample.py.
BLOCKS, CHANNELS = (3, 8, 36, 3), 64
EMBEDDING, HIDDEN, WORDS, SIZE = 256, 512, 9956, 224
SPECIAL = ("<pad>", "<start>", "<end>", "<unk>")
_PREPROCESS = Preprocess(SIZE, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), "squash", "bicubic")


class Bottleneck(nn.Module):
    """torchvision's block, by its names."""

    def __init__(self, into: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(into, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width)
        self.downsample: nn.Module | None = None
        if stride != 1 or into != 4 * width:
            self.downsample = nn.Sequential(
                nn.Conv2d(into, 4 * width, 1, stride, bias=False), nn.BatchNorm2d(4 * width)
            )

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        past = x if self.downsample is None else self.downsample(x)
        return torch.relu(self.bn3(self.conv3(y)) + past)


class EncoderCNN(nn.Module):
    """(B, 3, S, S) -> (B, W)."""

    def __init__(self, blocks: Sequence[int] = BLOCKS, channels: int = CHANNELS, embedding: int = EMBEDDING) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            nn.Conv2d(3, channels, 7, 2, 3, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, 1),
        ]
        into = channels
        for stage, count in enumerate(blocks):
            width = channels << stage
            parts = []
            for index in range(count):
                parts.append(Bottleneck(into, width, 2 if index == 0 and stage > 0 else 1))
                into = 4 * width
            layers.append(nn.Sequential(*parts))
        self.resnet = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1))
        self.linear = nn.Linear(into, embedding)
        self.bn = nn.BatchNorm1d(embedding, momentum=0.01)

    def forward(self, images: Tensor) -> Tensor:
        features = self.resnet(images)
        return self.bn(self.linear(features.reshape(features.size(0), -1)))


class DecoderRNN(nn.Module):
    """(B, W) -> (B, T) ids, greedily, as LibrePhotos runs and exports it."""

    def __init__(
        self, embedding: int = EMBEDDING, hidden: int = HIDDEN, words: int = WORDS, *, first: int | None = None
    ) -> None:
        """first: the id that follows the picture; trained, the model says START there by itself."""
        super().__init__()
        self.embed = nn.Embedding(words, embedding)
        self.lstm = nn.LSTM(embedding, hidden, 1, batch_first=True)
        self.linear = nn.Linear(hidden, words)
        self.first = first
        self.length = 20

    def forward(self, features: Tensor) -> Tensor:
        ids = []
        inputs, states = features.unsqueeze(1), None
        for index in range(self.length):
            hiddens, states = self.lstm(inputs, states)
            _, predicted = self.linear(hiddens.squeeze(1)).max(1)
            if index == 0 and self.first is not None:
                predicted = torch.full_like(predicted, self.first)
            ids.append(predicted)
            inputs = self.embed(predicted).unsqueeze(1)
        return torch.stack(ids, 1)


def build(
    blocks: Sequence[int] = BLOCKS, channels: int = CHANNELS, words: int = WORDS, *, seed: int = 0
) -> tuple[EncoderCNN, DecoderRNN]:
    """Both halves, with weights under which pictures and words differ as they do after training."""
    torch.manual_seed(seed)
    encoder, decoder = EncoderCNN(blocks, channels).eval(), DecoderRNN(words=words).eval()
    for name, module in encoder.named_modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(module, nn.BatchNorm2d):
            # The sum of a block and the way past it doubles where nothing was trained to prevent it.
            nn.init.normal_(module.weight, 0.2 if name.endswith("bn3") else 1.0, 0.05)
            nn.init.normal_(module.bias, 0.0, 0.1)
    nn.init.normal_(decoder.embed.weight, 0.0, 1.0)
    nn.init.normal_(decoder.linear.weight, 0.0, 0.5)
    with torch.no_grad():  # trained, it never says what no caption holds, and no caption is empty
        decoder.linear.bias[[0, 1, 2, 3]] = torch.tensor([-1e3, -1e3, -8.0, -1e3])
    _set_norms(encoder)
    return encoder, decoder


def _set_norms(encoder: EncoderCNN) -> None:
    """Measure every norm's mean and variance on pictures, as training does.

    Otherwise each layer brings pictures closer together, until int8 has nothing left to tell them apart by.
    """
    pixels = torch.from_numpy(_PREPROCESS(check_pictures(6)))
    norms = [module for module in encoder.modules() if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)]
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    with torch.no_grad():
        encoder.train()(pixels)
    encoder.eval()
    for norm, momentum in zip(norms, before, strict=True):
        norm.momentum = momentum


def make_checkpoints(folder: Path) -> None:
    """The registry's archive, unpacked, with its vocab.pkl as the vocabulary.json that the download makes: 270 MB."""
    write_checkpoints(folder, *build())


def make_onnx(folder: Path) -> None:
    """The ONNX pair, exported as LibrePhotos does it."""
    write_onnx(folder, *build())


def write_checkpoints(folder: Path, encoder: EncoderCNN, decoder: DecoderRNN) -> None:
    """As PyTorch wrote files in 2018."""
    (folder / "models").mkdir(parents=True)
    for name, module in (("encoder", encoder), ("decoder", decoder)):
        path = folder / "models" / f"{name}-10-1000.ckpt"
        torch.save(module.state_dict(), path, _use_new_zipfile_serialization=False)
    write_vocabulary(folder, decoder.linear.out_features)


def write_onnx(folder: Path, encoder: EncoderCNN, decoder: DecoderRNN) -> None:
    """Traced for one picture; the decoder's twenty words are written out."""
    folder.mkdir(parents=True, exist_ok=True)
    picture, embedding = torch.zeros(1, 3, SIZE, SIZE), torch.zeros(1, decoder.embed.embedding_dim)
    for module, sample, name, ends in (
        (encoder, picture, "encoder", ("image", "embedding")),
        (decoder, embedding, "decoder", ("embedding", "caption")),
    ):
        torch.onnx.export(
            module,
            (sample,),
            str(folder / f"{name}.onnx"),
            input_names=[ends[0]],
            output_names=[ends[1]],
            dynamo=False,
            opset_version=17,
        )
    write_vocabulary(folder, decoder.linear.out_features)


def write_vocabulary(folder: Path, words: int) -> None:
    """vocabulary.json of format 1 with made-up words."""
    names = [*SPECIAL, *(f"word{index}" for index in range(len(SPECIAL), words))]
    body = {"format": 1, "words": names, "pad": 0, "start": 1, "end": 2, "unknown": 3}
    (folder / "vocabulary.json").write_text(json.dumps(body), encoding="utf-8")


def greedy(encoder: EncoderCNN, decoder: DecoderRNN, pixels: np.ndarray) -> list[list[int]]:  # type: ignore[type-arg]
    """The ids after START up to END for each picture, by PyTorch."""
    with torch.no_grad():
        ids = decoder(encoder(torch.from_numpy(pixels)))
    return [row[1 : row.index(2) if 2 in row else None] for row in ids.tolist()]

"""Photos and captions in RAM.

The formats of `--data DIR` are those of mlval/datasets.py.
Format of `--pretrain DIR`: `classes.tsv` (id, tab, name) and one `<id>.jpg` a class, a sheet of
32 x 32 tiles without gaps, 25 in a row.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from mlval.datasets import Record
from mlval.im2txt.model import END, PAD, START, UNKNOWN

SIDE = 160  # pixels; photos are squashed to this square once
TILE = 32
_WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*")
SPECIAL = ("<pad>", "<start>", "<end>", "<unknown>")


def load_pixels(records: Sequence[Record], side: int = SIDE) -> Tensor:
    """(B, side, side, 3) uint8: upright, squashed to a square. About 2,000 photos a second and core."""
    pixels = np.empty((len(records), side, side, 3), np.uint8)
    for index, record in enumerate(records):
        with Image.open(record.path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
            if upright.size != (side, side):
                upright = upright.resize((side, side), Image.Resampling.BILINEAR)
            pixels[index] = np.asarray(upright)
    return torch.from_numpy(pixels)


def load_tiles(folder: Path) -> tuple[Tensor, Tensor]:
    """Tiles (B, 32, 32, 3) uint8 and their classes (B,) int64, class after class."""
    classes = [line.split("\t")[0] for line in (folder / "classes.tsv").read_text().splitlines() if line]
    tiles, labels = [], []
    for number, name in enumerate(classes):
        with Image.open(folder / f"{name}.jpg") as image:
            sheet = np.asarray(image.convert("RGB"))
        rows, columns = sheet.shape[0] // TILE, sheet.shape[1] // TILE
        cut = sheet.reshape(rows, TILE, columns, TILE, 3).swapaxes(1, 2).reshape(-1, TILE, TILE, 3)
        tiles.append(cut)
        labels.append(np.full(len(cut), number))
    return torch.from_numpy(np.concatenate(tiles)), torch.from_numpy(np.concatenate(labels))


def caption_words(text: str) -> list[str]:
    """Lower-case words; "t-shirt" and "man's" stay whole, as the metrics' tokenizer sees them."""
    return _WORD.findall(text.lower())


class Vocabulary:
    """Words and their ids; the first four are PAD, START, END and UNKNOWN."""

    def __init__(self, words: Sequence[str]) -> None:
        if tuple(words[:4]) != SPECIAL:
            raise ValueError(f"a vocabulary starts with {SPECIAL}")
        self.words = list(words)
        self._ids = {word: index for index, word in enumerate(self.words)}

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]], min_count: int) -> Vocabulary:
        """Words seen at least `min_count` times, the most frequent first, ties by spelling."""
        counts = Counter(word for words in texts for word in words)
        kept = sorted((w for w, n in counts.items() if n >= min_count), key=lambda w: (-counts[w], w))
        return cls([*SPECIAL, *kept])

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        """From the JSON of `write`. Raises ValueError for another format."""
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.get("format") != 1:
            raise ValueError(f"{path}: vocabulary format {content.get('format')} is not 1")
        return cls(content["words"])

    def write(self, path: Path) -> None:
        """JSON, format 1."""
        content = {
            "format": 1,
            "words": self.words,
            "pad": PAD,
            "start": START,
            "end": END,
            "unknown": UNKNOWN,
        }
        path.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, words: Sequence[str]) -> list[int]:
        """Ids, UNKNOWN for words it lacks."""
        return [self._ids.get(word, UNKNOWN) for word in words]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Words up to END, without markers."""
        words = []
        for index in ids:
            if index == END:
                break
            if index > UNKNOWN:
                words.append(self.words[index])
        return words


def encode_captions(vocabulary: Vocabulary, captions: Iterable[str], max_words: int) -> list[list[int]]:
    """START, words, END for each caption; longer ones are cut and lose END, as they do not end there."""
    encoded = []
    for caption in captions:
        ids = vocabulary.encode(caption_words(caption))
        encoded.append([START, *ids, END] if len(ids) <= max_words else [START, *ids[:max_words]])
    return encoded


def padded(sequences: Sequence[Sequence[int]]) -> Tensor:
    """(N, longest) int64, PAD after the end."""
    longest = max(len(sequence) for sequence in sequences)
    rows = [[*sequence, *[PAD] * (longest - len(sequence))] for sequence in sequences]
    return torch.tensor(rows)

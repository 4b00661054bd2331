"""Pickled vocabularies are read without being believed."""

import json
import os
import pickle
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from api.model_store.errors import UnsafePickleError
from api.model_store.vocabulary import convert_vocabulary, read_pickled_vocabulary
from service.im2txt.vocab import Vocabulary as ServiceVocabulary

WORDS = ["<pad>", "<start>", "<end>", "<unk>", "a", "dog"]


class _FakeModule(types.ModuleType):
    Vocabulary: Any


def pickled(protocol: int, *, module: str = "build_vocab") -> bytes:
    """As LibrePhotos' training script writes it: an object of its own class Vocabulary."""
    fake = _FakeModule(module)
    fake.Vocabulary = type("Vocabulary", (), {"__module__": module})
    sys.modules[module], before = fake, sys.modules.get(module)
    try:
        vocabulary = fake.Vocabulary()
        vocabulary.word2idx = {word: index for index, word in enumerate(WORDS)}
        vocabulary.idx2word = dict(enumerate(WORDS))
        vocabulary.idx = len(WORDS)
        return pickle.dumps(vocabulary, protocol)
    finally:
        del sys.modules[module]
        if before is not None:
            sys.modules[module] = before


class Call:
    """Pickles into a call."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self._call = (function, arguments)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self._call


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_works(tmp_path: Path, protocol: int) -> None:
    (tmp_path / "vocab.pkl").write_bytes(pickled(protocol))
    convert_vocabulary(tmp_path / "vocab.pkl", tmp_path / "vocabulary.json")

    read = ServiceVocabulary.load(tmp_path / "vocabulary.json")
    assert list(read.words) == WORDS
    assert (read.pad, read.start, read.end, read.unknown) == (0, 1, 2, 3)
    assert json.loads((tmp_path / "vocabulary.json").read_text())["format"] == 1


def test_a_plain_dict_works_too(tmp_path: Path) -> None:
    (tmp_path / "vocab.pkl").write_bytes(pickle.dumps({word: index for index, word in enumerate(WORDS)}))
    assert read_pickled_vocabulary(tmp_path / "vocab.pkl") == tuple(WORDS)


@pytest.mark.parametrize("protocol", [0, 2, pickle.HIGHEST_PROTOCOL])
@pytest.mark.parametrize(
    "make",
    [
        lambda mark: Call(os.system, f"touch {mark}"),
        lambda mark: Call(eval, f"open({str(mark)!r}, 'w')"),
        lambda mark: Call(exec, f"open({str(mark)!r}, 'w')"),
        lambda mark: Call(subprocess.Popen, ["touch", str(mark)]),
        lambda mark: Call(open, str(mark), "w"),
        lambda mark: {"word2idx": Call(os.mkdir, str(mark))},
        lambda mark: Call(getattr, Call(__import__, "os"), "system"),
    ],
)
def test_a_call_is_not_made(tmp_path: Path, protocol: int, make: Any) -> None:
    mark = tmp_path / "mark"
    (tmp_path / "vocab.pkl").write_bytes(pickle.dumps(make(mark), protocol))
    with pytest.raises(UnsafePickleError):
        convert_vocabulary(tmp_path / "vocab.pkl", tmp_path / "vocabulary.json")
    assert not mark.exists()
    assert not (tmp_path / "vocabulary.json").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"cos\nsystem\n(S'true'\ntR.",
        b"\x80\x04\x8c\x05posix\x8c\x06system\x93.",
        pickle.dumps([1, 2]),
        pickle.dumps({}),
        pickle.dumps({"a": 1}),
        pickle.dumps({"a": 0, "b": 0}),
        pickle.dumps({1: 0}),
        pickle.dumps({"a": 0}),
        pickled(4, module="another_module"),
        pickled(4)[:-10],
    ],
)
def test_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "vocab.pkl").write_bytes(content)
    with pytest.raises(UnsafePickleError):
        convert_vocabulary(tmp_path / "vocab.pkl", tmp_path / "vocabulary.json")

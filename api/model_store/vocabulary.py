"""Read a pickled im2txt vocabulary without running what a pickle may say, and write it as JSON.

A pickle is a program: loading it may call anything. Here it may make dicts, lists, texts and numbers, and one object of
a class called Vocabulary, of which only the attributes are taken. Everything else is refused.
"""

import io
import json
import os
import pickle  # noqa: S403 - see above
from pathlib import Path
from typing import Any

from api.model_store.errors import UnsafePickleError

MAX_BYTES = 32 << 20
SPECIAL = {"pad": "<pad>", "start": "<start>", "end": "<end>", "unknown": "<unk>"}
_MODULES = frozenset(
    {
        "__main__",
        "build_vocab",
        "vocabulary",
        "vocab",
        "api.im2txt.build_vocab",
        "image_captioning.api.im2txt.build_vocab",
        "service.image_captioning.api.im2txt.build_vocab",
    }
)


class _Vocabulary:
    """Stands in for the pickled class: holds attributes, does nothing."""


def _reconstruct(kind: Any, base: Any, state: Any) -> _Vocabulary:
    """What `copyreg._reconstructor` does in pickles of protocols 0 and 1, for this one class."""
    if kind is not _Vocabulary or base is not object or state is not None:
        raise pickle.UnpicklingError("not a vocabulary")
    return _Vocabulary()


class _Reader(pickle.Unpickler):  # noqa: S301
    def find_class(self, module: str, name: str) -> Any:
        if name == "Vocabulary" and module in _MODULES:
            return _Vocabulary
        if (module, name) in {("copyreg", "_reconstructor"), ("copy_reg", "_reconstructor")}:
            return _reconstruct
        if (module, name) in {("builtins", "object"), ("__builtin__", "object")}:
            return object
        raise pickle.UnpicklingError(f"it wants {module}.{name}")


def read_pickled_vocabulary(path: Path) -> tuple[str, ...]:
    """Return the words; the position of a word is its id. Raises UnsafePickleError."""
    if path.stat().st_size > MAX_BYTES:
        raise UnsafePickleError(f"{path.name} is too large for a vocabulary.")
    try:
        # latin-1 is how Python 2's byte strings come through unharmed.
        found = _Reader(io.BytesIO(path.read_bytes()), encoding="latin-1").load()
    except Exception as error:  # noqa: BLE001 - a hostile pickle may raise whatever it likes
        raise UnsafePickleError(f"{path.name} is not a vocabulary: {error}") from error
    ids = vars(found).get("word2idx") if isinstance(found, _Vocabulary) else found
    if not isinstance(ids, dict) or not ids or not all(type(w) is str and type(i) is int for w, i in ids.items()):
        raise UnsafePickleError(f"{path.name} holds no table of words.")
    if set(ids.values()) != set(range(len(ids))):
        raise UnsafePickleError(f"The ids in {path.name} are not 0 to {len(ids) - 1}.")
    return tuple(word for word, _ in sorted(ids.items(), key=lambda item: item[1]))


def convert_vocabulary(source: Path, target: Path) -> None:
    """Write the pickled vocabulary as the JSON that service/im2txt reads. Raises UnsafePickleError."""
    words = read_pickled_vocabulary(source)
    missing = [word for word in SPECIAL.values() if word not in words]
    if missing:
        raise UnsafePickleError(f"{source.name} lacks {', '.join(missing)}.")
    body = {"format": 1, "words": words, **{name: words.index(word) for name, word in SPECIAL.items()}}
    with target.open("w", encoding="utf-8") as file:
        json.dump(body, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())

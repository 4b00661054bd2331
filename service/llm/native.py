"""llama.cpp's C library: loaded so that it fits this processor, its devices, its complaints.

The wheel holds one CPU backend for each generation of processors; llama.cpp looks which of them
this one can run and takes the best. Source: ggml/src/ggml-backend-reg.cpp there.
"""

from __future__ import annotations

import ctypes
import functools
import logging
import re
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llama_cpp
import llama_cpp.llama_cpp as lib

from service.common.errors import AbsentError

logger = logging.getLogger(__name__)

# enum ggml_backend_dev_type and enum ggml_log_level in ggml.h and ggml-backend.h.
_CPU, _GPU = 0, 1
_WARN, _ERROR, _CONTINUED = 2, 3, 5


@dataclass(frozen=True)
class Gpu:
    """A graphics card that llama.cpp can use. name: as in CUDA0."""

    name: str
    handle: int

    def free_bytes(self) -> int:
        """What is free of its memory now."""
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        _ggml().ggml_backend_dev_memory(ctypes.c_void_p(self.handle), ctypes.byref(free), ctypes.byref(total))
        return free.value


class Complaints:
    """The last warnings and errors of llama.cpp; it returns NULL and says why only there."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=20)
        self._level = 0
        self.callback = lib.llama_log_callback(self._take)  # kept, as C keeps only the address

    def _take(self, level: int, text: bytes, _: Any) -> None:
        self._level = self._level if level == _CONTINUED else level
        line = text.decode(errors="replace").strip()
        if line and self._level in (_WARN, _ERROR):
            self._lines.append(line)
            logger.log(logging.ERROR if self._level == _ERROR else logging.DEBUG, "%s", line)

    def forget(self) -> None:
        self._lines.clear()

    def text(self) -> str:
        """In one line, without the names of C++ functions, or "no reason given"."""
        lines = [re.sub(r"^\w+: +", "", line) for line in self._lines]
        return "; ".join(dict.fromkeys(lines)) or "no reason given"


complaints = Complaints()


@functools.cache
def load_backends() -> str:
    """Make llama.cpp ready; a name for the processor's backend, such as `zen4`.

    Raises AbsentError when no backend runs here.
    """
    lib.llama_log_set(complaints.callback, None)
    _ggml().ggml_backend_load_all_from_path(str(_folder()).encode())
    lib.llama_backend_init()
    if not _ggml().ggml_backend_dev_by_type(_CPU):
        raise AbsentError(
            "llama.cpp is installed, but none of its CPU backends runs on this computer's processor; "
            "install it again with `make install-llm`."
        )
    return _cpu_backend()


def llama_version() -> str:
    """Of the Python package, which holds llama.cpp."""
    return str(llama_cpp.__version__)


def first_gpu() -> Gpu | None:
    """The first graphics card of a backend that is installed, or None."""
    handle = _ggml().ggml_backend_dev_by_type(_GPU)
    return Gpu(_ggml().ggml_backend_dev_name(ctypes.c_void_p(handle)).decode(), handle) if handle else None


def _folder() -> Path:
    return Path(llama_cpp.__file__).parent / "lib"


@functools.cache
def _ggml() -> ctypes.CDLL:
    """The functions that the Python package does not declare.

    Found through libllama, which depends on libggml: a wheel holds that under several names, and
    opening another than libllama's would give a second registry of backends, which nobody asks.
    """
    library: ctypes.CDLL = lib._lib
    library.ggml_backend_load_all_from_path.argtypes = [ctypes.c_char_p]
    library.ggml_backend_load_all_from_path.restype = None
    library.ggml_backend_dev_by_type.argtypes = [ctypes.c_int]
    library.ggml_backend_dev_by_type.restype = ctypes.c_void_p
    library.ggml_backend_dev_name.argtypes = [ctypes.c_void_p]
    library.ggml_backend_dev_name.restype = ctypes.c_char_p
    library.ggml_backend_dev_memory.restype = None
    return library


def _cpu_backend() -> str:
    """From the libraries that this process has mapped; `built-in` when it is not one of several."""
    maps = Path("/proc/self/maps").read_text(encoding="utf-8")
    found = re.search(r"libggml-cpu-(\w+)\.so", maps)
    return found[1] if found else "built-in"

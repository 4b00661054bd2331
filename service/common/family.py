"""A model family as its folder describes it, and a task as the contract describes it.

Data only: the front imports this, and an engine is named here by a string so that nothing heavy
comes with it.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Inputs:
    """One request, checked and taken apart.

    options: JSON values for the runner in the model process. blobs: the pictures' bytes.
    model: None means the family's default. deadline_s: None means REQUEST_TIMEOUT_S.
    idle_timeout_s: from now on instead of IDLE_TIMEOUT_S; None leaves it as it is.
    batch_key: requests of one task with equal keys may run together; None means alone.
    stream: whether the caller reads items as they are made.
    """

    options: dict[str, Any]
    blobs: tuple[bytes, ...] = ()
    model: str | None = None
    deadline_s: float | None = None
    idle_timeout_s: float | None = None
    batch_key: str | None = None
    stream: bool = False


@dataclass(frozen=True)
class Task:
    """One route, and the two functions behind it, each as "module:function".

    parse(request, max_batch) -> Inputs runs in the front, the runner in the model process (see
    runners.py). By name, so that neither process, nor gunicorn's parent, imports the other's.
    """

    path: str
    parse: str
    runner: str


def resolve(dotted: str) -> Any:
    """The object that "package.module:name" names."""
    module, _, name = dotted.partition(":")
    return getattr(importlib.import_module(module), name)


@dataclass(frozen=True)
class Family:
    """One folder under service/.

    engine: "module:Class". required_files: patterns that each match a file of a complete model
    folder; one whose config.json names another `family` is not ours all the same.
    libraries: what must be installed beyond service/common's own, and libraries_hint how, if not
    by pip alone. probe: a module that ends with 0 when the libraries work on this computer, and
    with a sentence when they do not (see probe.py).
    bundled: the folder of the model that ships with the code, known by `bundled_id` and, to every
    family alike, as "bundled".
    install_hint: the sentence shown while no model is there.
    conversions: from a registry entry's `convert` to "module:function" (see convert.py), for files
    that the engine cannot load as they are published. conversion_libraries: what those need.
    """

    name: str
    engine: str
    tasks: tuple[Task, ...]
    default_port: int
    required_files: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    libraries_hint: str | None = None
    probe: str | None = None
    bundled: Path | None = None
    bundled_id: str = "bundled"
    install_hint: str = "Download a model in the administration."
    conversions: Mapping[str, str] = field(default_factory=dict)
    conversion_libraries: tuple[str, ...] = ()


def batch_key(options: dict[str, Any]) -> str:
    """Equal for equal options, whatever the order they were written in."""
    return json.dumps(options, sort_keys=True)

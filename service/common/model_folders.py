"""From a model's id to its folder, without opening a weight."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Sequence
from pathlib import Path

from service.common.errors import AbsentError, MalformedError
from service.common.family import Family
from service.common.probe import Probe
from service.common.reason import Reason

BUNDLED = "bundled"
_MODEL_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_LONGEST_ID = 100


class ModelFolders:
    """The models of one family on this machine."""

    def __init__(self, family: Family, weights_dir: Path) -> None:
        self._family = family
        self._weights_dir = weights_dir
        self._probe = Probe(family.probe)

    def default_id(self) -> str:
        """The model of a request that names none. Raises MalformedError if that is ambiguous."""
        if self._family.bundled is not None:
            return self._family.bundled_id
        found = self.complete_ids()
        if len(found) == 1:
            return found[0]
        if not found:
            raise AbsentError(self._no_model().detail)
        raise MalformedError(f"Several models are installed; name one of: {', '.join(found)}.", field="model")

    def true_id(self, model_id: str) -> str:
        """The id that a model goes by here: one model must not be loaded under two names."""
        has_bundled = self._family.bundled is not None
        return self._family.bundled_id if has_bundled and model_id == BUNDLED else model_id

    def find(self, model_id: str) -> Path:
        """The folder of a complete model.

        Raises MalformedError for an id that is none, AbsentError for one that is not installed.
        """
        if len(model_id) > _LONGEST_ID or not _MODEL_ID.fullmatch(model_id):
            raise MalformedError(f"{model_id!r} is not a model id.", field="model")
        reason = self._why_no_libraries()
        if reason is not None:
            raise AbsentError(reason.detail)
        folder = self._folder(model_id)
        missing = [name for name in self._family.required_files if not _matches(folder, name)]
        if missing:
            raise AbsentError(
                f"The model {model_id!r} is not installed: {folder} has no {', '.join(missing)}. "
                f"{self._family.install_hint}"
            )
        if self._is_of_others(folder):
            raise AbsentError(f"{folder} holds a model of the service {_named_family(folder)}.")
        return folder

    def complete_ids(self) -> list[str]:
        """The ids of all complete models, the bundled one first."""
        ids = [self._family.bundled_id] if self._family.bundled is not None else []
        if self._weights_dir.is_dir():
            ids += sorted(path.name for path in self._weights_dir.iterdir() if path.is_dir())
        return [model_id for model_id in dict.fromkeys(ids) if self._is_complete(model_id)]

    def why_absent(self) -> Reason | None:
        """What to install, or None when there is a model to use."""
        reason = self._why_no_libraries()
        if reason is not None:
            return reason
        if self.complete_ids():
            return None
        if self._family.bundled is None:
            return self._no_model()
        try:
            self.find(self.default_id())
        except (AbsentError, MalformedError) as error:
            return Reason("model_damaged", error.detail)
        return None

    def try_libraries(self) -> None:
        """Find out whether the libraries work here; may take seconds. Raises AbsentError if not."""
        reason = missing_library(self._family, self._family.libraries) or self._probe.run()
        if reason is not None:
            raise AbsentError(reason.detail)

    def _no_model(self) -> Reason:
        return Reason.of("no_model", "No model is installed. {hint}", hint=self._family.install_hint)

    def _why_no_libraries(self) -> Reason | None:
        """As far as it is known without waiting."""
        return missing_library(self._family, self._family.libraries) or self._probe.why

    def _folder(self, model_id: str) -> Path:
        if self._family.bundled is not None and self.true_id(model_id) == self._family.bundled_id:
            return self._family.bundled
        return self._weights_dir / model_id

    def _is_complete(self, model_id: str) -> bool:
        if not _MODEL_ID.fullmatch(model_id):
            return False
        folder = self._folder(model_id)
        return all(_matches(folder, name) for name in self._family.required_files) and not self._is_of_others(folder)

    def _is_of_others(self, folder: Path) -> bool:
        """Files of several families go by the same names; which one's they are, config.json says."""
        return _named_family(folder) not in (None, self._family.name)


def missing_library(family: Family, libraries: Sequence[str]) -> Reason | None:
    """How to install the first of them that is not there, or None."""
    for library in libraries:
        if importlib.util.find_spec(library) is None:
            hint = family.libraries_hint or f"pip install -r service/{family.name}/requirements.txt"
            return Reason.of("no_library", "The library {library} is not installed: {hint}", library=library, hint=hint)
    return None


def package_folder(package: str, folder: str) -> Path | None:
    """A folder inside an installed package, which is not imported for this; None while it is not installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / folder


def _named_family(folder: Path) -> str | None:
    """The `family` in config.json; None where there is none, as in a folder that somebody put together by hand."""
    try:
        body = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):  # whoever loads it says what is wrong with it
        return None
    named = body.get("family") if isinstance(body, dict) else None
    return named if isinstance(named, str) else None


def _matches(folder: Path, pattern: str) -> bool:
    """Whether a regular file in the folder matches; False when the folder is not there."""
    return any(path.is_file() for path in folder.glob(pattern))

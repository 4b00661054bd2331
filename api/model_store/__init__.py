"""The folder of downloaded models: what is in it is whole, verified and safe to read, or is not in it.

Knows files and HTTP, but no Django tables and no settings; `api.actions.models` joins it with jobs and people.

    MODELS_DIR/<model id>/           a whole model and its installed.json; services read it (their WEIGHTS_DIR)
    MODELS_DIR/.downloads/<id>/      parts of files, named by the hash they will have, the folder being made, and what a
                                     conversion is making of it
    MODELS_DIR/.locks/<id>.lock      held while a process changes the model; the kernel lets it go when that one dies
    MODELS_DIR/.trash/               what is being replaced or removed

Weights are never unpickled here, and pickled vocabularies only by `vocabulary.py`.
"""

from api.model_store.assemble import Converter
from api.model_store.bundle import export_bundle, import_files
from api.model_store.errors import (
    ConversionError,
    DownloadError,
    ModelBusyError,
    ModelStoreError,
    NotInstalledError,
    UnsafeArchiveError,
    UnverifiableError,
    WrongContentError,
)
from api.model_store.install import fetch, install
from api.model_store.manifest import Installed
from api.model_store.progress import NO_PROGRESS, Progress
from api.model_store.sources import Sources
from api.model_store.store import ModelStore

__all__ = [
    "NO_PROGRESS",
    "ConversionError",
    "Converter",
    "DownloadError",
    "Installed",
    "ModelBusyError",
    "ModelStore",
    "ModelStoreError",
    "NotInstalledError",
    "Progress",
    "Sources",
    "UnsafeArchiveError",
    "UnverifiableError",
    "WrongContentError",
    "export_bundle",
    "fetch",
    "import_files",
    "install",
]

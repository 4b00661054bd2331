"""Have the product use the hub of the tests, and a list of models of its own."""

from dataclasses import replace
from pathlib import Path

from pytest_django import Settings

from api.model_registry import ModelEntry, ModelRegistry
from tests.hub import Hub


def use_models(settings: Settings, hub: Hub, root: Path, *models: ModelEntry) -> None:
    """Add the models to the real list; they live below `root` and come from the hub."""
    real: ModelRegistry = settings.MODEL_REGISTRY
    settings.MODEL_REGISTRY = replace(real, models=(*real.models, *models))
    settings.MODELS_DIR = root
    settings.HF_ENDPOINT = hub.url
    settings.MODELS_MIRROR = ""
    settings.MIN_FREE_BYTES = 0

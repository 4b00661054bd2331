"""pytest plugin, loaded before Django's settings: a data folder of its own, and nothing from the outside."""

import os
import tempfile

_folder = tempfile.TemporaryDirectory(prefix="librephotos-tests-")
os.environ["DATA_DIR"] = _folder.name
# An address that nothing answers: no test may reach a real hub.
os.environ["HF_ENDPOINT"] = "http://127.0.0.1:9"
for name in (
    "PHOTOS_DIR",
    "MEDIA_DIR",
    "MODELS_DIR",
    "MODEL_LIST",
    "MODELS_MIRROR",
    "REDIS_URL",
    "SERVICE_TOKEN",
    "CAPTIONING_MODEL",
    "MEMORY_BUDGET",
    "SERVICES_LEFT_OUT",
    "SECRET_KEY",
):
    os.environ.pop(name, None)
os.environ["LOGIN_RATE"] = "1000/min"


def pytest_report_header() -> str:
    from django.conf import settings

    return f"database: {settings.DATABASES['default']['ENGINE'].rsplit('.', 1)[-1]}"

"""pytest plugin, loaded before Django's settings: a data folder of its own, and nothing from the outside."""

import os
import tempfile

_folder = tempfile.TemporaryDirectory(prefix="librephotos-tests-")
os.environ["DATA_DIR"] = _folder.name
for name in ("PHOTOS_DIR", "MEDIA_DIR", "MODELS_DIR", "REDIS_URL", "SERVICE_TOKEN", "CAPTIONING_MODEL", "SECRET_KEY"):
    os.environ.pop(name, None)
os.environ["LOGIN_RATE"] = "1000/min"


def pytest_report_header() -> str:
    from django.conf import settings

    return f"database: {settings.DATABASES['default']['ENGINE'].rsplit('.', 1)[-1]}"

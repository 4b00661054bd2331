"""A worker that is killed in the middle of a download, and the one that comes after it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from api.actions.jobs import jobs_rescue
from api.actions.models import model_download, model_download_cancel
from api.jobs.models import download
from api.models import Job, User
from api.models.job import JobState
from api.selectors.models import model_is_ready, model_store
from tests.hub import Hub, running_hub
from tests.model_store.entries import entry, entry_file
from tests.model_store.settings import use_models
from tests.processes import PATIENCE_S, ROOT

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = bytes(range(256)) * 1000
MODEL = entry(entry_file("model.onnx", CONTENT))

WORKER = """
import sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.db import connection
name, root, hub, job = sys.argv[1:]
connection.settings_dict["NAME"] = name
from api.jobs.models import download
from tests.hub import Hub
from tests.jobs.test_models_killed import MODEL
from tests.model_store.settings import use_models
use_models(settings, Hub(url=hub), Path(root), MODEL)
download(int(job))
"""


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as hub:
        hub.files = {"model.onnx": CONTENT}
        yield hub


def start(job: Job, hub: Hub, root: Path) -> subprocess.Popen[bytes]:
    """A second process on the same database and the same folder."""
    arguments = [connection.settings_dict["NAME"], str(root), hub.url, str(job.pk)]
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "librephotos.settings"},
        stderr=subprocess.PIPE,
    )


def test_the_next_worker_goes_on(owner: User, hub: Hub, settings: Settings, tmp_path: Path) -> None:
    use_models(settings, hub, tmp_path / "models", MODEL)
    hub.delay_s, hub.hold_at = 0.1, len(CONTENT) * 2 // 3
    job = model_download(model=MODEL, user=owner)
    process = start(job, hub, tmp_path / "models")
    deadline = time.monotonic() + PATIENCE_S
    # Progress is told at intervals of its own, not with every byte.
    while model_store().partial_bytes(MODEL) < len(CONTENT) // 3 or not job.progress_current:
        assert process.poll() is None, process.stderr.read().decode()  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        time.sleep(0.02)
        job.refresh_from_db()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()

    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    assert 0 < job.progress_current < job.progress_target == len(CONTENT)
    assert not model_is_ready(MODEL)
    kept = model_store().partial_bytes(MODEL)

    # Half a minute later its heartbeat is old, and whoever starts next takes over.
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    assert jobs_rescue() == 1
    hub.delay_s, hub.hold_at = 0, None
    hub.requests.clear()
    download(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert job.progress_current == len(CONTENT)
    assert model_store().damages(MODEL) == []
    assert hub.requests[-1][2] == f"bytes={kept}-"


def test_cancelled_from_another_process(owner: User, hub: Hub, settings: Settings, tmp_path: Path) -> None:
    use_models(settings, hub, tmp_path / "models", MODEL)
    hub.delay_s, hub.hold_at = 0.1, len(CONTENT) // 2
    job = model_download(model=MODEL, user=owner)
    process = start(job, hub, tmp_path / "models")
    deadline = time.monotonic() + PATIENCE_S
    while not model_store().partial_bytes(MODEL):
        assert process.poll() is None, process.stderr.read().decode()  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    model_download_cancel(model=MODEL)
    hub.hold_at = None
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, errors.decode()
    assert Job.objects.get().state == JobState.CANCELLED
    assert not model_is_ready(MODEL)
    assert not model_store().downloads(MODEL).exists()

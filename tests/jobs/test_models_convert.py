"""The conversion as a job, done by a real service."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import requests
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from api.actions.jobs import job_cancel, jobs_rescue
from api.actions.models import model_download, model_ready_or_download
from api.errors import ConflictError, ServiceUnavailableError
from api.jobs import models as jobs
from api.jobs.models import convert, download
from api.model_registry import ModelEntry
from api.models import Job, User
from api.models.job import JobKind, JobState
from api.selectors.models import model_detail, model_is_ready, model_store
from tests.hub import Hub, running_hub
from tests.model_store.entries import entry, entry_file
from tests.model_store.settings import use_models
from tests.processes import ROOT, eventually, has_ended
from tests.service.harness import PATIENCE_S, Service, running

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = b'{"name": "fake"}'
MODEL = entry(entry_file("fake.json", CONTENT), convert="copies")

WORKER = """
import sys
from dataclasses import replace
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.db import connection
name, root, service, job = sys.argv[1:]
connection.settings_dict["NAME"] = name
from api.jobs.models import convert
from tests.hub import Hub
from tests.jobs.test_models_convert import MODEL
from tests.model_store.settings import use_models
use_models(settings, Hub(url="http://127.0.0.1:9"), Path(root), replace(MODEL, convert="hangs"))
settings.SERVICE_URLS |= {"im2txt": service}
settings.SERVICE_TOKEN = ""
convert(int(job))
"""


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as hub:
        hub.files = {"fake.json": CONTENT}
        yield hub


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def service(root: Path) -> Iterator[Service]:
    with running("tests.service.fake_family", WEIGHTS_DIR=root) as service:
        yield service


@pytest.fixture
def use(settings: Settings, hub: Hub, service: Service, root: Path, tmp_path: Path) -> Callable[[str], ModelEntry]:
    """Have one model in the list, with the conversion that is named."""
    real = settings.MODEL_REGISTRY

    def choose(kind: str) -> ModelEntry:
        settings.MODEL_REGISTRY = real
        model = replace(MODEL, convert=kind)
        use_models(settings, hub, root, model)
        return model

    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": service.url}
    settings.SERVICE_TOKEN = ""
    settings.DATA_DIR = tmp_path
    choose("copies")
    model_store().remove(MODEL)
    return choose


def fetched(model: ModelEntry, user: User) -> Job:
    """The job that converts, after the download is through."""
    download(model_download(model=model, user=user).pk)
    return Job.objects.get(kind=JobKind.CONVERT_MODELS, state=JobState.QUEUED)


def test_it_works(owner: User, hub: Hub, use: Callable[[str], ModelEntry]) -> None:
    model = use("copies")
    job = fetched(model, owner)
    first = Job.objects.get(kind=JobKind.DOWNLOAD_MODELS)
    assert (first.state, first.progress_current) == (JobState.DONE, len(CONTENT))
    assert not model_is_ready(model)
    assert model_detail(model)["state"] == "converting"
    with pytest.raises(ConflictError) as caught:
        model_ready_or_download(model=model, user=owner)
    assert caught.value.code == "model_converting"
    assert caught.value.extra == {"model": "tiny", "percentage": 0, "job_id": str(job.job_id)}
    assert model_download(model=model, user=owner) == job

    hub.requests.clear()
    convert(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert job.result == {
        "bytes": len(CONTENT),
        "files": 1,
        "conversion": {"bytes": len(CONTENT), "secret": None},
    }
    assert hub.requests == []
    model_ready_or_download(model=model, user=owner)
    detail = model_detail(model)
    assert (detail["state"], detail["conversion"]["bytes"]) == ("installed", len(CONTENT))
    assert model_store().damages(model) == []


def test_figures_that_are_no_json_are_left_out(owner: User, use: Callable[[str], ModelEntry]) -> None:
    """PostgreSQL would not store them, nor the list of models be written with them."""
    model = use("divides")
    job = fetched(model, owner)
    convert(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert job.result["conversion"] == model_detail(model)["conversion"] == {"cosine": None, "difference": None}


@pytest.mark.parametrize(
    ("kind", "says"),
    [("refuses", "made holds no model."), ("raises", "KeyError"), ("dies", "was there too little memory?")],
)
def test_files_that_cannot_be_converted(
    owner: User, hub: Hub, use: Callable[[str], ModelEntry], kind: str, says: str
) -> None:
    model = use(kind)
    job = fetched(model, owner)
    convert(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert says in job.error
    assert not model_is_ready(model)
    assert model_detail(model)["error"] == job.error
    with pytest.raises(ConflictError) as caught:
        model_ready_or_download(model=model, user=owner)
    assert caught.value.code == "model_missing"

    # What was downloaded is kept for the next try.
    hub.requests.clear()
    convert(fetched(use("copies"), owner).pk)
    assert hub.requests == []
    assert model_is_ready(model := use("copies"))


def test_cancelled_while_it_runs(owner: User, use: Callable[[str], ModelEntry], service: Service) -> None:
    model = use("hangs")
    job = fetched(model, owner)
    real = jobs.model_install

    def cancelled_soon(**arguments: object) -> object:
        job_cancel(job=job)
        return real(**arguments)  # type: ignore[arg-type]

    jobs.model_install = cancelled_soon  # type: ignore[assignment]
    try:
        convert(job.pk)
    finally:
        jobs.model_install = real
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not model_store().downloads(model).exists()


def test_a_killed_worker(
    owner: User, hub: Hub, use: Callable[[str], ModelEntry], service: Service, root: Path, tmp_path: Path
) -> None:
    """The service stops, nothing half-made counts as a model, and the next worker begins anew."""
    model = use("hangs")
    job = fetched(model, owner)
    arguments = [connection.settings_dict["NAME"], str(root), service.url, str(job.pk)]
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "librephotos.settings", "DATA_DIR": str(tmp_path)},
        stderr=subprocess.PIPE,
    )
    note = model_store().downloads(model) / "converted/pid"
    deadline = time.monotonic() + PATIENCE_S
    while not (note.exists() and note.read_text()):
        assert process.poll() is None, process.stderr.read().decode()  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    converter = int(note.read_text())
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    eventually(lambda: has_ended(converter))
    assert not model_is_ready(model)
    assert service.health()["models"] == []

    use("copies")
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    assert jobs_rescue() == 1
    hub.requests.clear()
    convert(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert hub.requests == []
    assert model_is_ready(MODEL)
    assert service.health()["models"] == ["tiny"]


def test_a_service_that_is_away_is_asked_again(
    owner: User, use: Callable[[str], ModelEntry], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = use("copies")
    job = fetched(model, owner)
    monkeypatch.setattr(jobs, "CONVERT_WAITS_S", (0.1, 0.1))
    there, tries = settings.SERVICE_URLS, []
    real = jobs.model_install

    def away_at_first(**arguments: object) -> object:
        tries.append(1)
        settings.SERVICE_URLS = there if len(tries) == 3 else {**there, "im2txt": "http://127.0.0.1:9"}
        return real(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "model_install", away_at_first)
    convert(job.pk)
    job.refresh_from_db()
    assert (job.state, len(tries)) == (JobState.DONE, 3)


def test_another_conversion_is_waited_for(
    owner: User, use: Callable[[str], ModelEntry], service: Service, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long that takes, and its worker works for others in between."""
    monkeypatch.setattr(jobs, "BUSY_WAIT_S", 0.1)
    (root / "other" / "source").mkdir(parents=True)
    (root / "other" / "target").mkdir()
    body = {"kind": "hangs", "source": "other/source", "target": "other/target"}
    job = fetched(use("copies"), owner)
    with requests.post(f"{service.url}/convert", json=body, stream=True, timeout=180) as other:
        assert other.ok
        queued = OrmQ.objects.count()
        for turn in range(1, 6):
            convert(job.pk)
            job.refresh_from_db()
            assert (job.state, OrmQ.objects.count()) == (JobState.QUEUED, queued + turn)
    until = time.monotonic() + PATIENCE_S
    while job.state == JobState.QUEUED and time.monotonic() < until:
        convert(job.pk)
        job.refresh_from_db()
    assert job.state == JobState.DONE


def test_nothing_is_fetched_in_vain(
    owner: User, hub: Hub, use: Callable[[str], ModelEntry], settings: Settings
) -> None:
    with pytest.raises(ConflictError) as caught:
        model_download(model=use("of-another-version"), user=owner)
    assert caught.value.code == "conversion_unavailable"
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": "http://127.0.0.1:9"}
    with pytest.raises(ServiceUnavailableError):
        model_download(model=use("copies"), user=owner)
    assert not Job.objects.exists()
    assert hub.requests == []


def test_on_the_command_line(hub: Hub, use: Callable[[str], ModelEntry], tmp_path: Path) -> None:
    said = StringIO()
    call_command("models", "download", "tiny", stdout=said, stderr=StringIO())
    assert "tiny: installed" in said.getvalue()
    assert model_is_ready(MODEL)
    model_store().remove(MODEL)

    (tmp_path / "fake.json").write_bytes(CONTENT)
    call_command("models", "import", str(tmp_path / "fake.json"), "--model", "tiny", stdout=said, stderr=StringIO())
    call_command("models", "verify", stdout=said, stderr=StringIO())
    assert "tiny: whole (1 files)" in said.getvalue()

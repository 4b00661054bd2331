"""The download as a job."""

import time
from pathlib import Path

import pytest
from pytest_django import Settings

from api.actions.jobs import job_cancel
from api.actions.models import model_download, model_download_cancel, model_verify_start
from api.errors import ConflictError, DiskFullError
from api.jobs import models as jobs
from api.jobs import turns
from api.jobs.models import download, verify
from api.model_store import http, progress
from api.models import Job, User
from api.models.job import JobKind, JobState
from api.selectors.models import model_detail, model_is_ready, model_store
from tests.hub import Hub, running_hub
from tests.model_store.entries import entry, entry_file
from tests.model_store.settings import use_models

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 1000
MODEL = entry(entry_file("model.onnx", CONTENT))


@pytest.fixture
def hub() -> object:
    with running_hub() as hub:
        hub.files = {"model.onnx": CONTENT}
        yield hub


@pytest.fixture(autouse=True)
def models(settings: Settings, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_models(settings, hub, tmp_path / "models", MODEL)
    monkeypatch.setattr(http, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(progress, "REPORT_EVERY_S", 0)
    return tmp_path / "models"


def test_it_works(owner: User) -> None:
    job = model_download(model=MODEL, user=owner)
    assert (job.kind, job.state, job.parameters) == (JobKind.DOWNLOAD_MODELS, JobState.QUEUED, {"model": "tiny"})

    download(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert job.progress_current == job.progress_target == len(CONTENT)
    assert job.result == {"bytes": len(CONTENT), "files": 1}
    assert model_is_ready(MODEL)


def test_more_bytes_than_32_bits(owner: User) -> None:
    job = model_download(model=MODEL, user=owner)
    Job.objects.filter(pk=job.pk).update(progress_target=5_131_409_696, progress_current=2_565_704_848)
    assert model_detail(MODEL)["percentage"] == 50


def test_one_job_for_one_model(owner: User, stranger: User) -> None:
    first = model_download(model=MODEL, user=owner)
    assert model_download(model=MODEL, user=stranger) == first
    download(first.pk)
    assert model_download(model=MODEL, user=owner) != first


def test_a_job_given_out_twice_runs_once(owner: User, hub: Hub) -> None:
    job = model_download(model=MODEL, user=owner)
    download(job.pk)
    download(job.pk)
    assert hub.bodies("model.onnx") == 2  # the hub's redirect and its storage, once each


def test_wrong_content_fails_with_a_sentence(owner: User, hub: Hub) -> None:
    hub.files = {"model.onnx": CONTENT[::-1]}
    job = model_download(model=MODEL, user=owner)
    download(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "does not have the content" in job.error
    assert not model_is_ready(MODEL)
    assert model_detail(MODEL)["error"] == job.error


def test_cancelled_while_it_runs(owner: User, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker notices at its next report, and nothing stays."""
    job = model_download(model=MODEL, user=owner)
    real = jobs.model_install

    def cancelled_half_way(**arguments: object) -> object:
        hub.delay_s = 0.001
        job_cancel(job=job)
        return real(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "model_install", cancelled_half_way)
    download(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not model_is_ready(MODEL)
    assert not model_store().downloads(MODEL).exists()


def test_cancelled_before_it_starts(owner: User, hub: Hub) -> None:
    job = model_download(model=MODEL, user=owner)
    model_store().downloads(MODEL).mkdir(parents=True)
    model_download_cancel(model=MODEL)
    download(job.pk)
    assert hub.requests == []
    assert not model_store().downloads(MODEL).exists()
    with pytest.raises(ConflictError):
        model_download_cancel(model=MODEL)


def test_a_long_download_takes_turns(owner: User, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives its worker back, waits in the queue, and goes on where it ended."""
    monkeypatch.setattr(turns, "TURN_S", 0.3)
    hub.delay_s = 0.05
    job = model_download(model=MODEL, user=owner)
    kept = 0
    while not kept:  # on a busy machine a turn may be over before anything has come
        download(job.pk)
        job.refresh_from_db()
        assert job.state == JobState.QUEUED
        kept = model_store().partial_bytes(MODEL)
    assert kept < len(CONTENT)

    monkeypatch.setattr(turns, "TURN_S", 60.0)
    hub.requests.clear()
    hub.delay_s = 0
    download(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert hub.requests[-1] == ("GET", "/storage/model.onnx", f"bytes={kept}-")


def test_the_space_is_checked_before_the_job(owner: User, settings: Settings) -> None:
    settings.MIN_FREE_BYTES = 10**15
    with pytest.raises(DiskFullError):
        model_download(model=MODEL, user=owner)
    assert not Job.objects.exists()


def test_a_model_that_left_the_list(owner: User, settings: Settings) -> None:
    job = model_download(model=MODEL, user=owner)
    Job.objects.filter(pk=job.pk).update(parameters={"model": "gone"})
    download(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_verify(owner: User, models: Path) -> None:
    download(model_download(model=MODEL, user=owner).pk)
    job = model_verify_start(model=MODEL, user=owner)
    assert model_verify_start(model=MODEL, user=owner) == job
    verify(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"files": 1})

    time.sleep(0.01)
    (models / "tiny/model.onnx").write_bytes(CONTENT[::-1])
    job = model_verify_start(model=MODEL, user=owner)
    verify(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "model.onnx (content)" in job.error

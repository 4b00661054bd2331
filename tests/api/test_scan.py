"""POST /api/scanphotos/ and /api/fullscanphotos/."""

from pathlib import Path

import pytest
from rest_framework.test import APIClient

from api.jobs.scan import scan
from api.models import Job, Photo, User
from api.models.job import JobState
from tests.contracts.check import assert_error, assert_web
from tests.factories import image_bytes

ADDRESSES = ("/api/scanphotos/", "/api/fullscanphotos/")


@pytest.fixture
def folder(owner: User, tmp_path: Path) -> Path:
    owner.scan_directory = str(tmp_path)
    owner.save()
    (tmp_path / "a.jpg").write_bytes(image_bytes())
    (tmp_path / "b.txt").write_text("b")
    return tmp_path


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_works(owner_client: APIClient, owner: User, folder: Path, address: str) -> None:
    answer = owner_client.post(address, {})
    assert answer.status_code == 200
    assert_web("scanphotos", answer.json())
    job = Job.objects.get(job_id=answer.json()["job_id"])
    assert (job.started_by, job.parameters) == (owner, {"full": "full" in address})
    scan(job.pk, queue=False)
    job.refresh_from_db()
    assert (job.state, job.progress_current, job.progress_target) == (JobState.DONE, 1, 1)
    assert job.result["added"] == 1
    assert job.result["skipped"] == {"not a picture or video": 1}
    assert Photo.objects.get().owner == owner


def test_while_one_runs_the_answer_names_it(owner_client: APIClient, folder: Path) -> None:
    first = owner_client.post(ADDRESSES[0], {}).json()
    Job.objects.update(state=JobState.RUNNING)
    assert owner_client.post(ADDRESSES[1], {}).json() == first
    Job.objects.update(state=JobState.DONE)
    assert owner_client.post(ADDRESSES[0], {}).json() != first


def test_unmounted_folder_is_a_sentence_in_the_job(owner_client: APIClient, owner: User, folder: Path) -> None:
    owner.scan_directory = str(folder / "gone")
    owner.save()
    owner_client.post(ADDRESSES[0], {})
    job = Job.objects.get()
    scan(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "cannot be read" in job.error


@pytest.mark.parametrize("address", ADDRESSES)
def test_anonymous_is_refused(anonymous: APIClient, address: str) -> None:
    assert anonymous.post(address, {}).status_code == 401


def test_without_a_folder(stranger_client: APIClient) -> None:
    answer = stranger_client.post(ADDRESSES[0], {})
    assert answer.status_code == 400
    assert_error(answer.json(), code="no_scan_directory")

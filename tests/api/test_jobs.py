"""Jobs: what runs, what ran, and stopping it."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from api.models import Job, User
from api.models.job import JobKind, JobState
from tests.contracts.check import assert_error, assert_web

pytestmark = pytest.mark.django_db
LIST, QUEUE = "/api/jobs/?page_size=10&page=1", "/api/rqavailable/"


def make_job(user: User, state: JobState, **values: object) -> Job:
    fields: dict[str, object] = {"kind": JobKind.SCAN_PHOTOS, "started_by": user, "state": state, "task": "x"}
    return Job.objects.create(**(fields | values))


def test_the_list_works(owner: User, owner_client: APIClient) -> None:
    now = timezone.now()
    for state in JobState:
        make_job(owner, state, started_at=None if state == JobState.QUEUED else now)
    answer = owner_client.get(LIST)
    assert answer.status_code == 200
    assert_web("jobs_list", answer.json())
    jobs = answer.json()["results"]
    assert [job["id"] for job in jobs] == sorted((job["id"] for job in jobs), reverse=True)
    found = {job["state"]: (job["finished"], job["failed"]) for job in jobs}
    assert found["running"] == found["queued"] == (False, False)
    assert (found["done"], found["failed"], found["cancelled"]) == ((True, False), (True, True), (True, False))
    assert jobs[0]["job_type_str"] == "Scan Photos"


def test_idle_is_an_explicit_null(owner: User, owner_client: APIClient) -> None:
    make_job(owner, JobState.DONE)
    answer = owner_client.get(QUEUE)
    assert_web("rqavailable", answer.json())
    assert answer.json() == {"status": True, "queue_can_accept_job": True, "job_detail": None}


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_a_job_at_work(owner: User, owner_client: APIClient, state: JobState) -> None:
    make_job(owner, state, started_at=timezone.now() if state == JobState.RUNNING else None)
    answer = owner_client.get(QUEUE)
    assert_web("rqavailable", answer.json())
    assert answer.json()["queue_can_accept_job"] is False
    assert answer.json()["job_detail"]["state"] == state


def test_what_runs_is_shown_before_what_waits(owner: User, owner_client: APIClient) -> None:
    make_job(owner, JobState.QUEUED)
    running = make_job(owner, JobState.RUNNING, started_at=timezone.now())
    assert owner_client.get(QUEUE).json()["job_detail"]["id"] == running.pk


def test_cancelling_and_removing(owner: User, owner_client: APIClient) -> None:
    job = make_job(owner, JobState.RUNNING, started_at=timezone.now())
    assert owner_client.get(f"/api/jobs/{job.pk}/").json()["state"] == "running"
    answer = owner_client.post(f"/api/jobs/{job.pk}/cancel/")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    again = owner_client.post(f"/api/jobs/{job.pk}/cancel/")
    assert again.status_code == 409
    assert_error(again.json(), code="job_ended")
    assert owner_client.delete(f"/api/jobs/{job.pk}/").status_code == 204
    assert owner_client.delete(f"/api/jobs/{job.pk}/").status_code == 404


def test_strangers_visitors_and_administrators(
    owner: User, stranger_client: APIClient, anonymous: APIClient, root_client: APIClient
) -> None:
    job = make_job(owner, JobState.RUNNING, started_at=timezone.now())
    url = f"/api/jobs/{job.pk}/"
    assert stranger_client.get(LIST).json()["results"] == []
    assert stranger_client.get(QUEUE).json()["job_detail"] is None
    for answer in (stranger_client.get(url), stranger_client.delete(url), stranger_client.post(f"{url}cancel/")):
        assert answer.status_code == 404
        assert_error(answer.json(), code="not_found")
    for answer in (anonymous.get(LIST), anonymous.get(QUEUE), anonymous.delete(url)):
        assert answer.status_code == 401
        assert_error(answer.json())
    assert root_client.get(LIST).json()["count"] == 1
    assert root_client.get(QUEUE).json()["job_detail"] is None


@pytest.mark.parametrize("query", ["page=2", "page=x", "page=0"])
def test_a_page_that_is_not_there(owner_client: APIClient, query: str) -> None:
    answer = owner_client.get(f"/api/jobs/?{query}")
    assert answer.status_code == 404
    assert_error(answer.json())

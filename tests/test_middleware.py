"""What holds for every answer, whatever the view."""

import json

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory

from api.middleware import ApiResponseMiddleware

MIDDLEWARE = ApiResponseMiddleware(lambda _request: HttpResponse())


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_worth_another_try(rf: RequestFactory) -> None:
    connection.close()
    error = OperationalError("server closed the connection unexpectedly")
    answer = MIDDLEWARE.process_exception(rf.get("/api/jobs/"), error)
    assert answer is not None and answer.status_code == 503
    assert answer["Retry-After"] and json.loads(answer.content)["code"] == "database_away"


@pytest.mark.django_db
def test_any_other_fault_of_the_database_is_ours(rf: RequestFactory) -> None:
    connection.ensure_connection()
    answer = MIDDLEWARE.process_exception(rf.get("/api/jobs/"), OperationalError("database or disk is full"))
    assert answer is not None and answer.status_code == 500
    assert json.loads(answer.content)["code"] == "server_error"

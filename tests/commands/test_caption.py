"""`manage.py caption`: the main job in one line."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from tests.factories import SAMPLES
from tests.processes import free_port

pytestmark = pytest.mark.django_db


def test_it_works(captioner: str) -> None:
    output = io.StringIO()
    call_command("caption", str(SAMPLES / "cat.jpg"), str(SAMPLES / "photographer.jpg"), stdout=output)

    lines = output.getvalue().splitlines()
    assert len(lines) == 2
    assert all(line.endswith(".") for line in lines)
    assert lines[0].startswith(f"{SAMPLES / 'cat.jpg'}: ")


def test_a_bad_file_does_not_stop_the_others(captioner: str, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("not a picture")
    output, errors = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):
        call_command(
            "caption",
            str(tmp_path / "text.jpg"),
            str(tmp_path / "absent.jpg"),
            str(SAMPLES / "cat.jpg"),
            stdout=output,
            stderr=errors,
        )
    assert len(output.getvalue().splitlines()) == 1
    assert len(errors.getvalue().splitlines()) == 2


def test_without_the_service(settings: Settings) -> None:
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": f"http://127.0.0.1:{free_port()}"}
    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("caption", str(SAMPLES / "cat.jpg"), stderr=errors)
    assert "cannot be reached" in errors.getvalue()

"""Configuration: loud errors in one sentence, and what the environment fixes."""

import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from librephotos.env import EnvError, env_bool, env_int, env_str, env_url, load_env_file
from librephotos.first_run import secret
from tests.processes import ROOT


def run(arguments: list[str], **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a Python program of ours with nothing but `environment`."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("WORKERS", "many", "WORKERS must be a whole number, not 'many'."),
        ("WORKERS", "0", "WORKERS must be at least 1, not 0."),
        ("DEBUG", "perhaps", "DEBUG must be true or false, not 'perhaps'."),
        ("IM2TXT_URL", "localhost", "IM2TXT_URL must be an address such as http://127.0.0.1:8007"),
        ("MEDIA_SENDER", "apache", "MEDIA_SENDER must be one of django, nginx"),
        ("SECRET_KEY_FILE", "/nowhere", "SECRET_KEY_FILE points to /nowhere, which cannot be read"),
        ("LOGIN_RATE", "lots", "LOGIN_RATE must be a rate such as 20/min, not 'lots'."),
        ("DATABASE_URL", "mysql://user:secret@host/name", "DATABASE_URL must be an address such as postgres://"),
        ("DATABASE_URL", "postgres://user@host:port/name", "DATABASE_URL must be an address such as postgres://"),
        ("MODEL_LIST", "/nowhere.json", "/nowhere.json cannot be read"),
        ("CAPTIONING_MODEL", "gpt", "CAPTIONING_MODEL=gpt is not a known model."),
        ("IDLE_TIMEOUT_S", "0.01", "IDLE_TIMEOUT_S=0.01 is not from 1 to 86400 seconds."),
        ("MEMORY_BUDGET", "much", "MEMORY_BUDGET: 'much' is neither a percentage such as 80% nor a size"),
    ],
)
def test_a_bad_variable_is_one_sentence(tmp_path: Path, name: str, value: str, says: str) -> None:
    done = run(["manage.py", "check"], DATA_DIR=str(tmp_path), **{name: value})
    assert done.returncode != 0
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "many", "PORT must be a whole number"),
        ("HOST", "203.0.113.1", "HOST=203.0.113.1 is no address of this machine"),
        ("HOST", "nowhere.invalid", "HOST=nowhere.invalid is no address of this machine"),
    ],
)
def test_a_start_that_cannot_be_is_one_sentence(tmp_path: Path, name: str, value: str, says: str) -> None:
    done = run(["-m", "librephotos.launch"], DATA_DIR=str(tmp_path), **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(says) and done.stderr.count("\n") == 1


def test_a_command_before_the_tables_are_there_is_two_sentences(tmp_path: Path) -> None:
    done = run(["manage.py", "scan", "ada"], DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("Database: no such table") and "manage.py prepare" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(["-m", "librephotos.launch"], DATA_DIR=str(tmp_path), PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is taken by another program.")


def test_the_example_file_can_be_uncommented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    (tmp_path / ".env").write_text("\n".join(line[1:] if line.startswith("#WORKERS") else line for line in lines))
    monkeypatch.setattr(os, "environ", {})
    load_env_file(tmp_path / ".env")
    assert os.environ == {"WORKERS": "2"}


def test_lines_of_an_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1 # one\nB = \" two # \"  # not two\nexport C='3'\n\n  # D=4\nE=\nF=a#b\nG=kept # no\n")
    monkeypatch.setattr(os, "environ", {"G": "first"})
    load_env_file(file)
    assert os.environ == {"A": "1", "B": " two # ", "C": "3", "E": "", "F": "a#b", "G": "first"}
    file.write_text("PORT 8080\n")
    with pytest.raises(EnvError, match="Line 1 of .* is not NAME=value"):
        load_env_file(file)


def test_env_helpers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(EnvError, match="Set THING"):
        env_str("THING")
    (tmp_path / "thing").write_text("from a file\n")
    monkeypatch.setenv("THING_FILE", str(tmp_path / "thing"))
    assert env_str("THING") == "from a file"
    monkeypatch.setenv("YES", "On")
    assert env_bool("YES", default=False)
    monkeypatch.setenv("PORT_", "70000")
    with pytest.raises(EnvError, match="at most"):
        env_int("PORT_", default=1, maximum=65535)
    monkeypatch.setenv("ADDRESS", "http://host:1/")
    assert env_url("ADDRESS", default="http://x") == "http://host:1"


def test_a_site_setting_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("of the provider\n")
    code = "from django.conf import settings; print(settings.SITE_SETTING_OVERRIDES)"
    done = run(
        ["-c", code],
        DATA_DIR=str(tmp_path),
        DJANGO_SETTINGS_MODULE="librephotos.settings",
        MAP_API_KEY_FILE=str(tmp_path / "key"),
    )
    assert done.stdout.strip() == "{'MAP_API_KEY': 'of the provider'}", done.stderr


def test_the_secret_is_made_once_and_kept_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = secret("SECRET_KEY", tmp_path / "data")
    assert len(first) >= 50
    assert secret("SECRET_KEY", tmp_path / "data") == first
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["secret_key"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EnvError, match="Free the disk"):
        secret("SECRET_KEY", tmp_path / "file" / "data")


def test_each_check_has_a_number_of_its_own() -> None:
    numbers = re.findall(r'id="(api\.E\d+)"', (ROOT / "api/checks.py").read_text())
    assert len(numbers) == len(set(numbers)) > 1

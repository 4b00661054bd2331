"""`manage.py models …`."""

import io
import tarfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from tests.hub import Hub, running_hub
from tests.model_store.entries import entry, entry_file
from tests.model_store.settings import use_models

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 40
MODEL = entry(entry_file("model.onnx", CONTENT), entry_file("config.json", b"{}"))
SECRETIVE = entry(entry_file("secret.onnx", CONTENT, known=False), model_id="secretive")


@pytest.fixture
def hub() -> object:
    with running_hub() as hub:
        hub.files = {"model.onnx": CONTENT, "config.json": b"{}", "secret.onnx": CONTENT}
        yield hub


@pytest.fixture(autouse=True)
def models(settings: Settings, hub: Hub, tmp_path: Path) -> Path:
    use_models(settings, hub, tmp_path / "models", MODEL, SECRETIVE)
    return tmp_path / "models"


def run(*arguments: str) -> list[str]:
    output = io.StringIO()
    call_command("models", *arguments, stdout=output, stderr=io.StringIO())
    return output.getvalue().splitlines()


def test_list() -> None:
    lines = {line.split()[0]: line for line in run("list")}
    assert "bundled" in lines and "in use" in lines["bundled"]
    assert "missing" in lines["tiny"]
    assert "5.13 GB" in lines["mistral-7b-instruct-q5-k-m"]


def test_download_verify_and_remove(models: Path, hub: Hub) -> None:
    assert run("download", "tiny") == ["tiny: installed, 0.00 GB"]
    assert (models / "tiny/model.onnx").read_bytes() == CONTENT
    assert run("verify") == ["tiny: whole (2 files)"]
    assert any(line.startswith("tiny") and "installed" in line for line in run("list"))

    (models / "tiny/model.onnx").write_bytes(CONTENT[::-1])
    with pytest.raises(CommandError, match="Not everything is whole"):
        run("verify", "tiny")
    run("download", "tiny")
    assert run("verify", "tiny") == ["tiny: whole (2 files)"]

    assert run("remove", "tiny")[0].startswith("tiny: removed")
    assert not (models / "tiny").exists()
    with pytest.raises(CommandError):
        run("verify", "tiny")


def test_carried_to_a_machine_without_internet(models: Path, hub: Hub, settings: Settings, tmp_path: Path) -> None:
    run("download", "tiny")
    assert run("export", "tiny", str(tmp_path)) == [str(tmp_path / "tiny.tar")]
    hub.requests.clear()
    settings.MODELS_DIR = tmp_path / "elsewhere"

    assert run("import", str(tmp_path / "tiny.tar")) == ["tiny: installed, 0.00 GB"]
    assert run("verify") == ["tiny: whole (2 files)"]
    assert run("download", "tiny") == ["tiny: installed, 0.00 GB"]
    assert hub.requests == []


def test_import_of_an_unpacked_bundle(models: Path, settings: Settings, tmp_path: Path) -> None:
    run("download", "tiny")
    settings.MODELS_DIR = tmp_path / "elsewhere"
    assert run("import", str(models / "tiny")) == ["tiny: installed, 0.00 GB"]


def test_import_of_the_sources_own_files(models: Path, hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "downloaded"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(CONTENT)
    with pytest.raises(CommandError, match=r"also needs config\.json"):
        run("import", str(folder))
    (folder / "config.json").write_bytes(b"{}")
    run("import", str(folder))
    assert run("verify") == ["tiny: whole (2 files)"]
    assert hub.requests == []


def test_import_of_wrong_files(models: Path, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(CONTENT[::-1])
    (tmp_path / "config.json").write_bytes(b"{}")
    with pytest.raises(CommandError, match="instead of"):
        run("import", str(tmp_path), "--model", "tiny")
    assert not (models / "tiny").exists()


def test_import_of_what_nobody_vouches_for(models: Path, tmp_path: Path) -> None:
    file = tmp_path / "whatever.onnx"
    file.write_bytes(CONTENT)
    with pytest.raises(CommandError, match="Its sha256 is [0-9a-f]{64}"):
        run("import", str(file), "--model", "secretive")
    run("import", str(file), "--model", "secretive", "--accept-unverified")
    assert '"person"' in (models / "secretive/installed.json").read_text()


def test_import_of_a_damaged_bundle(models: Path, settings: Settings, tmp_path: Path) -> None:
    run("download", "tiny")
    run("export", "tiny", str(tmp_path / "bundle.tar"))
    content = bytearray((tmp_path / "bundle.tar").read_bytes())
    content[content.find(CONTENT) + 100] ^= 1
    (tmp_path / "bundle.tar").write_bytes(content)
    settings.MODELS_DIR = tmp_path / "elsewhere"
    with pytest.raises(CommandError, match="damaged"):
        run("import", str(tmp_path / "bundle.tar"))
    assert not (tmp_path / "elsewhere/tiny").exists()


def test_import_of_a_hostile_bundle(models: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        member = tarfile.TarInfo("tiny/installed.json")
        tar.addfile(member)
        link = tarfile.TarInfo("tiny/model.onnx")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(CommandError, match="not a plain file"):
        run("import", str(tmp_path / "evil.tar"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("download", "unknown"),
        ("download", "bundled"),
        ("remove", "bundled"),
        ("export", "tiny", "/tmp/never.tar"),  # noqa: S108 - never written
        ("import", "/nowhere"),
        ("verify", "unknown"),
    ],
)
def test_refusals(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)

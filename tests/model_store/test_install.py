"""Installing a model from the hub."""

import hashlib
import random
from collections import deque
from pathlib import Path

import pytest

from api.model_store import (
    DownloadError,
    ModelStore,
    Sources,
    UnverifiableError,
    WrongContentError,
    install,
    progress,
)
from tests.hub import Hub
from tests.model_store.entries import Recorder, Stopped, entry, entry_file, nothing_installed


def test_it_works(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.files = {"model.onnx": content, "sub/config.json": b"{}"}
    model = entry(entry_file("model.onnx", content), entry_file("sub/config.json", b"{}"))
    recorder = Recorder()

    installed = install(store, model, progress=recorder)

    assert (store.folder(model) / "model.onnx").read_bytes() == content
    assert (store.folder(model) / "sub/config.json").read_bytes() == b"{}"
    assert store.installed(model) == installed
    assert installed.size_bytes == len(content) + 2
    assert {file.checked_against for file in installed.downloads} == {"registry"}
    assert store.damages(model) == []
    assert not store.downloads(model).exists()
    assert recorder.targets[-1] == recorder.steps[-1] == len(content) + 2
    assert recorder.steps == sorted(recorder.steps)


def test_offline_when_the_files_verify(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    model = entry(entry_file("model.onnx", content))
    first = install(store, model)
    hub.requests.clear()

    assert install(store, model) == first
    assert hub.requests == []


@pytest.mark.parametrize("seed", range(12))
def test_broken_connections(store: ModelStore, hub: Hub, content: bytes, seed: int) -> None:
    chance = random.Random(seed)
    hub.files = {"model.onnx": content}
    hub.breaks = deque(chance.randrange(0, 60_000) for _ in range(chance.randrange(1, 12)))
    hub.ranges = seed % 4 != 3
    hub.large = seed % 2 == 0
    model = entry(entry_file("model.onnx", content, known=seed % 3 != 0))

    install(store, model)

    assert (store.folder(model) / "model.onnx").read_bytes() == content
    if hub.ranges:
        starts = [int(asked[6:-1]) for method, path, asked in hub.requests if asked and "storage" in path]
        assert starts == sorted(starts)


def test_no_byte_is_fetched_twice(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    hub.breaks = deque([100_000, 50_000])
    install(store, entry(entry_file("model.onnx", content)))
    assert [asked for _, path, asked in hub.requests if path.startswith("/storage")] == [
        None,
        "bytes=100000-",
        "bytes=150000-",
    ]


def test_gives_up_on_a_source_that_never_gets_further(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    hub.breaks = deque([1000] + [0] * 50)
    model = entry(entry_file("model.onnx", content))

    with pytest.raises(DownloadError):
        install(store, model)
    assert nothing_installed(store)
    assert store.partial_bytes(model) == 1000

    hub.breaks.clear()
    install(store, model)
    assert (store.folder(model) / "model.onnx").read_bytes() == content


def test_busy_servers_are_asked_again(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    hub.statuses = deque([503, 429, 500])
    install(store, entry(entry_file("model.onnx", content)))
    assert hub.bodies("model.onnx") >= 4


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_final(store: ModelStore, hub: Hub, content: bytes, status: int) -> None:
    hub.files = {"model.onnx": content}
    hub.large = False
    hub.statuses = deque([status])
    with pytest.raises(DownloadError):
        install(store, entry(entry_file("model.onnx", content)))
    assert hub.bodies("model.onnx") == 1
    assert nothing_installed(store)


def test_wrong_content(store: ModelStore, hub: Hub, content: bytes) -> None:
    model = entry(entry_file("model.onnx", content))
    hub.files = {"model.onnx": bytes(len(content))}

    with pytest.raises(WrongContentError, match="registry"):
        install(store, model)
    assert nothing_installed(store)
    assert store.partial_bytes(model) == 0


def test_wrong_length(store: ModelStore, hub: Hub, content: bytes) -> None:
    model = entry(entry_file("model.onnx", content))
    hub.files = {"model.onnx": content}
    hub.truncate_to = 1000
    with pytest.raises(WrongContentError, match="1000 bytes instead of 300000"):
        install(store, model)
    assert nothing_installed(store)


def test_truncated_when_only_the_hub_knows_the_length(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    hub.truncate_to = 1000
    with pytest.raises(WrongContentError):
        install(store, entry(entry_file("model.onnx", content, known=False)))
    assert nothing_installed(store)


def test_a_bad_part_is_fetched_anew(store: ModelStore, hub: Hub, content: bytes) -> None:
    """A part that went bad on the disk costs one more download, not the model."""
    model = entry(entry_file("model.onnx", content))
    hub.files = {"model.onnx": content}
    hub.breaks = deque([5000] + [0] * 50)
    with pytest.raises(DownloadError):
        install(store, model)
    hub.breaks.clear()
    (part,) = store.downloads(model).glob("*.part")
    part.write_bytes(b"x" * 5000)

    install(store, model)
    assert store.damages(model) == []


@pytest.mark.parametrize("large", [True, False])
@pytest.mark.parametrize("etags", [True, False])
def test_the_hub_says_the_hash(store: ModelStore, hub: Hub, content: bytes, large: bool, etags: bool) -> None:
    """In LFS or not, by a header or by the list of files."""
    hub.files = {"sub/model.onnx": content}
    hub.large, hub.etags = large, etags
    model = entry(entry_file("sub/model.onnx", content, known=False))

    installed = install(store, model)
    assert installed.downloads[0].checked_against == "hub"
    assert installed.downloads[0].sha256 == hub.sha256("sub/model.onnx")


@pytest.mark.parametrize("large", [True, False])
def test_content_that_is_not_what_the_hub_says(store: ModelStore, hub: Hub, content: bytes, large: bool) -> None:
    hub.files = {"model.onnx": content}
    hub.large = large
    hub.lie_about_hash = "0" * (64 if large else 40)
    with pytest.raises(WrongContentError, match="hub"):
        install(store, entry(entry_file("model.onnx", content, known=False)))
    assert nothing_installed(store)


def test_nobody_knows_the_hash(store: ModelStore, hub: Hub, content: bytes) -> None:
    """A server that is not the hub may say what it likes; its hash would prove nothing."""
    file = entry_file("model.tar", content, known=False)
    model = entry(type(file)(file.path, f"{hub.url}/other/model.tar", None, None, verified=False))
    with pytest.raises(UnverifiableError, match="models import"):
        install(store, model)
    assert hub.requests == []


def test_the_mirror_alone_is_asked(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.other = {
        "/mirror/tiny/a.onnx": content,
        "/mirror/tiny/b.onnx": b"b",
        "/mirror/tiny/SHA256SUMS": b"%s  a.onnx\n%s *b.onnx\n" % (_sha(content), _sha(b"b")),
    }
    mirrored = ModelStore(store.root, sources=Sources(hub="http://127.0.0.1:9", mirror=f"{hub.url}/mirror"))
    model = entry(entry_file("a.onnx", content), entry_file("b.onnx", b"b", known=False))

    installed = install(mirrored, model)
    assert [file.checked_against for file in installed.downloads] == ["registry", "mirror"]


def test_a_mirror_without_sums_is_not_trusted(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.other = {"/mirror/tiny/a.onnx": content}
    mirrored = ModelStore(store.root, sources=Sources(mirror=f"{hub.url}/mirror"))
    with pytest.raises(UnverifiableError):
        install(mirrored, entry(entry_file("a.onnx", content, known=False)))


def _sha(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def test_only_the_damaged_file_is_fetched(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.files = {"a.onnx": content, "b.onnx": content[::-1]}
    model = entry(entry_file("a.onnx", content), entry_file("b.onnx", content[::-1]))
    install(store, model)
    hub.requests.clear()
    (store.folder(model) / "b.onnx").write_bytes(content)

    assert [damage.why for damage in store.damages(model)] == ["content"]
    install(store, model)
    assert store.damages(model) == []
    assert hub.bodies("a.onnx") == 0


def test_a_new_revision_replaces_the_old_one(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    install(store, entry(entry_file("model.onnx", content)))
    hub.files = {"model.onnx": content[::-1]}
    newer = entry(entry_file("model.onnx", content[::-1]), revision="2")
    (store.folder(newer) / "stray").touch()

    found = store.installed(newer)
    assert found is not None and not store.is_current(newer, found)
    install(store, newer)
    assert (store.folder(newer) / "model.onnx").read_bytes() == content[::-1]
    assert not (store.folder(newer) / "stray").exists()
    assert not list((store.root / ".trash").iterdir())


def test_an_old_revision_stays_while_the_new_one_fails(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    old = entry(entry_file("model.onnx", content))
    install(store, old)
    with pytest.raises(WrongContentError):
        install(store, entry(entry_file("model.onnx", content[::-1]), revision="2"))
    assert store.damages(old) == []


def test_stopped_and_resumed(store: ModelStore, hub: Hub, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "REPORT_EVERY_S", 0)
    hub.files = {"model.onnx": content}
    model = entry(entry_file("model.onnx", content))
    with pytest.raises(Stopped):
        install(store, model, progress=Recorder(stop_at=100_000))
    assert nothing_installed(store)
    assert 100_000 <= store.partial_bytes(model) < len(content)

    install(store, model)
    assert store.damages(model) == []


def test_killed_between_the_two_renames(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    model = entry(entry_file("model.onnx", content))
    install(store, model)
    hub.requests.clear()
    store.put_away(model)
    assert store.installed(model) is None

    install(store, model)
    assert hub.requests == []
    assert store.damages(model) == []


def test_a_half_made_folder_counts_for_nothing(store: ModelStore, content: bytes) -> None:
    model = entry(entry_file("model.onnx", content))
    store.folder(model).mkdir(parents=True)
    (store.folder(model) / "model.onnx").write_bytes(content)
    assert store.installed(model) is None


def test_remove(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    model = entry(entry_file("model.onnx", content))
    install(store, model)
    assert store.remove(model) >= len(content)
    assert nothing_installed(store)
    assert store.remove(model) == 0


def test_a_name_that_leads_out_is_refused(store: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a model id"):
        store.folder(entry(model_id="../other"))

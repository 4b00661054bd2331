"""The record of an evaluation, its log, its table, and predictions as files; by engine and by URL."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pycocoevalcap", reason="pycocoevalcap is not installed: run `make install-mlval`")
pytest.importorskip("matplotlib", reason="matplotlib is not installed: run `make install-mlval`")

from mlval.__main__ import main  # noqa: E402
from mlval.captioners import Prediction, ServiceSource, open_source  # noqa: E402
from mlval.datasets import Record, read_records  # noqa: E402
from mlval.evaluate import Options, append_log, evaluate  # noqa: E402
from mlval.predict import read_predictions, write_predictions  # noqa: E402
from mlval.report import latest, read_log, report, table  # noqa: E402
from tests.mlval.shapes import write_dataset  # noqa: E402


class Parrot:
    """Says the first reference of every photo."""

    name, version, device = "parrot", "1", "cpu"

    def __init__(self, records: list[Record]) -> None:
        self._texts = {record.path: record.captions[0] for record in records}

    def caption(self, image: Path) -> Prediction:
        return Prediction(self._texts[image], {"infer_s": 0.25})

    def rss_bytes(self) -> int:
        return 100


@pytest.fixture
def records(tmp_path: Path) -> list[Record]:
    return read_records(write_dataset(tmp_path / "data"), "dev")


def test_the_whole_record(records: list[Record]) -> None:
    row = evaluate(Parrot(records), "shapes", "dev", records, Options(java=False, bias=True))
    assert row["bleu4"] == pytest.approx(1.0)
    assert row["distinct"] == 12
    assert (row["model"], row["dataset"], row["split"], row["photos"]) == ("parrot", "shapes", "dev", 12)
    assert row["ram_median_bytes"] == 100
    assert row["seconds"]["infer_s"] == pytest.approx(3.0)
    assert set(row["unavailable"]) == {"meteor", "spice", "clip_score", "perplexity"}
    assert set(row["bias"]["gold"]) == {"man", "woman", "boy", "girl"}
    json.dumps(row)


def test_table_shows_the_newest_of_each_model(records: list[Record], tmp_path: Path) -> None:
    row = evaluate(Parrot(records), "shapes", "dev", records, Options(java=False))
    append_log(tmp_path / "log.jsonl", {**row, "bleu4": 0.1})
    append_log(tmp_path / "log.jsonl", row)
    append_log(tmp_path / "log.jsonl", {**row, "model": "other"})
    rows = latest(read_log(tmp_path / "log.jsonl"))
    assert [r["model"] for r in rows] == ["parrot", "other"]
    assert "| parrot | 1 | shapes dev | 100.0 |" in table(rows)
    report(tmp_path / "log.jsonl", tmp_path / "out")
    assert (tmp_path / "out" / "report.png").exists()


def test_predictions_there_and_back(records: list[Record], tmp_path: Path) -> None:
    texts = [f"caption {n}" for n in range(len(records))]
    write_predictions(tmp_path / "p.jsonl", records, texts)
    assert read_predictions(tmp_path / "p.jsonl", list(reversed(records))) == texts[::-1]
    (tmp_path / "p.jsonl").write_text('{"image": "other", "caption": "x"}\n')
    with pytest.raises(ValueError, match="no caption for 12 photos"):
        read_predictions(tmp_path / "p.jsonl", records)


class FakeService(http.server.BaseHTTPRequestHandler):
    """Answers like service/im2txt, and remembers what it was sent."""

    bodies: list[bytes] = []
    tokens: list[str | None] = []

    def do_GET(self) -> None:
        self._answer({"state": "ready", "model": "fake", "device": "cpu", "rss_bytes": 123})

    def do_POST(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.tokens.append(self.headers["Authorization"])
        captions = [{"text": "a drawn picture"}]
        timings = {"queue_s": 0.0, "load_s": 0.0, "infer_s": 0.001}
        self._answer({"captions": captions, "model": "fake", "device": "cpu", "timings": timings})

    def _answer(self, content: dict[str, object]) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeService)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_running_service_by_its_url(records: list[Record], url: str) -> None:
    source = open_source(url, num_beams=2, token="secret")
    prediction = source.caption(records[0].path)
    assert prediction.text == "a drawn picture"
    assert source.rss_bytes() == 123
    assert prediction.timings["wire_s"] >= 0
    assert b'{"num_beams": 2}' in FakeService.bodies[-1]
    assert records[0].path.read_bytes() in FakeService.bodies[-1]
    assert FakeService.tokens[-1] == "Bearer secret"


def test_a_service_that_is_not_there_is_an_os_error() -> None:
    with pytest.raises(OSError):
        ServiceSource("http://127.0.0.1:9")


def test_predict_and_evaluate_from_the_command_line(records: list[Record], url: str, tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    assert main(["predict", "--model", url, "--data", data, "--split", "dev", "--out", str(tmp_path / "p.jsonl")]) == 0
    assert read_predictions(tmp_path / "p.jsonl", records) == ["a drawn picture"] * 12
    log = tmp_path / "log.jsonl"
    wanted = ["evaluate", "--model", url, "--data", data, "--split", "dev", "--scorer", "none", "--no-java"]
    assert main([*wanted, "--log", str(log)]) == 0
    assert read_log(log)[0]["distinct"] == 1


def test_a_wrong_name_is_a_sentence_not_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_dataset(tmp_path / "data")
    code = main(["predict", "--model", "nobody", "--data", str(tmp_path / "data"), "--split", "dev", "--out", "x"])
    assert code == 2
    assert "'nobody' is no known model" in capsys.readouterr().err

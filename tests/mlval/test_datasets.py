"""Four formats, one list of records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlval.datasets import read_records


def test_our_format(tmp_path: Path) -> None:
    (tmp_path / "captions.jsonl").write_text(
        '{"image": "a.jpg", "split": "dev", "captions": ["A", "B"]}\n{"image": "b.jpg", "split": "x", "captions": []}\n'
    )
    [record] = read_records(tmp_path, "dev")
    assert (record.image, record.captions, record.path) == ("a.jpg", ("A", "B"), tmp_path / "images" / "a.jpg")
    assert len(read_records(tmp_path)) == 2


def test_coco(tmp_path: Path) -> None:
    (tmp_path / "annotations").mkdir()
    (tmp_path / "val2017").mkdir()
    content = {
        "images": [{"id": 7, "file_name": "7.jpg"}, {"id": 8, "file_name": "8.jpg"}],
        "annotations": [{"image_id": 8, "caption": "eight"}, {"image_id": 7, "caption": "seven"}],
    }
    (tmp_path / "annotations" / "captions_val2017.json").write_text(json.dumps(content))
    records = read_records(tmp_path, "val2017")
    assert [record.captions for record in records] == [("seven",), ("eight",)]
    assert records[0].path == tmp_path / "val2017" / "7.jpg"


def test_flickr8k_as_published(tmp_path: Path) -> None:
    (tmp_path / "Flickr8k.token.txt").write_text("a.jpg#0\tOne .\na.jpg#1\tTwo .\nb.jpg#0\tThree .\n")
    (tmp_path / "Flickr_8k.devImages.txt").write_text("a.jpg\n")
    (tmp_path / "Flickr_8k.trainImages.txt").write_text("b.jpg\n")
    [record] = read_records(tmp_path, "dev")
    assert record.captions == ("One .", "Two .")


def test_karpathy(tmp_path: Path) -> None:
    rows = [{"filename": "a.jpg", "split": "test", "sentences": [{"raw": "One."}, {"raw": "Two."}]}]
    (tmp_path / "dataset_flickr8k.json").write_text(json.dumps({"images": rows}))
    assert read_records(tmp_path, "test")[0].captions == ("One.", "Two.")


def test_nothing_known(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"captions\.jsonl"):
        read_records(tmp_path, "dev")


def test_an_empty_split_is_named(tmp_path: Path) -> None:
    (tmp_path / "captions.jsonl").write_text('{"image": "a.jpg", "split": "dev", "captions": []}\n')
    with pytest.raises(ValueError, match="'test'"):
        read_records(tmp_path, "test")

"""Photos with reference captions, in the formats people have them.

`read_records(folder, split)` finds out which one a folder holds:

- ours: `captions.jsonl`, one {"image", "split", "captions"} a line, and `images/`;
- COCO: `annotations/captions_<split>.json` ({"images": [{"id", "file_name"}], "annotations":
  [{"image_id", "caption"}]}), photos in `<split>/` or `images/`;
- Flickr8k as published: `Flickr8k.token.txt` (`name.jpg#0<tab>caption`) and
  `Flickr_8k.<split>Images.txt`, photos in `Flicker8k_Dataset/`, `Images/` or `images/`;
- Karpathy's splits: `dataset*.json` ({"images": [{"filename", "split", "sentences": [{"raw"}]}]}).
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Record:
    """One photo: its file name, its split, its reference captions as written, its file."""

    image: str
    split: str
    captions: tuple[str, ...]
    path: Path


def read_records(data: Path, split: str | None = None) -> list[Record]:
    """The photos of one split, in the file's order; all of them when `split` is None.

    Raises FileNotFoundError when the folder has none of the formats, ValueError when the split is empty.
    """
    karpathy = sorted(data.glob("dataset*.json"))
    if (data / "captions.jsonl").exists():
        records = _ours(data)
    elif (data / "annotations").is_dir():
        records = _coco(data, split)
    elif (data / "Flickr8k.token.txt").exists():
        records = _flickr8k(data)
    elif karpathy:
        records = _karpathy(data, karpathy[0])
    else:
        raise FileNotFoundError(f"{data} holds no captions.jsonl, annotations/, Flickr8k.token.txt or dataset*.json")
    chosen = [record for record in records if split is None or record.split == split]
    if not chosen:
        raise ValueError(f"{data} has no photo in split {split!r}")
    return chosen


def _ours(data: Path) -> list[Record]:
    rows = [json.loads(line) for line in (data / "captions.jsonl").read_text(encoding="utf-8").splitlines() if line]
    return [Record(row["image"], row["split"], tuple(row["captions"]), data / "images" / row["image"]) for row in rows]


def _coco(data: Path, split: str | None) -> list[Record]:
    records = []
    for file in sorted((data / "annotations").glob(f"captions_{split or '*'}.json")):
        name = file.stem.removeprefix("captions_")
        content = json.loads(file.read_text(encoding="utf-8"))
        captions: dict[int, list[str]] = {}
        for row in content["annotations"]:
            captions.setdefault(row["image_id"], []).append(row["caption"])
        photos = _folder(data, name, "images")
        for image in content["images"]:
            texts = tuple(captions.get(image["id"], ()))
            records.append(Record(image["file_name"], name, texts, photos / image["file_name"]))
    return records


def _flickr8k(data: Path) -> list[Record]:
    captions: dict[str, list[str]] = {}
    for line in (data / "Flickr8k.token.txt").read_text(encoding="utf-8").splitlines():
        if line:
            key, text = line.split("\t", 1)
            captions.setdefault(key.split("#")[0], []).append(text)
    splits = {
        name: file.stem.removeprefix("Flickr_8k.").removesuffix("Images")
        for file in sorted(data.glob("Flickr_8k.*Images.txt"))
        for name in file.read_text(encoding="utf-8").split()
    }
    photos = _folder(data, "Flicker8k_Dataset", "Images", "images")
    return [Record(name, splits.get(name, "other"), tuple(texts), photos / name) for name, texts in captions.items()]


def _karpathy(data: Path, file: Path) -> list[Record]:
    photos = _folder(data, "images", "Images")
    return [
        Record(
            row["filename"],
            row["split"],
            tuple(sentence["raw"] for sentence in row["sentences"]),
            photos / row.get("filepath", "") / row["filename"],
        )
        for row in json.loads(file.read_text(encoding="utf-8"))["images"]
    ]


def _folder(data: Path, *names: str) -> Path:
    """The first of these folders that exists, else the last name."""
    return next((data / name for name in names if (data / name).is_dir()), data / names[-1])

"""Does a scorer agree with people? Kendall's tau between its scores and human grades.

Annotations are in Flickr8k-Expert's format, one line a photo and caption: photo file, caption id
(`photo.jpg#n`, the n-th caption of that photo) and three grades from 1 to 4, tab-separated.
As in the SPICE and CLIPScore papers every grade counts by itself, and captions that belong to the
photo's own references are left out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlval.datasets import Record
from mlval.scorers import Scorer, clip_scores, image_vectors, ref_clip_scores, text_vectors


@dataclasses.dataclass(frozen=True)
class Judgement:
    """One caption for one photo and what people thought of it."""

    image: str
    caption_id: str
    grades: tuple[float, ...]


def read_judgements(path: Path) -> list[Judgement]:
    """Raises ValueError with the line number for a line that is not photo, caption id and grades."""
    judgements = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            image, caption_id, *grades = line.split("\t")
            if not grades:
                raise ValueError("no grade")
            judgements.append(Judgement(image, caption_id, tuple(float(grade) for grade in grades)))
        except ValueError as error:
            raise ValueError(f"{path}:{number}: expected photo, caption id and grades, tab-separated") from error
    return judgements


def kendall_tau(x: Sequence[float], y: Sequence[float]) -> dict[str, float]:
    """tau-b and tau-c (Stuart) of two equally long rows of numbers; ties count as in Kendall 1945.

    Compares all pairs, row by row: 17,000 grades take a few seconds. Raises ValueError below 2 values.
    """
    a, b = np.asarray(x, np.float64), np.asarray(y, np.float64)
    n = len(a)
    if n < 2 or len(b) != n:
        raise ValueError(f"{n} and {len(b)} values have no rank correlation")
    difference = tied_a = tied_b = 0
    for i in range(n - 1):
        sign_a, sign_b = np.sign(a[i + 1 :] - a[i]), np.sign(b[i + 1 :] - b[i])
        difference += int((sign_a * sign_b).sum())
        tied_a += int((sign_a == 0).sum())
        tied_b += int((sign_b == 0).sum())
    pairs = n * (n - 1) // 2
    classes = min(len(np.unique(a)), len(np.unique(b)))
    b_scale = np.sqrt(float(pairs - tied_a) * float(pairs - tied_b))
    c_scale = n**2 * (classes - 1) / classes / 2
    return {
        "tau_b": float(difference / b_scale) if b_scale else 0.0,
        "tau_c": float(difference / c_scale) if classes > 1 else 0.0,
    }


def judge(scorer: Scorer, judgements: Sequence[Judgement], records: Sequence[Record]) -> dict[str, object]:
    """Tau of CLIPScore and RefCLIPScore against the grades of photos that `records` hold.

    Returns `pairs`, `grades`, `skipped` (unknown photo or caption, or a photo's own caption) and both taus.
    """
    by_name = {record.image: record for record in records}
    kept: list[tuple[Judgement, Record, str]] = []
    for judgement in judgements:
        photo, text = by_name.get(judgement.image), _caption(by_name, judgement.caption_id)
        if photo is not None and text is not None and text not in photo.captions:
            kept.append((judgement, photo, text))
    if not kept:
        raise ValueError("no judgement is about photos and captions of this data set")
    photos = {photo.image: photo for _, photo, _ in kept}
    rows = {name: row for row, name in enumerate(photos)}
    pictures = image_vectors(scorer, [photo.path for photo in photos.values()])
    images = pictures[[rows[photo.image] for _, photo, _ in kept]]
    captions = text_vectors(scorer, [text for _, _, text in kept])
    references = {name: text_vectors(scorer, list(photo.captions)) for name, photo in photos.items()}
    result: dict[str, object] = {
        "pairs": len(kept),
        "grades": sum(len(judgement.grades) for judgement, _, _ in kept),
        "skipped": len(judgements) - len(kept),
    }
    scored: dict[str, NDArray[np.float32]] = {
        "clip_score": clip_scores(images, captions),
        "ref_clip_score": ref_clip_scores(images, captions, [references[photo.image] for _, photo, _ in kept]),
    }
    for name, values in scored.items():
        pairs = [(float(value), grade) for value, (j, _, _) in zip(values, kept, strict=True) for grade in j.grades]
        result[name] = kendall_tau([value for value, _ in pairs], [grade for _, grade in pairs])
    return result


def _caption(records: dict[str, Record], caption_id: str) -> str | None:
    """The text of `photo.jpg#n`; None when the photo or the number is not there."""
    name, _, number = caption_id.rpartition("#")
    record = records.get(name)
    if record is None or not number.isdigit() or int(number) >= len(record.captions):
        return None
    return record.captions[int(number)]

"""Our numbers are pycocoevalcap's own."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pytest

pytest.importorskip("pycocoevalcap", reason="pycocoevalcap is not installed: run `make install-mlval`")

from mlval.im2txt.reward import Reward  # noqa: E402
from mlval.metrics import caption_scores, lexical_diversity, perplexity, plain_words  # noqa: E402

WRITTEN = ["a man riding a bike on the beach", "two dogs run through the snow", "a girl in a red t-shirt is jumping"]
REFERENCES = [
    ["A man rides his bike on the beach .", "Someone cycles along the sea ."],
    ["Two dogs are running in the snow .", "Dogs play in deep snow ."],
    ["A girl in a red T-shirt jumps .", "The child's jump is high ."],
]


@pytest.mark.skipif(shutil.which("java") is None, reason="java is not installed")
def test_equal_to_cocoevalcap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same predictions through pycocoevalcap's own front door."""
    from pycocoevalcap import eval as front_door
    from pycocotools.coco import COCO

    annotations = [
        {"id": 10 * i + j, "image_id": i, "caption": text}
        for i, texts in enumerate(REFERENCES)
        for j, text in enumerate(texts)
    ]
    truth, ours = tmp_path / "truth.json", tmp_path / "ours.json"
    truth.write_text(json.dumps({"info": {}, "images": [{"id": i} for i in range(3)], "annotations": annotations}))
    ours.write_text(json.dumps([{"image_id": i, "caption": text} for i, text in enumerate(WRITTEN)]))
    coco = COCO(str(truth))
    official = front_door.COCOEvalCap(coco, coco.loadRes(str(ours)))
    scores = caption_scores(WRITTEN, REFERENCES)
    # SPICE fetches a parser from the network; a stand-in keeps the front door closed to it.
    monkeypatch.setattr(front_door, "Spice", NoSpice)
    official.evaluate()
    scores = caption_scores(WRITTEN, REFERENCES)
    names = {"bleu1": "Bleu_1", "bleu4": "Bleu_4", "rouge_l": "ROUGE_L", "cider": "CIDEr", "meteor": "METEOR"}
    assert scores.tokenizer == "ptb"
    for name, theirs in names.items():
        assert scores.values[name] == pytest.approx(official.eval[theirs], abs=1e-9), name


class NoSpice:
    """Takes SPICE's place."""

    def compute_score(self, truth: dict[int, list[str]], _: object) -> tuple[float, list[float]]:
        return 0.0, [0.0] * len(truth)

    def method(self) -> str:
        return "SPICE"


def test_without_java_the_parts_are_named() -> None:
    scores = caption_scores(WRITTEN, REFERENCES, java=False)
    assert set(scores.unavailable) == {"meteor", "spice"}
    assert scores.tokenizer == "plain"
    assert {"bleu1", "bleu2", "bleu3", "bleu4", "rouge_l", "cider"} == set(scores.values)


def test_different_numbers_of_captions_are_refused() -> None:
    with pytest.raises(ValueError, match="2 captions for 3 photos"):
        caption_scores(WRITTEN[:2], REFERENCES)


def test_reward_is_pycocoevalcaps_cider() -> None:
    """Its CIDEr clips and penalises lengths, so it is CIDEr-D; with its corpus, ours is equal."""
    from pycocoevalcap.cider.cider import Cider

    words: dict[str, int] = {}

    def ids(text: str) -> list[int]:
        return [words.setdefault(word, len(words)) for word in plain_words(text).split()]

    truth = {i: [plain_words(text) for text in texts] for i, texts in enumerate(REFERENCES)}
    _, expected = Cider().compute_score(truth, {i: [plain_words(text)] for i, text in enumerate(WRITTEN)})
    reward = Reward([[ids(text) for text in texts] for texts in REFERENCES], bleu_weight=0.0)
    for photo, text in enumerate(WRITTEN):
        assert reward(photo, ids(text)) == pytest.approx(expected[photo], abs=1e-6)


def test_bleu_in_the_reward_is_one_for_a_reference() -> None:
    reward = Reward([[[1, 2, 3, 4, 5]], [[9, 8]]], bleu_weight=1.0)
    without = Reward([[[1, 2, 3, 4, 5]], [[9, 8]]], bleu_weight=0.0)
    assert reward(0, [1, 2, 3, 4, 5]) - without(0, [1, 2, 3, 4, 5]) == pytest.approx(1.0)
    assert reward(0, [7]) == pytest.approx(0.0, abs=1e-3)


def test_diversity_counts() -> None:
    values = lexical_diversity(["a dog", "a dog", "a cat runs"])
    assert values["distinct"] == 2
    assert values["mean_words"] == pytest.approx(7 / 3)
    assert values["words"] == 4


def test_perplexity_is_per_token() -> None:
    assert perplexity(["x", "y"], lambda _: (-2 * math.log(10), 2)) == pytest.approx(10)

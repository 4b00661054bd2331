"""The whole recipe on drawn shapes: it learns them, resumes, and ships files that the service reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: run `make install-mlval`")

from mlval.im2txt.config import Config  # noqa: E402
from mlval.im2txt.train import train  # noqa: E402
from tests.mlval.shapes import draw_pair, pairs, sentence, write_dataset, write_tiles  # noqa: E402

TINY = [
    "model.widths=16,32,64", "model.blocks=1,1,1", "model.embedding=32", "model.hidden=48", "model.attention=16",
    "model.joint=16", "model.labels=8", "model.dropout=0.0", "model.drop_path=0.0", "model.max_words=10",
    "pretrain.epochs=1", "pretrain.batch=30", "pretrain.sizes=32:1.0", "pretrain.held_out=10",
    "caption.epochs=300", "caption.batch=12", "caption.sizes=64:1.0", "caption.eval_size=64", "caption.min_area=0.9",
    "caption.min_word_count=1", "caption.learning_rate=0.002", "caption.attention_loss=0.0",
    "caption.eval_every=150", "caption.ema=0.9",
    "caption.label_smoothing=0.0", "caption.joint_loss=0.05",
    "reward.epochs=2", "reward.batch=12", "reward.views=1", "reward.image_size=64", "reward.learning_rate=0.00005",
    "scorer.epochs=8", "scorer.batch=12", "scorer.views=1", "scorer.image_size=64", "scorer.min_word_count=1",
]  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run; about half a minute of one core."""
    folder = tmp_path_factory.mktemp("mlval")
    data, tiles = write_dataset(folder / "data"), write_tiles(folder / "tiles")
    train(Config().override(TINY), data, folder / "run", tiles, resume=False)
    return folder / "run"


@pytest.mark.slow
def test_it_learns_a_red_square_above_a_blue_circle(run: Path) -> None:
    from service.common.options import CaptionOptions
    from service.im2txt.engine import Engine

    engine = Engine(threads=1)
    engine.load(run / "captioner")
    captions = engine.caption([draw_pair(*pair) for pair in pairs()], CaptionOptions())
    said = [caption[0].text for caption in captions]
    right = sum(text == sentence(*pair) for text, pair in zip(said, pairs(), strict=True))
    assert right >= 9, said


@pytest.mark.slow
def test_the_scorer_embeds_unit_vectors(run: Path) -> None:
    from service.clip_score.engine import Engine

    engine = Engine(threads=1)
    engine.load(run / "scorer")
    vectors = engine.embed_texts(["a red square", "a blue circle above a green square"])
    assert (abs((vectors**2).sum(1) - 1) < 1e-3).all()


@pytest.mark.slow
def test_every_stage_is_in_the_history(run: Path) -> None:
    rows = json.loads((run / "history.json").read_text())
    assert {row["stage"] for row in rows} == {"pretrain", "caption", "reward", "scorer"}
    assert (run / "history.png").stat().st_size > 1000


@pytest.mark.slow
def test_a_finished_run_resumes_to_itself(run: Path) -> None:
    before = (run / "caption.pt").read_bytes()
    rows = (run / "history.json").read_text()
    train(Config().override(TINY), run.parent / "data", run, run.parent / "tiles", resume=True)
    assert (run / "caption.pt").read_bytes() == before
    assert (run / "history.json").read_text() == rows


@pytest.mark.slow
def test_a_second_run_does_not_overwrite_the_first(run: Path) -> None:
    with pytest.raises(FileExistsError, match="--resume"):
        train(Config(), run.parent / "data", run, None, resume=False)

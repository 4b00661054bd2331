"""Configuration, schedule, augmentation, vocabulary: the small parts of training."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: run `make install-mlval`")

from mlval.im2txt.augment import normalise, random_crops, resized, to_float  # noqa: E402
from mlval.im2txt.caption import contrastive, frequent_words, left_right  # noqa: E402
from mlval.im2txt.config import Config  # noqa: E402
from mlval.im2txt.data import Vocabulary, caption_words, encode_captions, load_tiles  # noqa: E402
from mlval.im2txt.loop import Average, Schedule, size_at  # noqa: E402
from mlval.im2txt.model import END, START, UNKNOWN  # noqa: E402
from mlval.im2txt.scorer import scorer_tokens, scorer_words  # noqa: E402
from tests.mlval.shapes import write_dataset, write_tiles  # noqa: E402


def test_settings_keep_their_type() -> None:
    config = Config().override(["seed=3", "caption.epochs=2", "caption.sizes=64:0.5,96:0.5", "model.widths=8,16"])
    assert (config.seed, config.caption.epochs, config.model.widths) == (3, 2, (8, 16))
    assert config.caption.sizes == ((64, 0.5), (96, 0.5))


@pytest.mark.parametrize("setting", ["nothing=1", "caption.nothing=1", "caption.epochs=many"])
def test_a_wrong_setting_is_named(setting: str) -> None:
    with pytest.raises(ValueError, match=setting.split("=")[0]):
        Config().override([setting])


def test_schedule_rises_and_falls_to_almost_nothing() -> None:
    schedule = Schedule(100, 60, 0.1)
    factors = []
    for schedule.step in range(101):
        factors.append(schedule.factor())
    assert factors[0] < 0.1
    assert max(factors) == pytest.approx(1.0, abs=0.02)
    assert factors[100] == pytest.approx(0.01)


def test_schedule_ends_with_the_time_too() -> None:
    schedule = Schedule(10**9, 60, 0.1)
    schedule.restore({"step": 5, "used": 3600.0})
    assert schedule.progress() == 1.0
    again = Schedule(10**9, 60, 0.1)
    again.restore(schedule.state())
    assert again.seconds() >= 3600
    assert time.monotonic() > 0


def test_sizes_follow_the_progress() -> None:
    assert [size_at(((48, 0.5), (64, 0.5)), p) for p in (0.0, 0.4, 0.6, 1.0)] == [48, 48, 64, 64]


def test_average_follows_the_weights() -> None:
    model = torch.nn.Linear(1, 1, bias=False)
    average = Average(model, 0.5)
    model.weight.data.fill_(10.0)
    for _ in range(30):
        average.update(model)
    assert average.model.weight.item() == pytest.approx(10.0, abs=0.01)


def test_crops_of_everything_are_the_photo_or_its_mirror() -> None:
    pixels = torch.randint(0, 255, (6, 32, 32, 3), dtype=torch.uint8)
    generator = torch.Generator().manual_seed(0)
    images, flipped = random_crops(pixels, 32, min_area=1.0, colour=0.0, generator=generator)
    whole = normalise(to_float(pixels))
    assert images.shape == (6, 3, 32, 32)
    # The ratio of the sides still varies a little; the means hardly do.
    assert torch.allclose(images.mean((2, 3)), whole.mean((2, 3)), atol=0.25)
    assert flipped.dtype == torch.bool


def test_the_same_seed_gives_the_same_crops() -> None:
    pixels = torch.randint(0, 255, (4, 32, 32, 3), dtype=torch.uint8)
    first, second = (
        random_crops(pixels, 16, min_area=0.3, colour=0.3, generator=torch.Generator().manual_seed(5))[0]
        for _ in range(2)
    )
    assert torch.equal(first, second)


def test_resizing_agrees_with_the_service() -> None:
    """Pillow's bilinear squash of the service against torch's: within a grey level or so."""
    from PIL import Image

    from mlval.im2txt.augment import MEAN, STD
    from service.common.preprocess import Preprocess

    pixels = torch.nn.functional.interpolate(torch.rand(1, 3, 10, 10) * 255, (160, 160), mode="bicubic")
    pixels = pixels.clamp(0, 255).byte().permute(0, 2, 3, 1)
    ours = resized(pixels, 144)
    theirs = Preprocess(144, MEAN, STD)([Image.fromarray(pixels[0].numpy())])
    assert (ours - torch.from_numpy(theirs)).abs().max() < 0.03


def test_words_as_the_metrics_see_them() -> None:
    assert caption_words("A man's T-shirt , 2 dogs .") == ["a", "man's", "t-shirt", "2", "dogs"]
    assert scorer_words("A man's T-shirt , 2 dogs .") == ["a", "man's", "t", "shirt", "2", "dogs"]


def test_vocabulary_by_frequency_there_and_back(tmp_path: Path) -> None:
    vocabulary = Vocabulary.build([["b", "a", "b"], ["c", "a"]], min_count=2)
    assert vocabulary.words[4:] == ["a", "b"]
    vocabulary.write(tmp_path / "v.json")
    again = Vocabulary.read(tmp_path / "v.json")
    assert again.encode(["b", "c"]) == [5, UNKNOWN]
    assert again.decode([5, 4, END, 4]) == ["b", "a"]


def test_long_captions_are_cut_without_end() -> None:
    vocabulary = Vocabulary.build([["a", "b", "c"]], min_count=1)
    assert encode_captions(vocabulary, ["a b", "a b c"], 2) == [[START, 4, 5, END], [START, 4, 5]]


def test_the_scorers_tokens_are_padded_at_the_end() -> None:
    vocabulary = Vocabulary.build([["a", "b"]], min_count=1)
    assert scorer_tokens(vocabulary, ["a", "b a a", ""], 2).tolist() == [[4, 0], [5, 4], [UNKNOWN, 0]]


def test_left_and_right_change_places() -> None:
    vocabulary = Vocabulary.build([["left", "right", "man"]], min_count=1)
    swap = left_right(vocabulary)
    assert [vocabulary.words[swap[i]] for i in vocabulary.encode(["left", "right", "man"])] == ["right", "left", "man"]


def test_labels_leave_out_words_of_most_photos(tmp_path: Path) -> None:
    from mlval.datasets import read_records

    records = read_records(write_dataset(tmp_path / "data"), "train")
    vocabulary = Vocabulary.build((caption_words(t) for r in records for t in r.captions), 1)
    chosen, targets = frequent_words(records, vocabulary, 8)
    assert {vocabulary.words[i] for i in chosen} == set()  # every word is in most of these pictures' captions
    assert targets.shape == (12, 8)


def test_matching_pairs_have_the_smaller_loss() -> None:
    vectors = torch.eye(4)
    scale = torch.tensor(2.0)
    right = contrastive(vectors, vectors, torch.arange(4), scale)
    wrong = contrastive(vectors, vectors.roll(1, 0), torch.arange(4), scale)
    assert right < wrong


def test_tiles_come_out_in_order(tmp_path: Path) -> None:
    tiles, labels = load_tiles(write_tiles(tmp_path / "tiles"))
    assert tiles.shape == (150, 32, 32, 3)
    assert labels.bincount().tolist() == [50, 50, 50]
    assert tiles[0, 0, 0, 0] > 150 > tiles[60, 0, 0, 0]

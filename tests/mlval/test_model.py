"""Shapes, padding, END, batches, one training step, saving."""

from __future__ import annotations

import dataclasses

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: run `make install-mlval`")

from mlval.im2txt.caption import build_model, losses, pack  # noqa: E402
from mlval.im2txt.config import CaptionConfig, ModelConfig  # noqa: E402
from mlval.im2txt.decode import beam_search, encode, sample  # noqa: E402
from mlval.im2txt.loop import load, save  # noqa: E402
from mlval.im2txt.model import END, PAD, START, UNKNOWN, Captioner, Classifier  # noqa: E402

CONFIG = ModelConfig(
    widths=(8, 16, 24),
    blocks=(1, 1, 1),
    embedding=16,
    hidden=16,
    attention=8,
    joint=8,
    labels=5,
    vocabulary=11,
    max_words=6,
)


@pytest.fixture
def model() -> Captioner:
    torch.manual_seed(0)
    return Captioner(CONFIG).eval()


def test_grid_has_a_place_for_every_sixteen_pixels(model: Captioner) -> None:
    assert encode(model, torch.randn(2, 3, 96, 96)).shape == (2, 36, 24)


def test_attention_sums_to_one(model: Captioner) -> None:
    features = torch.randn(3, 4, 24)
    keys, h, c = model.decoder.begin(features)
    _, h, c, attention = model.decoder.step(torch.randn(3, 16), h, c, features, keys)
    assert h.shape == c.shape == (3, 16)
    assert torch.allclose(attention.sum(1), torch.ones(3))


def test_packed_captions_give_the_same_as_one_by_one(model: Captioner) -> None:
    rows = [[START, 5, END], [START, 6, 7, 8, END], [START, 9, 4, END]]
    features = torch.randn(3, 4, 24)
    tokens, counts, order, targets = pack(rows)
    together, _ = model.decoder(features[order], tokens, counts)
    for place, row in enumerate(order.tolist()):
        alone_tokens, alone_counts, _, _ = pack([rows[row]])
        alone, _ = model.decoder(features[row : row + 1], alone_tokens, alone_counts)
        starts = [sum(counts[:t]) + place for t in range(len(rows[row]) - 1)]
        assert torch.allclose(together[starts], alone, atol=1e-5)
    assert len(targets) == sum(len(row) - 1 for row in rows) == len(together)


def test_unknown_words_are_not_taught() -> None:
    _, _, _, targets = pack([[START, UNKNOWN, 5, END]])
    assert targets.tolist() == [PAD, 5, END]


def test_one_training_step_lowers_the_loss() -> None:
    torch.manual_seed(0)
    model = Captioner(dataclasses.replace(CONFIG, dropout=0.0, drop_path=0.0)).train()
    images = torch.randn(4, 3, 64, 64)
    rows = [[START, 4 + k, 5, END] for k in range(4)]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    def total() -> torch.Tensor:
        return losses(model, images, rows, torch.zeros(4, 5), CaptionConfig())["caption"]

    before = total()
    before.backward()
    optimizer.step()
    assert total() < before


def test_beams_are_the_same_in_a_batch_and_alone(model: Captioner) -> None:
    features = torch.randn(5, 4, 24)
    together = beam_search(model.decoder, features, num_beams=3, max_words=6, length_exponent=0.7)
    for index in range(5):
        alone = beam_search(model.decoder, features[index : index + 1], num_beams=3, max_words=6, length_exponent=0.7)
        assert torch.equal(together[index], alone[0])


def test_wide_beam_finds_the_best_of_all_sentences(model: Captioner) -> None:
    """Three words at most and seven that may be said: every sentence can be scored."""
    features = torch.randn(1, 4, 24)
    model.decoder.bias.data[END] = 1.0
    found = beam_search(model.decoder, features, num_beams=400, max_words=3, length_exponent=0.7)[0]
    sayable = range(UNKNOWN + 1, CONFIG.vocabulary)
    bodies = [[], *[[a] for a in sayable], *[[a, b] for a in sayable for b in sayable]]
    sentences = [[*body, END] for body in bodies]

    def score(sentence: list[int]) -> float:
        tokens, counts, _, targets = pack([[START, *sentence]])
        logits, _ = model.decoder(features, tokens, counts)
        log_probs = torch.log_softmax(logits, 1).gather(1, targets[:, None])
        return float(log_probs.sum()) / len(sentence) ** 0.7

    best = max(sentences, key=score)
    if END in found.tolist():
        assert [word for word in found.tolist() if word != PAD] == best


def test_sampled_sentences_stop_at_end(model: Captioner) -> None:
    model.decoder.bias.data[END] = 3.0
    features = torch.randn(20, 4, 24)
    drawn = sample(model.decoder, features, max_words=6, temperature=1.0, generator=torch.Generator().manual_seed(1))
    for row in drawn.tolist():
        after = row[row.index(END) + 1 :] if END in row else []
        assert all(word == PAD for word in after)
        assert not {START, UNKNOWN} & set(row)


def test_saved_weights_give_equal_output(model: Captioner, tmp_path) -> None:
    images = torch.randn(1, 3, 64, 64)
    save(tmp_path / "x.pt", {"average": model.state_dict(), "config": dataclasses.asdict(CONFIG)})
    again = build_model(load(tmp_path / "x.pt"))
    assert torch.equal(encode(model, images), encode(again, images))


def test_classifier_gives_one_value_a_class() -> None:
    assert Classifier(CONFIG, 7)(torch.randn(2, 3, 64, 64)).shape == (2, 7)

"""The whole recipe: classes, captions, reward, scorer, files to ship. Each stage leaves a checkpoint."""

from __future__ import annotations

import dataclasses
import json
import logging
import shutil
from pathlib import Path

import torch

from mlval.im2txt.caption import build_model, learn_captions
from mlval.im2txt.config import Config, ScorerConfig
from mlval.im2txt.export import export_captioner, export_scorer
from mlval.im2txt.history_plot import plot_history
from mlval.im2txt.loop import load
from mlval.im2txt.model import Captioner
from mlval.im2txt.pretrain import pretrain
from mlval.im2txt.scorer import Scorer, learn_scorer
from mlval.im2txt.scst import learn_reward

logger = logging.getLogger(__name__)


def train(config: Config, data: Path, out: Path, pretrain_data: Path | None, *, resume: bool) -> None:
    """Run all stages into `out`; with `resume`, finished ones are skipped and a broken one goes on.

    Leaves config.json, history.json, history.png, a checkpoint a stage, and `captioner/` and `scorer/`
    in the service's format. Raises FileExistsError when `out` holds a run and `resume` is False.
    """
    if not resume and any(out.glob("*.pt")):
        raise FileExistsError(f"{out} holds a run: pass --resume, or another --out")
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(config.threads)
    (out / "config.json").write_text(json.dumps(dataclasses.asdict(config), indent=2) + "\n")
    pretrained = pretrain(config, pretrain_data, out, resume=resume) if pretrain_data else None
    learn_captions(config, data, out, pretrained, resume=resume)
    learn_reward(config, data, out, resume=resume)
    learn_scorer(config, data, out, resume=resume)
    plot_history(out / "history.json", out / "history.png")
    export(config, out, "reward.pt", out / "captioner", out / "scorer", version="local")


def finished_model(run: Path, checkpoint: str, blend: float) -> Captioner:
    """The captioner of a run, for use; of `reward.pt`, its weights blended with those it began with."""
    model = build_model(load(run / checkpoint))
    if checkpoint == "reward.pt" and blend < 1:
        before = build_model(load(run / "caption.pt"))
        with torch.no_grad():
            for own, older in zip(model.parameters(), before.parameters(), strict=True):
                own.copy_(older.lerp(own, blend))
    return model


def export(config: Config, run: Path, checkpoint: str, captioner: Path, scorer: Path, *, version: str) -> None:
    """Write the folders that the services read, from the checkpoints of a run.

    `checkpoint` is `reward.pt`, or `caption.pt` for a run that is not finished; without `scorer.pt`
    no scorer is written.
    """
    export_captioner(
        finished_model(run, checkpoint, config.reward.blend),
        captioner,
        version=version,
        image_size=config.caption.eval_size,
        num_beams=config.num_beams,
        length_exponent=config.length_exponent,
    )
    shutil.copyfile(run / "vocabulary.json", captioner / "vocabulary.json")
    if (run / "scorer.pt").exists():
        stored = load(run / "scorer.pt")
        settings = ScorerConfig(**stored["scorer"])
        model = build_model(load(run / "caption.pt")).config
        towers = Scorer(model, settings, len(stored["words"]))
        towers.load_state_dict(stored["average"])
        export_scorer(towers, stored["words"], scorer, version=version, settings=settings)

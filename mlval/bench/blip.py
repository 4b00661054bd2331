"""BLIP of true size against transformers, in one run on the same pictures: time, memory, and what is said.

    python -m mlval.bench.blip [--size large] [--folder FOLDER] [--pictures 5] [--parity 20] [--threads 2]
                               [--sides transformers int8]
    python -m mlval.bench.blip --device cuda [--batches 1 8 32]

Random weights: the sizes count, not the words. Each line is a process of its own, so that its memory is its own, and
loads from files that were read before. Timed are captions of 20 tokens with 3 beams; ratios are to transformers,
eager, float32. CPU seconds say what a machine that has other work to do could give; what the machine can do at most
is measured before, and held against what a caption takes. --parity compares the captions of so many pictures, which
end where they end, greedily and with 3 beams. --device measures both runtimes in batches.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mlval.bench.blip_batches import BATCHES, print_batches
from mlval.bench.blip_parity import Said, print_parity
from mlval.bench.processes import MB, ROOT, peak_rss_bytes

if TYPE_CHECKING:  # it imports onnx, which would count in the memory of what is measured
    from mlval.bench.machine import Machine

SIDES = ("transformers", "fp32", "int8")
TOKENS, BEAMS = 20, 3
# Size -> kind of mlval.random_weights.
KINDS = {"base": "blip-huggingface", "large": "blip-large"}

# What is asked of a side: a picture, beams, whether to say all the tokens.
Say = Callable[[Any, int, bool], Said]


def measure_here(side: str, folder: Path, pictures: int, parity: int, threads: int) -> dict[str, Any]:
    """In this process: load, the first caption, those after it, the peak of memory; then what is said."""
    from service.common.check_pictures import check_pictures

    images = check_pictures(max(pictures + 1, parity), size=640)
    started = time.perf_counter()
    say, look = (_open_theirs if side == "transformers" else _open_ours)(side, folder, threads)
    load_s = time.perf_counter() - started
    seconds, cpu_seconds = [], []
    for image in images[: pictures + 1]:
        began, cpu_began = time.perf_counter(), time.process_time()
        say(image, BEAMS, True)
        seconds.append(time.perf_counter() - began)
        cpu_seconds.append(time.process_time() - cpu_began)
    peak = peak_rss_bytes() / MB
    if parity:
        np.save(folder / f"{side}.npy", np.concatenate([look([image]) for image in images[:parity]]))
    return {
        "load_s": load_s,
        "first_s": load_s + seconds[0],
        "warm_s": statistics.median(seconds[1:]),
        "best_s": min(seconds[1:]),
        "cpu_s": statistics.median(cpu_seconds[1:]),
        "peak_mb": peak,
        "greedy": [say(image, 1, False) for image in images[:parity]],
        "beams": [say(image, BEAMS, False) for image in images[:parity]],
    }


def _open_ours(side: str, folder: Path, threads: int) -> tuple[Say, Callable[[list[Any]], Any]]:
    from service.common.options import CaptionOptions
    from service.common.transformer_captioner import TransformerCaptioner

    short = TransformerCaptioner("cpu", threads)
    short.load(folder / side)

    def say(image: Any, beams: int, whole: bool) -> Said:
        short.at_least(TOKENS if whole else 1)
        best = short.beams([image], CaptionOptions(num_beams=beams, max_words=TOKENS))[0][0]
        return Said(best.ids, best.log_probs, ())

    return say, short.features


def _open_theirs(side: str, folder: Path, threads: int) -> tuple[Say, Callable[[list[Any]], Any]]:
    import torch
    from transformers import BlipForConditionalGeneration
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    source = folder / "source"
    model: Any = BlipForConditionalGeneration.from_pretrained(source, attn_implementation="eager").eval()
    processor = BlipImageProcessorPil.from_pretrained(source)
    prompt = json.loads((folder / "fp32" / "config.json").read_text(encoding="utf-8"))["prompt"]
    end = model.config.text_config.sep_token_id

    def pixels(images: list[Any]) -> Any:
        return processor(images, return_tensors="pt")["pixel_values"]

    def say(image: Any, beams: int, whole: bool) -> Said:
        found = model.generate(
            pixels([image]),
            input_ids=torch.tensor([[*prompt, end]]),
            num_beams=beams,
            # The second caption only to say by how much the first is better.
            num_return_sequences=1 if whole else min(beams, 2),
            max_new_tokens=TOKENS,
            min_new_tokens=TOKENS if whole else 1,
            return_dict_in_generate=True,
            output_scores=True,
            output_logits=True,
        )
        ids = found.sequences[0, len(prompt) :].tolist()
        ids = ids[: ids.index(end) + 1] if end in ids else ids
        if beams > 1:
            return Said(ids, (), () if whole else (float(found.sequences_scores[0] - found.sequences_scores[1]),))
        best = [step[0].topk(2).values for step in found.scores[: len(ids)]]
        log_probs = [float(torch.log_softmax(step[0], -1)[id_]) for step, id_ in zip(found.logits, ids, strict=False)]
        return Said(ids, log_probs, [float(first - second) for first, second in best])

    return say, lambda images: model.vision_model(pixels(images)).last_hidden_state.numpy()


def measure_apart(side: str, folder: Path, pictures: int, parity: int, threads: int) -> dict[str, Any]:
    """The same in a fresh process."""
    case = json.dumps([side, str(folder), pictures, parity, threads])
    ended = subprocess.run(
        [sys.executable, "-m", "mlval.bench.blip", "--case", case],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)},
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return figures


def prepare(folder: Path, size: str) -> None:
    """The source and both folders of graphs, each made once."""
    from mlval.random_weights.__main__ import make
    from service.blip.convert import read_huggingface, write_folder, write_torch_files
    from service.blip.graphs import Blip
    from service.common.state_dict import StateDict

    source_folder = make(KINDS[size], folder / "source")
    for precision in ("fp32", "int8"):
        if not (folder / precision / "config.json").exists():
            (folder / precision).mkdir()
            source = read_huggingface(source_folder)
            model = Blip.read(StateDict(source.tensors), source.architecture)
            write_folder(folder / precision, source, model, int8=precision == "int8")
            if precision == "fp32":
                write_torch_files(folder / precision, source)


def print_table(found: dict[str, dict[str, Any]]) -> None:
    """One line for each side, with the ratio to the first."""
    titles = {
        "warm_s": "caption s",
        "best_s": "best s",
        "cpu_s": "CPU s",
        "load_s": "load s",
        "first_s": "load + caption s",
        "peak_mb": "peak RSS MB",
    }
    print(f"{'':13}" + "".join(f"{title:>20}" for title in titles.values()))
    base = next(iter(found.values()))
    for side, own in found.items():
        cells = [f"{own[name]:10.2f} ({base[name] / own[name]:5.2f} x)" for name in titles]
        print(f"{side:13}" + "".join(f"{cell:>20}" for cell in cells), flush=True)


def print_bounds(folder: Path, machine: Machine, found: dict[str, dict[str, Any]]) -> None:
    """What our captions take at least on this machine, and how near they come."""
    from mlval.bench.blip_work import Work
    from service.blip.architecture import read_architecture

    config = json.loads((folder / "source" / "config.json").read_text(encoding="utf-8"))
    work = Work.of(read_architecture(config), TOKENS, BEAMS)
    print(work)
    for side in [side for side in found if side != "transformers"]:
        picture, tokens = work.least_s(machine, int8=side == "int8")
        best = found[side]["best_s"]
        ratio = best / (picture + tokens)
        print(f"  {side}: {picture:.2f} s + {tokens:.2f} s at these speeds, the best {best:.2f} s ({ratio:.1f} x)")


def compare(folder: Path, arguments: argparse.Namespace) -> None:
    """Measure each side, and print what was found."""
    from mlval.bench.machine import measure_machine

    print(f"BLIP {arguments.size}, random weights, {arguments.threads} threads, load {os.getloadavg()[0]:.1f}")
    machine = measure_machine(arguments.threads)
    print(machine, flush=True)
    found = {}
    for side in arguments.sides:
        found[side] = measure_apart(side, folder, arguments.pictures, arguments.parity, arguments.threads)
        print(f"{side} done", file=sys.stderr, flush=True)
    print_table(found)
    print_bounds(folder, machine, found)
    if arguments.parity:
        print_parity(folder, found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=KINDS, default="base")
    parser.add_argument("--folder", type=Path, help="where the models are kept for the next run (2.2 GB; large: 4.3)")
    parser.add_argument("--pictures", type=int, default=5)
    parser.add_argument("--parity", type=int, default=20)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=SIDES)
    parser.add_argument("--device", choices=("cpu", "cuda"), help="measure both runtimes there, in batches, instead")
    parser.add_argument("--batches", type=int, nargs="+", default=list(BATCHES))
    parser.add_argument("--case", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        side, folder, *numbers = json.loads(arguments.case)
        print(json.dumps(measure_here(side, Path(folder), *numbers)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = (arguments.folder or Path(scratch)).resolve()
        prepare(folder, arguments.size)
        if arguments.device:
            print(f"BLIP {arguments.size}, random weights, on {arguments.device}, load {os.getloadavg()[0]:.1f}")
            print_batches(folder / "fp32", arguments.device, arguments.batches, TOKENS)
            return
        compare(folder, arguments)


if __name__ == "__main__":
    main()

"""How fast and how large CLIP ViT-B/32 is, against transformers, in one run on the same pictures and texts.

    python -m mlval.bench.clip [--folder FOLDER] [--repeats 10] [--threads 2]

Random weights: the shapes count, not the scores. Each line is a process of its own, so that its memory is its
own. Times are medians of the calls after the first; pictures come decoded, and each side prepares them with its
own code. Ratios are to transformers, eager, float32. CPU time says what a machine without other work would do:
threads that wait for each other lose most on a busy one.
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
from typing import Any

from mlval.bench.processes import MB, ROOT, peak_rss_bytes
from service.common.memory import rss_bytes

SIDES = ("transformers", "float32", "int8")
TEXTS = [
    "a brown dog runs through the grass with a stick in its mouth",
    "two children play on the beach",
    "a man in a red jacket climbs a rock",
    "a street with cars at night",
    "people sit at a table and eat",
]
_BATCH = 8

Embed = Callable[[list[Any]], Any]


def measure_here(side: str, folder: Path, repeats: int, threads: int) -> dict[str, float]:
    """In this process: load, first score, the scores after it, pictures by eight, and the memory."""
    before = time.perf_counter()
    images, texts = _open(side, folder, threads)
    load_s = time.perf_counter() - before
    from service.common.check_pictures import check_pictures

    pictures = check_pictures(_BATCH, size=640)
    return {
        "load_s": load_s,
        "first_ms": _milliseconds(lambda: (images(pictures[:1]), texts(TEXTS)), 1)[0],
        **_both("image", lambda: images(pictures[:1]), repeats, 1),
        **_both("batch", lambda: images(pictures), max(2, repeats // 4), _BATCH),
        **_both("texts", lambda: texts(TEXTS), repeats, 1),
        "rss_mb": rss_bytes([os.getpid()]) / MB,
        "peak_mb": peak_rss_bytes() / MB,
    }


def _open(side: str, folder: Path, threads: int) -> tuple[Embed, Embed]:
    """Two functions: vectors of pictures, vectors of texts."""
    if side != "transformers":
        from service.clip_score.engine import Engine

        engine = Engine(device="cpu", threads=threads)
        engine.load(folder / side)
        return engine.embed_images, engine.embed_texts
    import torch
    from transformers import CLIPImageProcessorPil, CLIPModel, CLIPTokenizer

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    source = folder / "source"
    model = CLIPModel.from_pretrained(source, attn_implementation="eager").eval()
    processor, tokenizer = CLIPImageProcessorPil.from_pretrained(source), CLIPTokenizer.from_pretrained(source)

    def images(pictures: list[Any]) -> Any:
        return model.get_image_features(**processor(pictures, return_tensors="pt"))

    def texts(lines: list[str]) -> Any:
        return model.get_text_features(**tokenizer(lines, padding=True, truncation=True, return_tensors="pt"))

    return images, texts


def _both(name: str, call: Callable[[], object], repeats: int, count: int) -> dict[str, float]:
    wall, cpu = _milliseconds(call, repeats)
    return {f"{name}_ms": wall / count, f"{name}_cpu_ms": cpu / count}


def _milliseconds(call: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Medians of the time on the clock and of that of all cores."""
    seconds, cpu_seconds = [], []
    for _ in range(repeats):
        started, cpu_started = time.perf_counter(), time.process_time()
        call()
        seconds.append(time.perf_counter() - started)
        cpu_seconds.append(time.process_time() - cpu_started)
    return statistics.median(seconds) * 1000, statistics.median(cpu_seconds) * 1000


def measure_apart(side: str, folder: Path, repeats: int, threads: int) -> dict[str, float]:
    """The same in a fresh process."""
    ended = subprocess.run(
        [sys.executable, "-m", "mlval.bench.clip", "--case", json.dumps([side, str(folder), repeats, threads])],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)},
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return figures


def prepare(folder: Path) -> None:
    """The source and both converted folders, each made once."""
    from mlval.random_weights.__main__ import make
    from service.clip_score.convert import convert_clip

    source = make("clip-huggingface", folder / "source")
    for precision in ("float32", "int8"):
        target = folder / precision
        if not (target / "report.json").exists():
            target.mkdir(exist_ok=True)
            report = convert_clip(source, target, lambda *_: None, precision=precision)
            (target / "report.json").write_text(json.dumps(report), encoding="utf-8")


def print_table(folder: Path, repeats: int, threads: int) -> None:
    """One line for each side, then what the conversion said of int8."""
    print(f"CLIP ViT-B/32, random weights, {threads} threads, load {os.getloadavg()[0]:.1f}")
    names = {
        "image_ms": "1 image ms",
        "image_cpu_ms": "CPU ms",
        "batch_ms": f"of {_BATCH} ms",
        "batch_cpu_ms": "CPU ms",
        "texts_ms": f"{len(TEXTS)} texts ms",
        "texts_cpu_ms": "CPU ms",
        "load_s": "load s",
        "rss_mb": "RSS MB",
        "peak_mb": "peak MB",
    }
    print(f"{'':13}" + "".join(f"{title:>18}" for title in names.values()))
    base: dict[str, float] = {}
    for side in SIDES:
        found = measure_apart(side, folder, repeats, threads)
        base = base or found
        cells = [f"{found[name]:.1f} ({base[name] / found[name]:.1f} x)" for name in names]
        print(f"{side:13}" + "".join(f"{cell:>18}" for cell in cells), flush=True)
    report = json.loads((folder / "int8" / "report.json").read_text(encoding="utf-8"))
    print(f"int8 against float32, least cosine: images {report['image_cosine']:.4f}, texts {report['text_cosine']:.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the models are kept for the next run (1.4 GB)")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--case", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        side, folder, repeats, threads = json.loads(arguments.case)
        print(json.dumps(measure_here(side, Path(folder), repeats, threads)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = (arguments.folder or Path(scratch)).resolve()
        prepare(folder)
        print_table(folder, arguments.repeats, arguments.threads)


if __name__ == "__main__":
    main()

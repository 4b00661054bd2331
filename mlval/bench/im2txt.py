"""How fast the captioner is, and how much memory it takes.

    python -m mlval.bench.im2txt [--model FOLDER] [--repeats 20]

Each line of the table is a process of its own, so that its memory is its own. Times are medians
of the calls after the first, decoding of the JPEG not included; ratios are to the first line. The
best call and the CPU time say what a machine that has other work to do could give.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from mlval.bench.processes import MB, ROOT, photo, running
from service.common.memory import rss_bytes

BUNDLED = ROOT / "service" / "im2txt" / "bundled"
CASES = [(batch, beams, threads) for threads in (1, 2) for batch in (1, 16) for beams in (1, 3)]
PHOTO_SIZE = (640, 480)


def measure_here(folder: Path, batch: int, beams: int, threads: int, repeats: int) -> dict[str, float]:
    """In this process: load, first call, the calls after it, and the memory after that."""
    started = time.perf_counter()
    from service.common.images import decode_image
    from service.im2txt.engine import CaptionOptions, Engine

    engine = Engine(device="cpu", threads=threads)
    engine.load(folder)
    load_s = time.perf_counter() - started
    images = [decode_image(photo(seed, PHOTO_SIZE), max_pixels=10**8) for seed in range(batch)]
    options = CaptionOptions(num_beams=beams)
    seconds, cpu_seconds = [], []
    for _ in range(repeats + 1):
        started, cpu_started = time.perf_counter(), time.process_time()
        engine.caption(images, options)
        seconds.append(time.perf_counter() - started)
        cpu_seconds.append(time.process_time() - cpu_started)
    return {
        "load_s": load_s,
        "ms_per_caption": statistics.median(seconds[1:]) * 1000 / batch,
        "best_ms": min(seconds[1:]) * 1000 / batch,
        "cpu_ms": statistics.median(cpu_seconds[1:]) * 1000 / batch,
        "rss_mb": rss_bytes([os.getpid()]) / MB,
    }


def measure_apart(folder: Path, batch: int, beams: int, threads: int, repeats: int) -> dict[str, float]:
    """The same in a fresh process."""
    case = json.dumps([str(folder), batch, beams, threads, repeats])
    ended = subprocess.run(
        [sys.executable, "-m", "mlval.bench.im2txt", "--case", case],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)},
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: dict[str, float] = json.loads(ended.stdout)
    return figures


def measure_service(folder: Path, repeats: int) -> dict[str, float]:
    """Over HTTP: the first caption of an idle service, and the ones after it, greedy."""
    model, environment = "bundled", {}
    if folder != BUNDLED:
        model, environment = folder.name, {"WEIGHTS_DIR": str(folder.parent)}
    image = photo(0, PHOTO_SIZE)
    with running("im2txt", model, **environment) as service:
        first, warm = [], []
        for _ in range(5):
            first.append(_seconds_of(service, image))
            warm += [_seconds_of(service, image) for _ in range(repeats // 5 + 1)]
            rss = service.rss_mb()
            service.unload()
    return {
        "first_ms": statistics.median(first) * 1000,
        "warm_ms": statistics.median(warm) * 1000,
        "rss_mb": rss,
    }


def _seconds_of(service: Any, image: bytes) -> float:
    started = time.perf_counter()
    service.caption(image, num_beams=1).raise_for_status()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=BUNDLED, help="a model folder of format 1")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--case", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        folder, *numbers = json.loads(arguments.case)
        print(json.dumps(measure_here(Path(folder), *numbers)))
        return
    folder = arguments.model.resolve()
    if not (folder / "config.json").is_file():
        raise SystemExit(f"{folder} holds no model.")
    print_table(folder, arguments.repeats)


def print_table(folder: Path, repeats: int) -> None:
    """One line for each case, then the service."""
    print(f"{folder}, {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}")
    print("threads  batch  beams   ms/caption   ratio    best ms   CPU ms   load s   RSS MB")
    base = None
    for batch, beams, threads in CASES:
        found = measure_apart(folder, batch, beams, threads, repeats)
        base = base or found["ms_per_caption"]
        print(
            f"{threads:7d} {batch:6d} {beams:6d} {found['ms_per_caption']:12.1f} {found['ms_per_caption'] / base:7.2f} "
            f"{found['best_ms']:10.1f} {found['cpu_ms']:8.1f} {found['load_s']:8.2f} {found['rss_mb']:8.0f}",
            flush=True,
        )
    service = measure_service(folder, repeats)
    print(
        f"service, greedy: warm {service['warm_ms']:.1f} ms, first after idle {service['first_ms']:.0f} ms "
        f"({service['first_ms'] / service['warm_ms']:.1f} x), RSS {service['rss_mb']:.0f} MB"
    )


if __name__ == "__main__":
    main()

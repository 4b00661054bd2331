"""What a rewrite costs: with the model loaded and its system text kept, and without.

    python -m mlval.bench.llm [--model FILE.gguf] [--answer-tokens 32] [--repeats 3] [--threads N]

Without --model, a model of 1.1 billion random parameters is made (0.6 GB, in a temporary folder).
Five ways to answer the same kind of request, a fixed system text and short facts that differ:

- loading for each request: a new `llama_cpp.Llama` each time, as LibrePhotos did in 2024;
- the service, first request of all: its model is loaded and everything computed;
- the service, another system text each time: the model is loaded, the prompt computed;
- the service after its idle time: the model is gone, what it kept is in a file;
- the service, second request: only what differs is computed.

Times are medians; ratios are to loading for each request.
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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from mlval.bench.processes import MB, ROOT, RunningService, running

# Three quarters of the prompt never change, as in the product.
SYSTEM = (
    "You rewrite a plain photo caption into one natural sentence for a family album. Use only what the "
    "caption and the facts say. Never guess a name, a place or a feeling. Keep what people do. Do not "
    "mention the photo, the caption or these rules. "
) * 3
FACTS = "Caption: a man and a dog on a beach. People: {name}. Place: Lisbon, Portugal. Date: 3 May {year}. Tags: sea."


@dataclass(frozen=True)
class Figures:
    """Of one request."""

    prompt_tokens: int
    evaluated_tokens: int
    first_token_s: float
    total_s: float


def messages(number: int, system: str = SYSTEM) -> list[dict[str, str]]:
    facts = FACTS.format(name=("Ana", "Bruno", "Carla", "Davi")[number % 4], year=2000 + number)
    return [{"role": "system", "content": system}, {"role": "user", "content": facts}]


def load_for_each(path: Path, answer_tokens: int, repeats: int, threads: int) -> Iterator[Figures]:
    """In this process; the first token's time counts from before the loading."""
    import llama_cpp

    from service.llm.native import load_backends

    load_backends()
    for number in range(repeats):
        started = time.perf_counter()
        model = llama_cpp.Llama(str(path), n_ctx=4096, n_threads=threads, n_threads_batch=threads, verbose=False)
        stream = model.create_chat_completion(messages(number), max_tokens=answer_tokens, temperature=0, stream=True)
        first, prompt_tokens = 0.0, 0
        for piece in stream:
            if not first and piece["choices"][0]["delta"].get("content"):
                first, prompt_tokens = time.perf_counter() - started, model.n_tokens
        yield Figures(prompt_tokens, prompt_tokens, first, time.perf_counter() - started)
        model.close()


def ask(service: RunningService, number: int, answer_tokens: int, system: str = SYSTEM) -> Figures:
    """Over HTTP. First token: also what loading took before it."""
    request = {"model": service.model, "messages": messages(number, system), "max_tokens": answer_tokens}
    started = time.perf_counter()
    response = requests.post(f"{service.url}/generate", json=request, timeout=3600)
    total_s = time.perf_counter() - started
    response.raise_for_status()
    times: dict[str, Any] = response.json()["timings"]
    first_token_s = times["queue_s"] + times["load_s"] + times["first_token_s"]
    return Figures(times["prompt_tokens"], times["evaluated_tokens"], first_token_s, total_s)


def measure_service(
    path: Path, answer_tokens: int, repeats: int, threads: int
) -> tuple[dict[str, list[Figures]], float]:
    """The four ways of the service, and its resident megabytes."""
    found: dict[str, list[Figures]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(repeats):
            environment = {
                "WEIGHTS_DIR": str(path.parent.parent),
                "PREFIX_DIR": f"{folder}/{number}",
                "THREADS": str(threads),
                "REQUEST_TIMEOUT_S": "3600",
                "IDLE_TIMEOUT_S": "3600",
            }
            with running("llm", path.parent.name, **environment) as service:

                def note(way: str, figures: Figures) -> None:
                    found.setdefault(way, []).append(figures)

                note("service, first of all", ask(service, 0, answer_tokens))
                service.unload()
                note("service, after idle", ask(service, 1, answer_tokens))
                note("service, second request", ask(service, 2, answer_tokens))
                note("service, other system text", ask(service, 3, answer_tokens, f"Be kind. {number} {SYSTEM}"))
                rss_mb = service.rss_mb()
    return found, rss_mb


def measure_apart(path: Path, answer_tokens: int, repeats: int, threads: int) -> list[Figures]:
    """Loading for each request, in a fresh process."""
    case = json.dumps([str(path), answer_tokens, repeats, threads])
    ended = subprocess.run(
        [sys.executable, "-m", "mlval.bench.llm", "--case", case], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    return [Figures(**one) for one in json.loads(ended.stdout)]


def print_table(path: Path, answer_tokens: int, repeats: int, threads: int) -> None:
    size_mb = path.stat().st_size / MB
    print(f"{path.name}, {size_mb:.0f} MB, {threads} threads, load {os.getloadavg()[0]:.1f}")
    print(f"answers of {answer_tokens} tokens, medians of {repeats}")
    print("                              prompt  computed   first token s   ratio    total s   ratio")
    base = _print_line("loading for each request", measure_apart(path, answer_tokens, repeats, threads), None)
    found, rss_mb = measure_service(path, answer_tokens, repeats, threads)
    for way, figures in found.items():
        _print_line(way, figures, base)
    print(f"service with the model: {rss_mb:.0f} MB resident, {rss_mb / size_mb:.2f} x the file")


def _print_line(way: str, figures: list[Figures], base: Figures | None) -> Figures:
    def median(of: Callable[[Figures], float]) -> float:
        return statistics.median(map(of, figures))

    middle = Figures(
        int(median(lambda one: one.prompt_tokens)),
        int(median(lambda one: one.evaluated_tokens)),
        median(lambda one: one.first_token_s),
        median(lambda one: one.total_s),
    )
    first, total = base or middle, base or middle
    print(
        f"{way:28s} {middle.prompt_tokens:7d} {middle.evaluated_tokens:9d} {middle.first_token_s:15.2f} "
        f"{first.first_token_s / middle.first_token_s:7.1f} {middle.total_s:10.2f} "
        f"{total.total_s / middle.total_s:7.1f}",
        flush=True,
    )
    return middle


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="a GGUF, in a folder with its model's id")
    parser.add_argument("--answer-tokens", type=int, default=32)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--case", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        path, *numbers = json.loads(arguments.case)
        print(json.dumps([vars(one) for one in load_for_each(Path(path), *numbers)]))
        return
    if arguments.model is not None:
        print_table(arguments.model.resolve(), arguments.answer_tokens, arguments.repeats, arguments.threads)
        return
    from mlval.random_gguf import LARGE_NAME
    from mlval.random_weights.__main__ import make

    with tempfile.TemporaryDirectory() as folder:
        path = make("gguf", Path(folder) / "random") / LARGE_NAME
        print_table(path, arguments.answer_tokens, arguments.repeats, arguments.threads)


if __name__ == "__main__":
    main()

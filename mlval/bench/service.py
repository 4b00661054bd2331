"""What a service promises of memory, crashes and overload, measured on real processes.

python -m mlval.bench.service [--model ID] [--weights-dir DIR] [--rounds 20]
"""

from __future__ import annotations

import argparse
import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from mlval.bench.processes import RunningService, photo, running

CALLERS, PLACES = 50, 8


def measure_unload(service: RunningService, rounds: int) -> None:
    """RSS of all processes before the first load, with the model, and after each unload."""
    before = service.rss_mb()
    loaded, after, seconds = [], [], []
    for _ in range(rounds):
        service.caption(photo()).raise_for_status()
        loaded.append(service.rss_mb())
        started = time.perf_counter()
        service.unload()
        seconds.append(time.perf_counter() - started)
        after.append(service.rss_mb())
    print(f"unload    before the first load        {before:8.1f} MB")
    print(f"          with the model               {max(loaded):8.1f} MB  ({max(loaded) / before:.2f} x)")
    print(f"          after unload, round 1        {after[0]:8.1f} MB  ({after[0] - before:+.1f} MB)")
    print(f"          after unload, round {rounds:<8d} {after[-1]:8.1f} MB  ({after[-1] - before:+.1f} MB; limit +15)")
    print(f"          unloading takes              {max(seconds) * 1000:8.0f} ms at most")


def measure_idle(service: RunningService, idle_timeout_s: float) -> None:
    """From the last answer until the model process has gone by itself."""
    service.caption(photo()).raise_for_status()
    started = time.perf_counter()
    while service.model_pid() is not None:
        time.sleep(0.02)
    print(
        f"idle      model gone after             {time.perf_counter() - started:8.2f} s  (limit {idle_timeout_s:g} s)"
    )


def measure_crash(service: RunningService) -> None:
    """kill -9 of the model process under a request, and the request after it."""
    service.caption(photo()).raise_for_status()
    pid = service.model_pid()
    if pid is None:
        raise SystemExit("The model process is not there.")
    os.kill(pid, signal.SIGSTOP)  # so that even a fast model still has the request in hand
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(service.caption, photo())
        time.sleep(0.5)
        started = time.perf_counter()
        os.kill(pid, signal.SIGKILL)
        status = answer.result().status_code
        answered_ms = (time.perf_counter() - started) * 1000
    started = time.perf_counter()
    following = service.caption(photo()).status_code
    following_ms = (time.perf_counter() - started) * 1000
    print(f"crash     request in hand              {status:8d}     after {answered_ms:.0f} ms (wanted: 503)")
    print(f"          next request                 {following:8d}     after {following_ms:.0f} ms (wanted: 200)")


def measure_overload(service: RunningService) -> None:
    """CALLERS at once on PLACES: only 200, or 503 with Retry-After."""
    service.caption(photo()).raise_for_status()
    image = photo()
    started = time.perf_counter()
    with ThreadPoolExecutor(CALLERS) as pool:
        # Different seeds are different requests, which do not share a batch.
        answers = list(pool.map(lambda seed: service.caption(image, seed=seed), range(CALLERS)))
    seconds = time.perf_counter() - started
    counts = Counter(answer.status_code for answer in answers)
    bare = sum(answer.status_code == 503 and "Retry-After" not in answer.headers for answer in answers)
    print(f"overload  {CALLERS} at once on {PLACES} places     {dict(sorted(counts.items()))} in {seconds:.2f} s")
    print(f"          503 without Retry-After      {bare:8d}     (wanted: 0)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--weights-dir", default="data/weights")
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    with running("im2txt", arguments.model, WEIGHTS_DIR=arguments.weights_dir, IDLE_TIMEOUT_S="600") as service:
        measure_unload(service, arguments.rounds)
        measure_crash(service)
    with running("im2txt", arguments.model, WEIGHTS_DIR=arguments.weights_dir, IDLE_TIMEOUT_S="1") as service:
        measure_idle(service, 1.0)
    with running(
        "im2txt", arguments.model, WEIGHTS_DIR=arguments.weights_dir, QUEUE_SIZE=str(PLACES), MAX_BATCH="1"
    ) as service:
        measure_overload(service)


if __name__ == "__main__":
    main()

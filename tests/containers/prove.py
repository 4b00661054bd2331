"""The proof that the containers work: `make test-containers`, or parts of it: python -m tests.containers.prove STEP …

Everything runs for real: the images, the compose file, and a person at port 3000. The transcript goes to standard
output; a step that fails ends the run with 1. Needs what tests/containers/run.sh prepares.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.containers import checks, library, lint, models, restarts, upgrade
from tests.containers.world import World

STEPS: dict[str, Callable[[World], None]] = {
    "lint": lint.lint,
    "prepare twice": checks.prepare_twice,
    "up": checks.up,
    "main job": checks.main_job,
    "kinds of files": checks.kinds_of_files,
    "library": library.library,
    "hardening": checks.hardening,
    "network": checks.network,
    "model services": models.model_services,
    "memory": checks.memory,
    "restarts": restarts.restarts,
    "backup": upgrade.backup,
    "redis": checks.redis,
    "upgrade": upgrade.upgrade,
    "logs": checks.logs,
}


def main() -> int:
    wanted = tuple(sys.argv[1:]) or tuple(STEPS)
    project = os.environ.get("PROJECT", "lpproof")
    world = World(project, work=Path(os.environ["ENGINE_DIR"]) / project, tag=os.environ.get("TAG", "proof"))
    failed = False
    started = time.monotonic()
    try:
        for name in wanted:
            print(f"\n== {name}", flush=True)
            step_started = time.monotonic()
            try:
                STEPS[name](world)
            except Exception:  # noqa: BLE001 - a step may fail in any way; the transcript says how, and what runs is cleared away
                traceback.print_exc(file=sys.stdout)
                failed = True
                break
            print(f"   ok, {time.monotonic() - step_started:.0f} s", flush=True)
    finally:
        if not os.environ.get("KEEP"):
            world.clear()
    print(f"\n{'FAILED' if failed else 'All steps passed'} after {time.monotonic() - started:.0f} s.")
    return int(failed)


if __name__ == "__main__":
    # Who is told to end still clears away what runs.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())

"""The job worker under a process manager: `python -m librephotos.worker` runs `manage.py qcluster` and stops it well.

A process manager signals a whole process group, and django-q's cluster hangs when its inner processes get SIGTERM
beside the outer one (they die, and the outer one waits for them for ever). So the cluster gets a group of its own and
only its first process is told to stop.
"""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
STOP_WITHIN_S = 4.0
"""Less than the 5 s after which honcho kills; a job that is cut off is queued again, see api.actions.jobs."""
PR_SET_PDEATHSIG = 1


def main() -> int:
    cluster = subprocess.Popen(
        [sys.executable, "manage.py", "qcluster"], cwd=ROOT, start_new_session=True, preexec_fn=_end_with_parent
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        cluster.terminate()
        signal.alarm(int(STOP_WITHIN_S))

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        os.killpg(cluster.pid, signal.SIGKILL)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGALRM, give_up)
    return cluster.wait()


def _end_with_parent() -> None:
    """Have Linux tell the cluster to stop when this process is killed; elsewhere it would be left running."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())

"""Locks between processes: places in use, the turn, and holders that die."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from api.lib.turns import Turns
from tests.processes import ROOT

HOLDER = """
import sys, time
from pathlib import Path
from api.lib.turns import Turns
turns = Turns(Path(sys.argv[1]))
with turns.turn(deadline=time.monotonic() + 30):
    place = turns.enter("a", 500)
    if sys.argv[2] == "place":
        pass
    else:
        print("holds", flush=True)
        time.sleep(60)
print("holds", flush=True)
time.sleep(60)
"""


def soon() -> float:
    return time.monotonic() + 30


def holder(folder: Path, what: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder), what], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"holds\n"
    return process


def test_a_place_is_in_use_until_all_have_left(tmp_path: Path) -> None:
    turns = Turns(tmp_path)
    assert turns.in_use() == {}
    with turns.turn(deadline=soon()):
        first, second = turns.enter("a", 300), turns.enter("a", 200)
        other = turns.enter("b", 1)
    assert turns.in_use() == {"a": 300, "b": 1}
    os.close(first)
    assert turns.in_use()["a"] == 300
    os.close(second)
    assert turns.in_use() == {"b": 1}
    os.close(other)
    assert turns.notes() == {"a": 300, "b": 1}
    with turns.turn(deadline=soon()):
        os.close(turns.enter("a", 100))
    assert turns.notes()["a"] == 100


def test_a_killed_process_leaves_its_place(tmp_path: Path) -> None:
    process = holder(tmp_path, "place")
    turns = Turns(tmp_path)
    assert turns.in_use() == {"a": 500}
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert turns.in_use() == {}


def test_a_killed_process_gives_up_its_turn(tmp_path: Path) -> None:
    process = holder(tmp_path, "turn")
    turns = Turns(tmp_path)
    with pytest.raises(TimeoutError), turns.turn(deadline=time.monotonic() + 0.2):
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with turns.turn(deadline=soon()):
        assert turns.in_use() == {}


def test_who_waits_may_be_called_off(tmp_path: Path) -> None:
    class Enough(Exception): ...

    def check() -> None:
        raise Enough

    turns = Turns(tmp_path)
    with turns.turn(deadline=soon()), pytest.raises(Enough), turns.turn(deadline=soon(), check=check):
        pass


def test_one_thread_at_a_time(tmp_path: Path) -> None:
    turns, inside, most = Turns(tmp_path), [], []

    def work() -> None:
        with turns.turn(deadline=soon()):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.02)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 6


def test_a_note_cut_off_half_way(tmp_path: Path) -> None:
    turns = Turns(tmp_path)
    (tmp_path / "a.place").write_text('{"needs_')
    assert turns.notes() == {"a": 0}

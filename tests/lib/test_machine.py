"""How much memory there is: machine and cgroups, both versions, with made-up folders."""

from pathlib import Path

import pytest

from api.lib.machine import Memory, machine_memory
from service.common.memory import limit_bytes

GB = 10**9


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def machine(root: Path, *, cgroup: str = "0::/\n") -> None:
    write(root / "proc/meminfo", f"MemTotal: {8 * GB // 1024} kB\nMemFree: 1 kB\nMemAvailable: {5 * GB // 1024} kB\n")
    write(root / "proc/self/cgroup", cgroup)


def look(root: Path) -> Memory:
    return machine_memory(proc=root / "proc", cgroups=root / "cgroup")


def near(left: int, right: int) -> bool:
    return abs(left - right) < 2048


def test_this_machine() -> None:
    found = machine_memory()
    assert 0 < found.free_bytes <= found.total_bytes


def test_no_cgroup(tmp_path: Path) -> None:
    machine(tmp_path)
    found = look(tmp_path)
    assert near(found.total_bytes, 8 * GB) and near(found.free_bytes, 5 * GB)
    assert found.limited_by == "machine"


def test_version_2_in_a_container(tmp_path: Path) -> None:
    machine(tmp_path)
    write(tmp_path / "cgroup/memory.max", f"{2 * GB}\n")
    write(tmp_path / "cgroup/memory.current", f"{int(1.5 * GB)}\n")
    write(tmp_path / "cgroup/memory.stat", f"anon {GB}\ninactive_file {GB // 4}\n")
    assert look(tmp_path) == Memory(2 * GB, int(0.75 * GB), "cgroup")


def test_version_2_the_tightest_above_us_counts(tmp_path: Path) -> None:
    machine(tmp_path, cgroup="0::/user.slice/photos.service\n")
    write(tmp_path / "cgroup/user.slice/photos.service/memory.max", "max\n")
    write(tmp_path / "cgroup/user.slice/memory.max", f"{3 * GB}\n")
    write(tmp_path / "cgroup/user.slice/memory.current", f"{GB}\n")
    assert look(tmp_path) == Memory(3 * GB, 2 * GB, "cgroup")


def test_version_1(tmp_path: Path) -> None:
    machine(tmp_path, cgroup="5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n")
    write(tmp_path / "cgroup/memory/memory.limit_in_bytes", f"{GB}\n")
    write(tmp_path / "cgroup/memory/memory.usage_in_bytes", f"{GB // 2}\n")
    write(tmp_path / "cgroup/memory/memory.stat", "cache 5\ntotal_inactive_file 100000000\n")
    assert look(tmp_path) == Memory(GB, GB // 2 + 100_000_000, "cgroup")


def test_version_1_without_a_limit(tmp_path: Path) -> None:
    machine(tmp_path, cgroup="4:memory:/\n")
    write(tmp_path / "cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
    assert look(tmp_path).limited_by == "machine"


def test_more_used_than_allowed_is_nothing_free(tmp_path: Path) -> None:
    machine(tmp_path)
    write(tmp_path / "cgroup/memory.max", "1000\n")
    write(tmp_path / "cgroup/memory.current", "2000\n")
    assert look(tmp_path).free_bytes == 0


def test_limits_that_do_not_concern_us(tmp_path: Path) -> None:
    machine(tmp_path)
    write(tmp_path / "cgroup/memory.max", "1000\n")
    found = machine_memory(limits=False, proc=tmp_path / "proc", cgroups=tmp_path / "cgroup")
    assert near(found.total_bytes, 8 * GB) and found.limited_by == "machine"


@pytest.mark.parametrize(
    ("group", "file", "expected"),
    [
        ("0::/\n", "memory.max", GB),
        ("0::/a/b\n", "a/memory.max", GB),
        ("4:cpu,memory:/docker/x\n", "memory/memory.limit_in_bytes", GB),
        ("0::/\n", "another", None),
    ],
)
def test_what_a_service_tells_of_its_container(tmp_path: Path, group: str, file: str, expected: int | None) -> None:
    machine(tmp_path, cgroup=group)
    write(tmp_path / "cgroup" / file, f"{GB}\n")
    assert limit_bytes(tmp_path / "proc", tmp_path / "cgroup") == expected
    write(tmp_path / "cgroup" / file, "9223372036854771712\n")
    assert limit_bytes(tmp_path / "proc", tmp_path / "cgroup") is None

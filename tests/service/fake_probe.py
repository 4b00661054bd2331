"""`python -m tests.service.fake_probe`: libraries that work, or not, as FAKE_PROBE says."""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
import time

_UD2 = b"\x0f\x0b"  # what a processor does with an instruction that it does not know, on x86-64


def main() -> None:
    wanted = os.environ.get("FAKE_PROBE", "works")
    if wanted == "illegal":
        code = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(_UD2)
        ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
    if wanted == "slow":
        time.sleep(2)
    if wanted == "complains":
        sys.exit("The library is too old.")


if __name__ == "__main__":
    main()

"""`python -m service.llm.probe`: ends with 0 when llama.cpp works on this computer.

Run in a process of its own before the first load, because a library built for another processor
does not fail but kills. See common/probe.py.
"""

from __future__ import annotations

import sys


def main() -> None:
    from service.common.errors import AbsentError

    try:
        from service.llm.native import load_backends

        load_backends()
    except (AbsentError, ImportError, OSError, RuntimeError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

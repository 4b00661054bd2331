"""`python -m service.common.installed NAME...`: which families can run here, as one JSON object.

For whoever starts services: family → null, or the reason that says which library is missing. Imports the families'
descriptions, and no library of theirs.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from typing import Any

from service.common.family import Family
from service.common.model_folders import missing_library


def look(names: Sequence[str]) -> dict[str, dict[str, Any] | None]:
    """Each family's missing library as a `Reason`, or None when it can run."""
    found: dict[str, dict[str, Any] | None] = {}
    for name in names:
        family: Family = importlib.import_module(f"service.{name}.main").FAMILY
        reason = missing_library(family, family.libraries)
        found[name] = None if reason is None else reason.to_wire()
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look(sys.argv[1:])))

"""`python -m service.common.installed NAME...`: which families can run here, as one JSON object.

For whoever starts services: family → null, or the sentence that says which library is missing. Imports the families'
descriptions, and no library of theirs.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence

from service.common.family import Family
from service.common.model_folders import missing_library


def look(names: Sequence[str]) -> dict[str, str | None]:
    """Each family's missing library as a sentence, or None when it can run."""
    found: dict[str, str | None] = {}
    for name in names:
        family: Family = importlib.import_module(f"service.{name}.main").FAMILY
        found[name] = missing_library(family, family.libraries)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look(sys.argv[1:])))

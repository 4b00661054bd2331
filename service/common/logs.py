"""Log lines of one shape on stderr, for the front and for its model process."""

from __future__ import annotations

import logging
import sys


def configure_logging(name: str) -> None:
    """Send INFO and above to stderr, each line with the time and the name of the service."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format=f"%(asctime)s {name} %(levelname)s %(message)s",
        force=True,
    )

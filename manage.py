#!/usr/bin/env python3
"""Command line of the product: `manage.py help` lists the commands."""

import os
import sys

from librephotos.env import EnvError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "librephotos.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except EnvError as error:
        sys.exit(f"Configuration: {error}")


if __name__ == "__main__":
    main()

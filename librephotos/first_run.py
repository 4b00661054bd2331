"""The secret key: taken from SECRET_KEY, else from a file in the data folder that the first start makes."""

import os
import secrets
import tempfile
from pathlib import Path

from librephotos.env import EnvError, env_str

SECRET_FILE_NAME = "secret_key"  # noqa: S105 - a file's name, not a secret


def secret_key(data_dir: Path) -> str:
    """Return SECRET_KEY, or the key kept in `data_dir`, made there (mode 0600) when it does not exist.

    Safe when several processes start at once: the key is written to a temporary file and linked into place,
    and whoever comes second reads the first one's. Raises EnvError when the folder cannot be written.
    """
    given = env_str("SECRET_KEY", "")
    if given:
        return given
    path = data_dir / SECRET_FILE_NAME
    try:
        if not path.exists():
            _create(path)
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise EnvError(
            f"The secret key cannot be kept in {path} ({error.strerror}). Free the disk, make the folder writable, "
            "or set DATA_DIR or SECRET_KEY."
        ) from error
    if len(key) < 32:
        raise EnvError(
            f"{path} does not hold a usable secret key. Delete it to have a new one made (everyone signs in again)."
        )
    return key


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp gives mode 0600 from the start, so the key is never readable by others.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        Path(temporary).unlink(missing_ok=True)

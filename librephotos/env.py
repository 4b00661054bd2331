"""Read environment variables; a missing or malformed one stops start-up with a sentence.

Nothing but `load_env_file` writes, and nothing is cached. Every function takes the variable's name, and a value may
also come from the file that `<NAME>_FILE` points to, which is how compose passes secrets.
"""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})
DATABASE_SCHEMES = frozenset({"sqlite", "postgres", "postgresql"})
"""The two databases that the tests run on."""
RATE = re.compile(r"\d{1,9}/(s|sec|second|m|min|minute|h|hour|d|day)")
ENV_LINE = re.compile(
    r"""\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*
    (?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>.*?))\s*(?:(?<=\s)\#.*)?""",
    re.VERBOSE,
)


class EnvError(ValueError):
    """A variable is missing or cannot be understood; the message says what to set."""


def env_str(name: str, default: str | None = None) -> str:
    """Return the variable's text, or that of `<NAME>_FILE`, or the default. Raises EnvError when there is none."""
    file_name = os.environ.get(f"{name}_FILE")
    if file_name:
        try:
            return Path(file_name).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise EnvError(f"{name}_FILE points to {file_name}, which cannot be read: {error.strerror}.") from error
    value = os.environ.get(name)
    if value is not None:
        return value.strip()
    if default is None:
        raise EnvError(f"Set {name} in the environment or in .env.")
    return default


def env_bool(name: str, *, default: bool) -> bool:
    value = env_str(name, "1" if default else "0").lower()
    if value in TRUE_WORDS:
        return True
    if value in FALSE_WORDS:
        return False
    raise EnvError(f"{name} must be true or false, not {value!r}.")


def env_int(name: str, *, default: int, minimum: int | None = None, maximum: int | None = None) -> int:
    text = env_str(name, str(default))
    try:
        value = int(text)
    except ValueError as error:
        raise EnvError(f"{name} must be a whole number, not {text!r}.") from error
    if minimum is not None and value < minimum:
        raise EnvError(f"{name} must be at least {minimum}, not {value}.")
    if maximum is not None and value > maximum:
        raise EnvError(f"{name} must be at most {maximum}, not {value}.")
    return value


def env_float(name: str, *, default: float, minimum: float) -> float:
    text = env_str(name, str(default))
    try:
        value = float(text)
    except ValueError as error:
        raise EnvError(f"{name} must be a number, not {text!r}.") from error
    if not value >= minimum:
        raise EnvError(f"{name} must be at least {minimum}, not {text}.")
    return value


def env_list(name: str, *, default: list[str]) -> list[str]:
    """Return the comma-separated values without blanks."""
    text = env_str(name, ",".join(default))
    return [item.strip() for item in text.split(",") if item.strip()]


def env_path(name: str, *, default: Path) -> Path:
    return Path(env_str(name, str(default))).expanduser().resolve()


def env_url(name: str, *, default: str) -> str:
    """Return an http(s) base address without a closing slash."""
    url = env_str(name, default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise EnvError(f"{name} must be an address such as {default}, not {url!r}.")
    return url


def env_choice(name: str, *, choices: tuple[str, ...], default: str) -> str:
    value = env_str(name, default)
    if value not in choices:
        raise EnvError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def env_database_url(name: str, *, default: str) -> str:
    """Return the address of an SQLite file or a PostgreSQL database; the error does not repeat it, for its password."""
    url = env_str(name, "") or default
    try:
        parts = urlsplit(url)
        known = parts.scheme in DATABASE_SCHEMES and (parts.port is None or bool(parts.port))
    except ValueError:
        known = False
    if not known:
        raise EnvError(f"{name} must be an address such as postgres://user:password@host/name, or empty for SQLite.")
    return url


def env_rate(name: str, *, default: str) -> str:
    """Return how often something may be done, as in 20/min."""
    text = env_str(name, default)
    if not RATE.fullmatch(text):
        raise EnvError(f"{name} must be a rate such as {default}, not {text!r}.")
    return text


def load_env_file(path: Path) -> None:
    """Take over the NAME=value lines of a file; what is set in the environment already wins.

    A `#` at the start of a line, or after a blank behind an unquoted or quoted value, begins a comment.
    """
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = ENV_LINE.fullmatch(line)
        if match is None:
            raise EnvError(f"Line {number} of {path} is not NAME=value.")
        value = next(text for text in (match["double"], match["single"], match["plain"]) if text is not None)
        os.environ.setdefault(match["name"], value)

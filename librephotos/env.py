"""Read environment variables; a missing or malformed one stops start-up with a sentence.

Pure: nothing is written and nothing is cached. Every function takes the variable's name, and a value may
also come from the file that `<NAME>_FILE` points to, which is how compose passes secrets.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


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

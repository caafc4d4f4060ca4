"""Settings from the environment, each with a type and a clear error."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """Return the variable as it stands, or `default` when it is not set."""
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    """Return the variable as yes or no; anything else is an error that names it."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: use one of true, false.")


def number(name: str, default: int) -> int:
    """Return the variable as a whole number."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r}: use a whole number.") from None


def choice(name: str, choices: tuple[str, ...]) -> str:
    """Return the variable, which has to be one of `choices`; the first when it is not set."""
    value = os.environ.get(name, choices[0])
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r}: use one of {', '.join(choices)}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without empty entries."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret(name: str, file: Path, *, insecure_default: str | None) -> str:
    """Return a secret from the variable, else from `file`, else `insecure_default`.

    Raises ImproperlyConfigured where none of the three is there: a server must not
    start with a key that everybody knows.
    """
    value = os.environ.get(name)
    if value:
        return value
    if file.is_file():
        return file.read_text(encoding="utf-8").strip()
    if insecure_default is None:
        raise ImproperlyConfigured(f"Set {name} (50 random characters), or put it into {file}.")
    return insecure_default

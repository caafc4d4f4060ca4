"""The content of a mapping as the text of a mapping file."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(content: dict[str, Any], comments: Iterable[str] = ()) -> str:
    """Return the content as the text of a mapping file, with comments above it."""
    lines = [f"# {comment}" for comment in comments]
    plain = {key: value for key, value in content.items() if not _is_table(value)}
    lines += [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in content.items():
        if isinstance(value, dict):
            lines += ["", f"[{_key(key)}]", *_pairs(value)]
        elif key not in plain:
            for entry in value:
                lines += ["", f"[[{_key(key)}]]", *_pairs(entry)]
    return "\n".join(lines) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    )


def _pairs(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        # A date is no text in TOML, though it is one in JSON.
        text = value if key == "fixed" and isinstance(value, str) else _value(value)
        yield f"{_key(key)} = {text}"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(_pairs(value))} }}"
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\u{ord(character):04x}"

"""Texts that a spreadsheet would take for formulas: written with an apostrophe, read without."""

import re
from typing import Any

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 (a spreadsheet takes the wide ones, too)


def neutral(value: Any) -> Any:
    """Return a cell that no spreadsheet runs as a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def original(value: str) -> str:
    """Return the text that `neutral` was given."""
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value

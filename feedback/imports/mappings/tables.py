"""Reading TOML tables key by key, so that every error can name its key."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NoReturn

from feedback.imports.problems import BadMapping, nearest


class Table:
    """A TOML table of which every key must be asked for; `done` refuses those that nobody did.

    All methods raise BadMapping, naming the key by its whole path, as in `time.format`.
    """

    def __init__(self, values: dict[str, Any], path: str = "") -> None:
        self._values = values
        self._path = path
        self._asked: set[str] = set()

    def where(self, key: str) -> str:
        """Return the key with the path of its table."""
        return f"{self._path}.{key}" if self._path else key

    def refuse(self, key: str, reason: str) -> NoReturn:
        """Raise BadMapping about a key."""
        raise BadMapping(f"{self.where(key)}: {reason}")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def any(self, key: str) -> Any:
        """Return whatever the key holds, or None where it is missing."""
        self._asked.add(key)
        return self._values.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default the key must be there. Blank is never a text."""
        value = self._of_type(key, str, "text in quotation marks", default)
        if key in self and not value.strip():
            self.refuse(key, "is empty; leave the key out, or say what it is.")
        return str(value.strip())

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """Return one of several words."""
        known = list(choices)
        value = self.text(key, default)
        if key in self and value not in known:
            self.refuse(key, f'"{value}" is not known; use one of {", ".join(known)}.')
        return value

    def integer(self, key: str, low: int, high: int, default: int) -> int:
        """Return a whole number from `low` to `high`."""
        value: int = self._of_type(key, int, "a whole number", default)
        if not low <= value <= high:
            self.refuse(key, f"{value} does not lie from {low} to {high}.")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false where the key is missing."""
        return bool(self._of_type(key, bool, "true or false", False))

    def moment(self, key: str) -> date | None:
        """Return a TOML date or a TOML date with time, or None where the key is missing."""
        value: date | None = self._of_type(key, date, "a date without quotation marks", False)
        return value or None

    def values(self, key: str) -> list[Any]:
        """Return a list; empty where the key is missing."""
        found: list[Any] = self._of_type(key, list, "a list in brackets", [])
        return found

    def texts(self, key: str) -> frozenset[str]:
        """Return a list of texts, case-folded; empty where the key is missing. None is blank."""
        values = self.values(key)
        if not all(isinstance(value, str) and value.strip() for value in values):
            self.refuse(key, 'must be a list of texts: ["Yes", "True"].')
        return frozenset(value.strip().casefold() for value in values)

    def pairs(self, key: str) -> list[tuple[str, Any]]:
        """Return the keys and values of a table; none where it is missing."""
        values: dict[str, Any] = self._of_type(key, dict, "a table such as { good = 2 }", {})
        return list(values.items())

    def table(self, key: str) -> "Table":
        """Return a table; an empty one where the key is missing."""
        values = self._of_type(key, dict, f"a table, [{self.where(key)}]", {})
        return Table(values, self.where(key))

    def tables(self, key: str) -> list["Table"]:
        """Return the tables of a list, their paths numbered from 1; none where it is missing."""
        kind = f"a list of tables, [[{self.where(key)}]]"
        entries = self._of_type(key, list, kind, [])
        if not all(isinstance(entry, dict) for entry in entries):
            self.refuse(key, f"must be {kind}.")
        return [Table(entry, f"{self.where(key)}[{n}]") for n, entry in enumerate(entries, 1)]

    def done(self, note: str = "") -> None:
        """Refuse keys that were never asked for: most are misspelt ones."""
        for key in self._values:
            if key not in self._asked:
                near = nearest(key, self._asked)
                hint = f'did you mean "{near}"?' if near else f"use {self._known()}."
                self.refuse(key, f"is not a key{note}; {hint}")

    def _known(self) -> str:
        return ", ".join(sorted(self._asked))

    def _of_type(self, key: str, kind: type, words: str, default: Any) -> Any:
        value = self.any(key)
        if key not in self:
            if default is None:
                self.refuse(key, f"is missing; it must be {words}.")
            return default
        # In Python true is an integer too.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.refuse(key, f"must be {words}.")
        return value

"""What stands between the cells of a CSV file."""

import csv
import re
from collections.abc import Collection

DELIMITERS = (",", ";", "\t")
# Above the header, for Excel, which shows no such row.
_TOLD = re.compile(rb'"?sep=([!#-/:-@\[-`{-~\t])"?[\r\n]*', re.IGNORECASE)


def told_delimiter(line: bytes) -> str:
    """Return the delimiter that a line "sep=;" names, "" for any other line."""
    told = _TOLD.fullmatch(line)
    return told[1].decode("ascii") if told else ""


def sniffed_delimiter(line: str, wanted: Collection[str]) -> str:
    """Return the delimiter that yields most of the wanted columns, else most columns."""

    def yields(delimiter: str) -> tuple[int, int]:
        names = {name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])}
        return len(names.intersection(wanted)), len(names)

    try:
        return max(DELIMITERS, key=yields)
    except csv.Error:
        return ","

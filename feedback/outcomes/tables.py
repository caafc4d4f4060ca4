"""Points from a table that was pasted or sent as a file: all of its rows, or none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from feedback.imports.formats.encodings import in_utf_8
from feedback.imports.formats.opening import open_table
from feedback.imports.formats.reading import Header, Row
from feedback.imports.mappings.mapping import FileShape
from feedback.imports.problems import BadFile
from feedback.models.outcomes import OutcomeMetric
from feedback.outcomes.formulas import formula_of
from feedback.outcomes.points import Draft, Given, Refused, draft_of
from feedback.outcomes.reading import BadPeriod, Days, read_period

MOST_ROWS = 5_000
_NAMES = {
    "period": {"period", "month", "quarter", "year"},
    "start": {"start", "from", "period start", "begin"},
    "end": {"end", "to", "until", "period end"},
    "value": {"value"},
    "n": {"n", "base"},
    "note": {"note", "comment"},
}


@dataclass(frozen=True, slots=True)
class RowRead:
    """One row of the table with its number there: the point that it makes, or what is wrong."""

    number: int
    said: str
    draft: Draft | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TableRead:
    """What a table holds; `problem` says why it could not be read at all."""

    rows: Sequence[RowRead] = ()
    problem: str = ""
    asks_order: bool = False
    """True where somebody must say whether the day or the month comes first."""
    drafts: list[Draft] = field(default_factory=list)

    @property
    def bad(self) -> list[RowRead]:
        """Return the rows that have a problem."""
        return [row for row in self.rows if row.problem]


def read_table(
    metric: OutcomeMetric,
    file: BinaryIO,
    *,
    today: date,
    month_first: bool | None = None,
    filename: str = "",
) -> TableRead:
    """Read a CSV or XLSX table whose columns are named as the page says; writes nothing."""
    try:
        with in_utf_8(file) as plain:
            table = open_table(plain, FileShape(), wanted=_wanted(metric), filename=filename)
            places = _places(metric, table.header)
            rows = []
            for row in table:
                rows.append(row)
                if len(rows) > MOST_ROWS:
                    return TableRead(problem=f"It has more than {MOST_ROWS:,} rows.")
    except BadFile as error:
        return TableRead(problem=str(error))
    if problem := _missing(places):
        return TableRead(problem=problem)
    days = Days(
        [
            row.cells[places[name]]
            for row in rows
            if not row.problem
            for name in ("start", "end")
            if name in places
        ],
        month_first=month_first,
    )
    if days.ambiguous:
        examples = " or ".join(each.example for each in days.formats)
        return TableRead(problem=f"Day or month first? {examples}.", asks_order=True)
    read = _once([_row(metric, row, places, days, today) for row in rows])
    return TableRead(rows=read, drafts=[each.draft for each in read if each.draft])


def columns(metric: OutcomeMetric) -> list[tuple[str, str]]:
    """Return the columns that hold a metric's numbers, each with what it means."""
    formula = formula_of(metric)
    inputs = [(each.key, each.label) for each in formula.inputs] if formula else []
    if formula and not formula.or_given:
        return inputs
    return [*inputs, ("value", "the value itself"), ("n", "how many are behind it, if known")]


def _wanted(metric: OutcomeMetric) -> list[str]:
    return [*(name for names in _NAMES.values() for name in names), *dict(columns(metric))]


def _places(metric: OutcomeMetric, header: Header) -> dict[str, int]:
    """Return where each known column stands; names are read in any case, labels too."""
    known = {name: key for key, names in _NAMES.items() for name in names}
    known |= {label.casefold(): key for key, label in columns(metric)[::-1]}
    known |= {key.replace("_", " "): key for key, _ in columns(metric)}
    places: dict[str, int] = {}
    for place, name in enumerate(header.names):
        key = known.get(name.casefold().replace("_", " ").strip())
        if key:
            places.setdefault(key, place)
    return places


def _missing(places: dict[str, int]) -> str:
    if "period" in places or {"start", "end"} <= places.keys():
        return ""
    return "It needs a column “period”, or two columns “start” and “end”."


def _row(
    metric: OutcomeMetric, row: Row, places: dict[str, int], days: Days, today: date
) -> RowRead:
    if row.problem:
        reason = row.problem.reason
        return RowRead(row.number, "", problem=f"{reason[:1].upper()}{reason[1:]}")
    cells = {key: row.cells[place] for key, place in places.items()}
    said = ", ".join(cells[key].strip() for key in ("period", "start", "end") if key in cells)
    try:
        start, end = _period(cells, days)
        inputs = {key: cells[key] for key, _ in columns(metric) if key in cells}
        given = Given(
            start,
            end,
            inputs.pop("value", None),
            inputs.pop("n", None),
            cells.get("note", ""),
            inputs,
        )
        return RowRead(row.number, said, draft_of(metric, given, today=today))
    except BadPeriod as error:
        return RowRead(row.number, said, problem=str(error))
    except Refused as error:
        return RowRead(row.number, said, problem=" ".join(_sentences(error)))


def _period(cells: dict[str, str], days: Days) -> tuple[date, date]:
    if cells.get("period", "").strip():
        return read_period(cells["period"])
    if {"start", "end"} <= cells.keys():
        return days.read(cells["start"]), days.read(cells["end"])
    raise BadPeriod("The period is missing.")


def _sentences(error: Refused) -> Iterator[str]:
    for field_name, reasons in error.errors.items():
        yield f"{field_name}: {' '.join(reasons)}" if field_name else " ".join(reasons)


def _once(rows: Sequence[RowRead]) -> list[RowRead]:
    """Return the rows, a period's second one as a problem: which of two counts is not guessed."""
    first: dict[tuple[date, date], int] = {}
    found = []
    for row in rows:
        number = first.setdefault(row.draft.period, row.number) if row.draft else row.number
        if number != row.number:
            row = RowRead(row.number, row.said, problem=f"Row {number} has this period already.")
        found.append(row)
    return found

"""Opportunities as files: with their evidence, actions and what changed, in CSV or Excel."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from xlsxwriter import Workbook

from feedback.improving.before_after import before_after
from feedback.improving.verdicts import lines, windows_text
from feedback.improving.windows import Windows
from feedback.models import Opportunity
from journeys.formulas import neutral
from journeys.models import Workspace

COMPARED = 100
"""Of so many that shipped last the file says how it turned out; each takes some 20 queries."""

NAMES = ("opportunities", "evidence", "actions", "before-after")

Row = Sequence[Any]


def tables(
    opportunities: Sequence[Opportunity],
    workspace: Workspace,
    today: date,
    names: Iterable[str] = NAMES,
) -> dict[str, list[Row]]:
    """Return the tables of these names, each with its heads in the first row."""
    made: dict[str, tuple[Row, Callable[[], Iterable[Row]]]] = {
        "opportunities": (_HEADS, lambda: map(_opportunity, opportunities)),
        "evidence": (_EVIDENCE, lambda: _each(opportunities, _evidence)),
        "actions": (_ACTIONS, lambda: _each(opportunities, _actions)),
        "before-after": (_OUTCOMES, lambda: _outcomes(opportunities, workspace, today)),
    }
    return {name: [made[name][0], *made[name][1]()] for name in names}


def csv_file(table: Iterable[Row]) -> bytes:
    """Return a table as CSV, with the mark that tells spreadsheets that it is UTF-8."""
    written = StringIO()
    csv.writer(written).writerows([_plain(cell) for cell in row] for row in table)
    return written.getvalue().encode("utf-8-sig")


def xlsx_file(found: dict[str, list[Row]]) -> bytes:
    """Return the tables as the sheets of a workbook."""
    out = BytesIO()
    book = Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in found.items():
        sheet = book.add_worksheet(name.replace("-", " and ").capitalize())
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, 1, 48)
        sheet.set_column(2, 20, 16)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, datetime(*cell.timetuple()[:3]), day)  # noqa: DTZ001
                elif cell is not None:
                    sheet.write(number, column, neutral(cell), None if number else bold)
    book.close()
    return out.getvalue()


def _plain(cell: Any) -> Any:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else neutral(cell)


def _each(
    opportunities: Iterable[Opportunity], rows: Callable[[Opportunity], Iterator[Row]]
) -> list[Row]:
    return [row for each in opportunities for row in rows(each)]


_HEADS = (
    "id", "title", "problem", "state", "journey", "touchpoints", "impact", "effort", "score",
    "evidence n", "owner", "team", "shipped on", "created on",
)  # fmt: skip
_EVIDENCE = ("id", "opportunity", "kind", "says", "n", "taken on")
_ACTIONS = ("id", "opportunity", "action", "state", "owner", "due on", "shipped on", "solution")
_OUTCOMES = (
    "id", "opportunity", "touchpoint", "metric", "shipped on", "before", "n before", "after",
    "n after", "difference", "low", "high", "test", "p adjusted", "verdict", "windows",
)  # fmt: skip


def _opportunity(each: Opportunity) -> Row:
    return (
        each.pk,
        each.title,
        each.problem,
        each.state,
        str(each.journey or ""),
        "; ".join(touchpoint.title for touchpoint in each.touchpoints.all()),
        each.impact,
        each.effort,
        getattr(each, "total_score", None),
        getattr(each, "evidence_n", None),
        str(each.owner or ""),
        str(each.team or ""),
        each.shipped_on,
        each.created_at.date(),
    )


def _evidence(each: Opportunity) -> Iterator[Row]:
    for found in each.evidence.all():
        yield each.pk, each.title, found.kind, found.says, found.n, found.taken_at.date()


def _actions(each: Opportunity) -> Iterator[Row]:
    for action in each.actions.all():
        yield (
            each.pk,
            each.title,
            action.title,
            action.state,
            str(action.owner or ""),
            action.due_on,
            action.shipped_on,
            str(action.solution or ""),
        )


def _outcomes(
    opportunities: Iterable[Opportunity], workspace: Workspace, today: date
) -> Iterator[Row]:
    shipped = [each for each in opportunities if each.shipped_on]
    shipped.sort(key=lambda each: (each.shipped_on or date.min, each.pk), reverse=True)
    for each in shipped[:COMPARED]:
        windows = each.shipped_on and Windows.around(each.shipped_on, today)
        if not windows:
            continue
        touchpoints = list(each.touchpoints.all())
        found = before_after(touchpoints, windows, workspace=workspace, today=today)
        for line, compared in zip(lines(found), found.comparisons, strict=True):
            difference = compared.difference
            yield (
                each.pk,
                each.title,
                line.touchpoint.title,
                line.label,
                each.shipped_on,
                line.before.value,
                line.before.n,
                line.after.value,
                line.after.n,
                difference and difference.value,
                difference and difference.low,
                difference and difference.high,
                difference and difference.test,
                compared.p,
                line.verdict_text,
                windows_text(found),
            )

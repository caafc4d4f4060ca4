"""What the page of an import says: where it stands, what it did or would do, what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.template.defaultfilters import pluralize
from django.utils.text import Truncator

from feedback.models import BatchState, ImportBatch
from feedback.nested import PRECEDENCE
from journeys.maps.filters import MapFilters, Period

NOBODY_CAME = timedelta(seconds=20)
SHOWN_NAMES = 10
LONGEST_SHOWN = 40
STEPS = ("Upload", "Columns", "Check", "Import")
AT_STEP = {
    BatchState.MAPPING: 1,
    BatchState.CHECKING: 2,
    BatchState.CHECKED: 3,
    BatchState.QUEUED: 3,
    BatchState.RUNNING: 3,
    BatchState.DONE: 4,
}
HEADLINES = {
    BatchState.MAPPING: "Say what the columns mean",
    BatchState.CHECKING: "Checking the file",
    BatchState.CHECKED: "Checked; nothing is written yet",
    BatchState.QUEUED: "Waiting to start",
    BatchState.RUNNING: "Importing",
    BatchState.DONE: "Imported",
    BatchState.REFUSED: "Refused; nothing was written",
    BatchState.CANCELLED: "Cancelled",
    BatchState.FAILED: "Failed",
}


@dataclass(frozen=True)
class Line:
    """One count of a report, and what it means."""

    label: str
    count: int
    hint: str = ""


@dataclass(frozen=True)
class BatchPage:
    """Everything on the page that is not simply a field of the batch."""

    headline: str
    steps: list[tuple[str, str]]
    working: bool
    tense: str
    """How the counts of the report are to be read: "would be" or "were"."""
    lines: list[Line]
    problems: list[dict[str, Any]]
    problem_count: int
    refused_rows: int
    offer: str
    """What the button that goes on says: what would be written; "" for no button."""
    nothing: str
    """Why there is nothing to import, where there is not."""
    remaining: str
    nobody_works: bool
    can_start: bool
    map_url: str
    """The map, in the period that is shown first of those that most of the answers lie in."""


def batch_page(batch: ImportBatch, now: datetime) -> BatchPage:
    """Put the page together from the batch's row, as it is at a moment."""
    state = batch.stands
    report = batch.report or batch.check_report or {}
    at = AT_STEP.get(state, 3 if batch.check_report else 2)
    headline = HEADLINES[state]
    if batch.file_is_gone and state.waits_for_somebody:
        at, report, headline = 0, {}, "The file is gone"
    # One that was cancelled has looked through a part of the file only.
    looked = batch.check_report or report if report.get("cancelled") else report
    refused = looked.get("refused_rows", 0)
    questions = (batch.check_report or {}).get("questions", {})
    return BatchPage(
        headline=headline,
        steps=steps(at),
        working=state.working,
        tense="were" if batch.report else "would be",
        lines=list(_lines(report, imported=batch.report is not None)),
        problems=[
            {**problem, "question": questions.get(problem["column"], "")}
            for problem in looked.get("problems", [])
        ],
        problem_count=looked.get("problem_count", 0),
        refused_rows=refused,
        offer=_offer(batch, refused),
        nothing=_nothing(report, refused) if state is BatchState.CHECKED else "",
        remaining=_remaining(batch, now),
        nobody_works=(
            state.working
            and batch.heartbeat_at is None
            and batch.started_at is not None
            and now - batch.started_at > NOBODY_CAME
        ),
        can_start=bool(batch.file) and batch.mapping is not None and not state.working,
        map_url=_map_url(batch, report.get("recent", {}), now.date()),
    )


def steps(at: int) -> list[tuple[str, str]]:
    """Return each step's name, and whether it is "done", "current" or, as "", still to come."""
    return [
        (name, "done" if number < at else "current" if number == at else "")
        for number, name in enumerate(STEPS)
    ]


def _offer(batch: ImportBatch, refused: int) -> str:
    if batch.check_report is None:
        return "Check again"
    written = _written(batch.check_report)
    if batch.stands is BatchState.CHECKED:
        return written and f"Import {'the good rows only: ' if refused else ''}{written}"
    # A part of what the check counted may be written by now.
    return "Start again" if not refused else written and "Import the good rows only"


def _written(report: dict[str, Any]) -> str:
    """Return what an import by this report of a check writes, "" for nothing."""
    counts = {
        "answer": report.get("created", 0) + report.get("updated", 0),
        "observation": report.get("observed", 0),
    }
    return " and ".join(
        f"{count:,} {what}{pluralize(count)}" for what, count in counts.items() if count
    )


def _nothing(report: dict[str, Any], refused: int) -> str:
    if not report or _written(report):
        return ""
    if report["unchanged"] or report.get("observations"):
        what = "Everything else" if refused else "Everything"
        return f"{what} in this file is known already: there is nothing to import."
    what = "row without a problem" if refused else "row"
    return f"No {what} holds an answer in the columns that are read: there is nothing to import."


def _lines(report: dict[str, Any], *, imported: bool) -> Iterator[Line]:
    """Yield the counts that are worth a line; the three first ones always are."""
    if not report:
        return
    yield Line("New answers", report["created"], "an answer is one score or comment")
    yield Line("Changed answers", report["updated"], "known by their id, and different now")
    yield Line("Known already", report["unchanged"], "the same as last time; left alone")
    if report.get("cancelled"):
        return
    hints = {
        "observed": ("New observations", "waits, first responses, repeats, errors"),
        "repeated": ("Repeated in the file", "counted once"),
        "partial": ("Broken off", "kept, and left out of every number"),
        "skipped": ("Skipped rows", "previews and tests, as the mapping says"),
        "not_applicable": ("Not applicable", "the question did not apply: no score"),
        "blank": ("Blank", "no answer in the cell"),
        "refused_rows": ("Rows with problems", "left out" if imported else "see below"),
    }
    for key in ("segments", "channels"):
        if names := report.get(f"new_{key}"):
            yield Line(f"New {key}", len(names), _some(names))
    for key, (label, hint) in hints.items():
        found = report.get(key, 0)
        count = sum(found.values()) if isinstance(found, dict) else found
        if count:
            yield Line(label, count, hint)


def _map_url(batch: ImportBatch, recent: dict[str, int], today: date) -> str:
    holds = (key for key in PRECEDENCE if 2 * recent.get(key, 0) > recent.get("all", 0))
    query = MapFilters(Period.until(today, next(holds, "all"))).query()
    return f"{batch.journey.get_absolute_url()}?{query}".rstrip("?")


def _some(names: list[str]) -> str:
    more = len(names) - SHOWN_NAMES
    shown = ", ".join(Truncator(name).chars(LONGEST_SHOWN) for name in names[:SHOWN_NAMES])
    return f"{shown} and {more:,} more" if more > 0 else shown


def _remaining(batch: ImportBatch, now: datetime) -> str:
    """Return about how long it still takes, once that can be told."""
    if batch.started_at is None or batch.progress < 0.05:
        return ""
    passed = (now - batch.started_at).total_seconds()
    left = passed / batch.progress * (1 - batch.progress)
    if left < 10:
        return "a few seconds left"
    if left < 90:
        return f"about {round(left / 10) * 10} seconds left"
    return f"about {round(left / 60)} minutes left"

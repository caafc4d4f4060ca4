"""What a person says about a proposal: the posted form, and mappings of earlier files."""

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from feedback.imports.mappings.mapping import Unit
from feedback.imports.proposals.proposal import ColumnProposal, Proposal, Role, WordScore
from feedback.metrics.scales import SCALES
from feedback.models import SourceKind

# Within these: "n/a, not used" and one value per line, too.
SEPARATORS = str.maketrans(";\n", ",,")


@dataclass
class Corrections:
    """A proposal as a person wants it, and what is still missing or wrong in it.

    `errors` are by the name of the field: "source", or "c3-role" for the column no. 3.
    """

    proposal: Proposal
    errors: dict[str, str] = field(default_factory=dict)


def corrected(proposal: Proposal, data: Dictionary[str, Any]) -> Corrections:
    """Put what was posted into the proposal; fields that are not there leave it as it is."""
    found = Corrections(proposal)
    columns = tuple(
        _column(column, f"c{number}", data, found) for number, column in enumerate(proposal.columns)
    )
    found.proposal = replace(
        proposal,
        columns=columns,
        source=_text(data, "source", proposal.source),
        kind=_text(data, "kind", proposal.kind),
        timezone=_text(data, "timezone", proposal.timezone),
        fixed_day=_text(data, "fixed_day", proposal.fixed_day),
    )
    found.proposal = _with_time_format(found.proposal, data)
    _check_file(found)
    _check_columns(found)
    return found


def _with_time_format(proposal: Proposal, data: Dictionary[str, Any]) -> Proposal:
    """Put in how times are read; in another column than before, by what stands in that one."""
    known = {each.format for each in proposal.time_formats}
    chosen = _text(data, "time_format", proposal.time_format)
    if known and chosen not in known:
        chosen = ""
    return replace(proposal, time_format=chosen).timed()


def _column(
    column: ColumnProposal, prefix: str, data: Dictionary[str, Any], found: Corrections
) -> ColumnProposal:
    """Return a column as it was posted; what nobody can have chosen is an error of its field."""
    if column.private:
        return column
    changes: dict[str, Any] = {}
    try:
        changes["role"] = Role(_text(data, f"{prefix}-role", column.role))
    except ValueError:
        found.errors[f"{prefix}-role"] = "Choose what it is."
    place = _text(data, f"{prefix}-touchpoint", str(column.touchpoint_id or ""))
    changes["touchpoint_id"] = int(place) if place.isdecimal() else None
    changes["metric"] = _text(data, f"{prefix}-metric", column.metric)
    if changes.get("role") is Role.COMMENT:
        changes["comment_to"] = _text(data, f"{prefix}-to", column.comment_to)
    for key, name in (("na", "not_applicable"), ("values", "values")):
        if f"{prefix}-{key}" in data:
            changes[name] = _list(data[f"{prefix}-{key}"])
    try:
        changes["unit"] = Unit(_text(data, f"{prefix}-unit", column.unit))
    except ValueError:
        found.errors[f"{prefix}-unit"] = "Choose a unit."
    changes["words"] = tuple(
        _word(word, f"{prefix}-w{number}", data, found) for number, word in enumerate(column.words)
    )
    return replace(column, **changes)


def _word(word: WordScore, name: str, data: Dictionary[str, Any], found: Corrections) -> WordScore:
    text = _text(data, name, "" if word.score is None else str(word.score))
    if not text:
        return replace(word, score=None)
    try:
        return replace(word, score=int(text))
    except ValueError:
        found.errors[name] = "Use a whole number."
        return word


def _text(data: Dictionary[str, Any], name: str, default: str) -> str:
    return str(data[name]).strip() if name in data else default


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.translate(SEPARATORS).split(",") if part.strip())


def _check_file(found: Corrections) -> None:
    proposal, errors = found.proposal, found.errors
    if not proposal.source:
        errors["source"] = "Name the source: the survey, desk or tool that these answers are from."
    elif len(proposal.source) > 120:
        errors["source"] = "Use 120 characters at most."
    if proposal.kind not in SourceKind.values:
        errors["kind"] = "Choose what kind of source it is."
    try:
        ZoneInfo(proposal.timezone)
    except (KeyError, OSError, ValueError):
        errors["timezone"] = "This time zone is not known; write it like Europe/Berlin."
    if proposal.time:
        if not proposal.time_format and proposal.time_formats:
            errors["time_format"] = "Say which of these the times in this file mean."
    elif not proposal.fixed_day:
        errors["fixed_day"] = "Choose the column that says when, or one day for all answers."
    else:
        try:
            date.fromisoformat(proposal.fixed_day)
        except ValueError:
            errors["fixed_day"] = "Write the day as 2026-03-10."


def _check_columns(found: Corrections) -> None:
    columns, errors = found.proposal.columns, found.errors
    taken: dict[Role, ColumnProposal] = {}
    scores = {column.name for column in columns if column.role is Role.SCORE}
    for number, column in enumerate(columns):
        prefix = f"c{number}"
        if column.private or f"{prefix}-role" in errors:
            continue
        if column.role.once and taken.setdefault(column.role, column) is not column:
            first = taken[column.role].label
            errors[f"{prefix}-role"] = f"“{first}” is that already; leave one of them out."
        readable = found.proposal.time_format or found.proposal.time_formats
        if column.role is Role.TIME and not readable:
            errors[f"{prefix}-role"] = (
                "No time that can be read stands in its first rows, or they are not in one format. "
                "Correct the file, or leave the column out and say one day for all answers."
            )
        if column.role.needs_touchpoint and not found.proposal.long:
            _check_place(column, prefix, found)
        if column.role is Role.SCORE:
            _check_score(column, prefix, found)
        explains = column.role is Role.COMMENT and scores and not found.proposal.long
        if explains and column.comment_to not in scores:
            errors[f"{prefix}-to"] = "Choose the score that these words explain."


def _check_place(column: ColumnProposal, prefix: str, found: Corrections) -> None:
    known = {place.touchpoint_id for place in found.proposal.places}
    if column.touchpoint_id not in known:
        found.errors[f"{prefix}-touchpoint"] = "Choose its touchpoint."


def _check_score(column: ColumnProposal, prefix: str, found: Corrections) -> None:
    by_column = any(other.role is Role.METRIC for other in found.proposal.columns)
    if column.metric not in SCALES and not (by_column and found.proposal.long):
        found.errors[f"{prefix}-metric"] = "Choose its metric and scale."
        return
    scale = SCALES.get(column.metric)
    for number, word in enumerate(column.words):
        if word.score is not None and scale and not scale.contains(word.score):
            found.errors[f"{prefix}-w{number}"] = f"{scale.label} has {scale.low} to {scale.high}."

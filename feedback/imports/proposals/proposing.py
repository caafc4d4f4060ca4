"""Proposing what the columns of a file mean, for a person to correct."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO

from feedback.imports.formats import open_table
from feedback.imports.formats.encodings import in_utf_8, sniffed_encoding
from feedback.imports.formats.opening import sniffed_format
from feedback.imports.formats.reading import MOST_COLUMNS
from feedback.imports.formats.workbook import sheet_names
from feedback.imports.layouts import recognise
from feedback.imports.layouts.aliases import GENERIC, GROUPS, PRIVATE
from feedback.imports.layouts.tool import Known, ToolLayout
from feedback.imports.mappings.mapping import FileFormat, FileShape
from feedback.imports.mappings.signatures import signature
from feedback.imports.places import Place, Places
from feedback.imports.problems import BadFile
from feedback.imports.proposals.judging.looks import ColumnLook, look_at
from feedback.imports.proposals.judging.matching import matching_place
from feedback.imports.proposals.judging.scores import judged, samples, scored_as
from feedback.imports.proposals.judging.time_formats import fitting_formats, zone_in
from feedback.imports.proposals.open_questions import open_questions
from feedback.imports.proposals.proposal import ColumnProposal, Proposal, Role, WordScore
from feedback.models import Source, SourceKind
from journeys.models import Journey, Workspace

MOST_ROWS = 5_000
MOST_CELLS = 500_000
LEAST_ROWS = 200
"""A proposal is made from as many rows as have so many cells."""
HEADER_LOOK = 5
MOST_SHEETS = 10
"""Sheets of a workbook in which a table is looked for; every look costs."""
LONGEST_SOURCE = 120
# Days, months, quarters, halves and weeks at the end of a file's name, and numbers of copies.
_WHEN = re.compile(r"[\s(-]*(?:\b(?:Q|H|W|KW)?\d[\d\s.:()-]*+)+$", re.IGNORECASE)
ANONYMOUS = {"anonymous", "anonym", "anonyme", "anónimo", "anonimo"}


def propose(file: BinaryIO, *, journey: Journey, filename: str = "", sheet: str = "") -> Proposal:
    """Return how to import a file into a journey, as far as the file itself tells.

    Reads its first rows only, MOST_ROWS at most. Raises BadFile for a file that cannot be read.
    """
    with in_utf_8(file) as plain:
        shape, layout, sheets, first_rows = _shape(plain, filename, sheet)
        table = open_table(plain, shape, filename=filename)
        rows = max(LEAST_ROWS, min(MOST_ROWS, MOST_CELLS // len(table.header.names)))
        looks = look_at(table.header, islice(table, rows))
    file.seek(0)
    places = Places.of(journey).all
    columns = _one_score_each(_with_comments(_once_each(looks, _columns(looks, layout, places))))
    columns = _with_formats(columns, looks, layout)
    source = _source_name(layout, filename)
    proposal = Proposal(
        layout=layout.key if layout else "",
        layout_name=layout.name if layout else "",
        file=shape,
        sheets=sheets,
        source=source,
        kind=_kind(layout, source, journey.workspace),
        columns=columns,
        places=places,
        timezone=_timezone(columns, looks, layout, first_rows),
        signature=signature(table.header, shape),
        rows_seen=max((look.filled + look.blank for look in looks), default=0),
    ).timed()
    return replace(proposal, questions=tuple(open_questions(proposal)))


def _shape(
    file: BinaryIO, filename: str, sheet: str
) -> tuple[FileShape, ToolLayout | None, tuple[str, ...], list[list[str]]]:
    form = sniffed_format(file, filename)
    sheets: tuple[str, ...] = ()
    if form is FileFormat.XLSX:
        sheets = tuple(sheet_names(file))
    encoding = sniffed_encoding(file) if form is FileFormat.CSV else ""
    shape = FileShape(format=form, encoding=encoding, sheet=sheet)
    try:
        first_rows = _first_rows(file, shape, filename)
    except BadFile:
        others = () if sheet else sheets[1:MOST_SHEETS]
        found = _first_table(file, shape, others, filename)
        if found is None:
            raise
        shape, first_rows = found
    layout = recognise(first_rows)
    if layout:
        shape = replace(
            shape,
            header_rows=1 if form is FileFormat.JSON else layout.header_rows,
            header_names=layout.header_names,
            footer=layout.footer,
        )
    return shape, layout, sheets, first_rows


def _first_table(
    file: BinaryIO, shape: FileShape, sheets: Sequence[str], filename: str
) -> tuple[FileShape, list[list[str]]] | None:
    """Return the first of these sheets with rows below a header: others may be a cover."""
    for name in sheets:
        with suppress(BadFile):
            other = replace(shape, sheet=name)
            return other, _first_rows(file, other, filename)
    return None


def _first_rows(file: BinaryIO, shape: FileShape, filename: str) -> list[list[str]]:
    """Return the first rows as they stand in the file."""
    file.seek(0)
    one_row = FileShape(format=shape.format, encoding=shape.encoding, sheet=shape.sheet)
    table = open_table(file, one_row, filename=filename)
    rows = [table.header.names, *(row.cells for row in islice(table, HEADER_LOOK))]
    file.seek(0)
    return rows


_Judged = tuple[ColumnProposal, int]
"""A column, and how good it is for its role: less is better."""


def _columns(
    looks: Sequence[ColumnLook], layout: ToolLayout | None, places: Sequence[Place]
) -> list[_Judged]:
    return [_column(number, look, layout, places) for number, look in enumerate(looks)]


def _column(
    number: int, look: ColumnLook, layout: ToolLayout | None, places: Sequence[Place]
) -> _Judged:
    if layout and number < len(layout.by_position):
        return _known(look, layout.by_position[number], places), 0
    for known in layout.known if layout else ():
        rank = known.rank(look.name)
        if rank is not None:
            return _known(look, known, places), rank
    if layout and layout.closed:
        reason = f"{layout.name} writes it, and no map needs it."
        return replace(_column_of(look, Role.IGNORE, reason), recognised=True), 0
    # A tool's own id and time are known; in its other columns people ask.
    for known in (*PRIVATE, *(GROUPS if layout else GENERIC)):
        rank = known.rank(look.name)
        if rank is not None:
            found = _known(look, known, places)
            if found.role is not Role.TOUCHPOINT or _names_places(look, places):
                return found, rank
    return judged(look, places), MOST_COLUMNS


def _names_places(look: ColumnLook, places: Sequence[Place]) -> bool:
    """True when a column that is called so really holds touchpoints of this journey."""
    return bool(look.values) and all(matching_place([value], places) for value in look.values)


def _column_of(look: ColumnLook, role: Role, reason: str) -> ColumnProposal:
    return ColumnProposal(
        name=look.name,
        label=look.label,
        samples=samples(look, private=False),
        role=role,
        reason=reason,
    )


def _known(look: ColumnLook, known: Known, places: Sequence[Place]) -> ColumnProposal:
    column = replace(
        _column_of(look, known.role, known.reason),
        samples=samples(look, private=known.private),
        private=known.private,
        recognised=True,
        values=known.values,
        unit=known.unit,
        skip_blank=known.skip_blank,
    )
    if known.role is Role.RESPONDENT and ANONYMOUS & {text.casefold() for text in look.values}:
        reason = "people answered anonymously, and one word is no pseudonym."
        return replace(column, role=Role.IGNORE, reason=reason)
    if known.role.observes:
        return replace(column, touchpoint_id=_only(places))
    if known.role is not Role.SCORE:
        return column
    place = matching_place([look.label], places)
    column = replace(
        column,
        touchpoint_id=place.touchpoint_id if place else _only(places),
        metric=known.metric,
        not_applicable=known.not_applicable,
    )
    texts = {text.casefold() for text in look.values} - set(known.not_applicable)
    meant = [WordScore(text=text, score=score) for text, score in known.words]
    in_numbers = look.numbers is not None and not any(text in texts for text, _ in known.words)
    if known.words and not in_numbers:
        return replace(column, words=tuple(meant))
    scored = scored_as(look, known.metric)
    return replace(column, metric=scored.metric, reason=scored.reason) if scored else column


def _only(places: Sequence[Place]) -> int | None:
    return places[0].touchpoint_id if len(places) == 1 else None


def _once_each(looks: Sequence[ColumnLook], judged_columns: list[_Judged]) -> list[ColumnProposal]:
    """Leave each role that a file has once to the best filled column for it."""
    best: dict[Role, int] = {}
    for number in sorted(range(len(looks)), key=lambda n: _order(looks[n], *judged_columns[n])):
        column, _ = judged_columns[number]
        if column.role.once and (looks[number].filled or column.role is Role.PARTIAL):
            best.setdefault(column.role, number)
    columns = []
    for number, (column, _) in enumerate(judged_columns):
        if not column.role.once or best.get(column.role) == number:
            columns.append(column)
        elif column.role in best:
            reason = f"“{looks[best[column.role]].label}” is taken for that already."
            columns.append(replace(column, role=Role.IGNORE, reason=reason))
        else:
            columns.append(replace(column, role=Role.IGNORE, reason="empty in all rows looked at."))
    return columns


def _order(look: ColumnLook, column: ColumnProposal, rank: int) -> tuple[bool, bool, int]:
    # A time that is missing in some rows would refuse them.
    gaps = column.role is Role.TIME and look.blank > 0 and not column.skip_blank
    return not look.filled, gaps, rank


def _with_comments(columns: list[ColumnProposal]) -> list[ColumnProposal]:
    """Say of each comment which score it explains: the one before it, else the first."""
    if any(column.role is Role.TOUCHPOINT for column in columns):
        return columns
    scores = [number for number, column in enumerate(columns) if column.role is Role.SCORE]
    explained: set[str] = set()
    found = []
    for number, column in enumerate(columns):
        if column.role is not Role.COMMENT:
            found.append(column)
            continue
        before = [columns[n].name for n in scores if n < number] or [
            columns[n].name for n in scores[:1]
        ]
        if not before:
            reason = "free text, but no score that it explains was found."
            likely = [other.name for other in columns[:number] if other.metric][-1:]
            found.append(
                replace(column, role=Role.IGNORE, reason=reason, comment_to="".join(likely))
            )
        elif before[-1] in explained:
            reason = f"“{before[-1]}” has a comment already."
            found.append(replace(column, role=Role.IGNORE, reason=reason, comment_to=before[-1]))
        else:
            explained.add(before[-1])
            found.append(replace(column, comment_to=before[-1]))
    return found


def _one_score_each(columns: list[ColumnProposal]) -> tuple[ColumnProposal, ...]:
    """Leave a touchpoint's scale to the first column of it."""
    taken: dict[tuple[int, str], str] = {}
    found = []
    for column in columns:
        if column.role is Role.SCORE and column.touchpoint_id is not None:
            first = taken.setdefault((column.touchpoint_id, column.metric), column.name)
            if first != column.name:
                reason = f"“{first}” rates the same touchpoint on the same scale."
                column = replace(column, role=Role.IGNORE, reason=reason, touchpoint_id=None)
        found.append(column)
    left_out = {column.name for column in found if column.role is Role.IGNORE}
    return tuple(
        replace(column, role=Role.IGNORE, reason="the score that it explains is left out.")
        if column.role is Role.COMMENT and column.comment_to in left_out
        else column
        for column in found
    )


def _with_formats(
    columns: Sequence[ColumnProposal], looks: Sequence[ColumnLook], layout: ToolLayout | None
) -> tuple[ColumnProposal, ...]:
    """Say of every column in which formats it could be read as times."""
    month_first = layout.month_first if layout else None
    return tuple(
        replace(
            column,
            time_formats=tuple(
                fitting_formats(
                    look.values, month_first=month_first, strays=column.role is Role.TIME
                )
            ),
        )
        for column, look in zip(columns, looks, strict=True)
    )


def _timezone(
    columns: Sequence[ColumnProposal],
    looks: Sequence[ColumnLook],
    layout: ToolLayout | None,
    first_rows: list[list[str]],
) -> str:
    """Return the zone that the times themselves name, or the header does."""
    for column, look in zip(columns, looks, strict=True):
        if column.role is Role.TIME and column.time_formats:
            zone = zone_in(look.values, column.time_formats[0].format)
            if zone:
                return zone
    return layout.timezone(first_rows) if layout else "UTC"


def _source_name(layout: ToolLayout | None, filename: str) -> str:
    """Return what the next file of the same survey will propose too: ids count within it."""
    if layout and layout.own_ids:
        return layout.name
    stem = PurePath(filename).stem.replace("_", " ")
    name = _WHEN.sub("", stem).strip()
    return (name or (layout.name if layout else "Survey"))[:LONGEST_SOURCE]


def _kind(layout: ToolLayout | None, source: str, workspace: Workspace) -> str:
    """Return the kind of the source, as it is known already or as the tool's answers are."""
    known = Source.objects.filter(workspace=workspace, name=source).first()
    if known:
        return known.kind
    return layout.kind if layout else SourceKind.SURVEY

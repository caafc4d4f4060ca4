"""From a proposal to the content of a mapping, and to the text of a mapping file."""

import re
from typing import Any

from feedback.imports.mappings.mapping import FileFormat, HeaderNames
from feedback.imports.mappings.toml_text import toml_text
from feedback.imports.places import Place, folded
from feedback.imports.problems import BadMapping
from feedback.imports.proposals.open_questions import needed_answers
from feedback.imports.proposals.proposal import ColumnProposal, Proposal, Role

Content = dict[str, Any]
UNKNOWN = "?"
"""A format of times that no mapping may keep: somebody has to replace it."""

# The roles that are keys of [columns], and their names there.
_COLUMNS = {
    Role.ID: "id",
    Role.SEGMENT: "segment",
    Role.CHANNEL: "channel",
    Role.LANGUAGE: "language",
    Role.RESPONDENT: "respondent",
    Role.TOUCHPOINT: "touchpoint",
    Role.METRIC: "metric",
}


def mapping_content(proposal: Proposal, *, unfinished: bool = False) -> Content:
    """Return the dictionary that mapping_from() reads and a SavedMapping keeps.

    Columns that say who or where somebody is are left out, whatever their role. Raises
    BadMapping with the first answer that is needed, unless an `unfinished` mapping will do.
    """
    question = next(needed_answers(proposal), "")
    if question and not unfinished:
        raise BadMapping(question)
    columns = [column for column in proposal.columns if not column.private]
    _refuse_twice(columns)
    content: Content = {"layout": "long" if proposal.long else "wide", **_file(proposal)}
    content["source"] = {"name": proposal.source, "kind": str(proposal.kind)}
    content["columns"] = {
        _COLUMNS[column.role]: column.name for column in columns if column.role in _COLUMNS
    }
    content["time"] = _time(proposal, columns)
    content |= _rules(columns)
    scores = [column for column in columns if column.role is Role.SCORE]
    if proposal.long:
        content |= _long(columns, scores, content["columns"])
    else:
        entries = [_touchpoint(column, proposal, columns) for column in scores]
        content["touchpoints"] = entries
    content["observations"] = [
        _observation(column, proposal, scores) for column in columns if column.role.observes
    ]
    return {key: value for key, value in content.items() if value or key == "layout"}


def _refuse_twice(columns: list[ColumnProposal]) -> None:
    seen: dict[Role, str] = {}
    for column in columns:
        first = seen.setdefault(column.role, column.name)
        if column.role.once and first != column.name:
            raise BadMapping(
                f"“{first}” and “{column.name}” both are “{column.role.label}”; only one can be."
            )
    explained: dict[str, str] = {}
    for column in columns:
        if column.role is not Role.COMMENT or not column.comment_to:
            continue
        first = explained.setdefault(column.comment_to, column.name)
        if first != column.name:
            raise BadMapping(
                f"“{first}” and “{column.name}” both are comments to “{column.comment_to}”."
            )


def _file(proposal: Proposal) -> Content:
    """Return how to read the file, without what every file tells by itself."""
    file = proposal.file
    content: Content = {}
    if file.format is FileFormat.CSV and proposal.columns[0].name.startswith(("[", "{")):
        # By its first bytes alone it would be JSON.
        content["format"] = "csv"
    # The first sheet is read anyway, and may be called after the day of the export.
    if file.sheet and file.sheet != proposal.sheets[0]:
        content["sheet"] = file.sheet
    if file.header_rows > 1:
        content["header_rows"] = file.header_rows
    if file.header_names is not HeaderNames.FIRST and file.header_rows > 1:
        content["header_names"] = str(file.header_names)
    if file.footer:
        content["footer"] = True
    return content


def _time(proposal: Proposal, columns: list[ColumnProposal]) -> Content:
    column = next((column for column in columns if column.role is Role.TIME), None)
    if column is None:
        return {"fixed": proposal.fixed_day} if proposal.fixed_day else {}
    content = {"column": column.name, "format": proposal.time_format or UNKNOWN}
    if proposal.timezone != "UTC":
        content["timezone"] = proposal.timezone
    return content


def _rules(columns: list[ColumnProposal]) -> Content:
    content: Content = {"skip": []}
    for column in columns:
        if column.role is Role.PARTIAL:
            content["partial"] = {"column": column.name}
            if column.values:
                content["partial"]["finished"] = list(column.values)
        elif column.role is Role.SKIP and column.values:
            content["skip"].append({"column": column.name, "values": list(column.values)})
        elif column.role is Role.TIME and column.skip_blank:
            content["skip"].append({"column": column.name, "values": [""]})
    return content


def _answers(column: ColumnProposal) -> Content:
    """Return what a column says about its scores."""
    content: Content = {}
    if column.metric:
        content["metric"] = column.metric
    if column.not_applicable:
        content["not_applicable"] = [
            int(text) if re.fullmatch(r"-?\d{1,9}", text) else text
            for text in column.not_applicable
        ]
    values = {word.text: word.score for word in column.words if word.score is not None}
    if values:
        content["values"] = values
    return content


def _long(columns: list[ColumnProposal], scores: list[ColumnProposal], names: Content) -> Content:
    if len(scores) != 1:
        raise BadMapping("A file in which a column names the touchpoint has one column of scores.")
    names["score"] = scores[0].name
    comments = [column.name for column in columns if column.role is Role.COMMENT]
    if len(comments) > 1:
        raise BadMapping("A file in which a column names the touchpoint has one comment column.")
    if comments:
        names["comment"] = comments[0]
    answers = _answers(scores[0])
    if Role.METRIC in {column.role for column in columns}:
        answers.pop("metric", None)
    return {"answers": answers}


def _place(proposal: Proposal, column: ColumnProposal) -> Place:
    for place in proposal.places:
        if place.touchpoint_id == column.touchpoint_id:
            return place
    raise BadMapping(f"The touchpoint of “{column.label}” is not on this journey.")


def _where(proposal: Proposal, place: Place) -> Content:
    """Return step and channel, as far as the title does not say it alone."""
    same = [p for p in proposal.places if folded(p.title) == folded(place.title)]
    if len(same) == 1:
        return {}
    content = {"step": place.step}
    if sum(folded(p.step) == folded(place.step) for p in same) > 1:
        content["channel"] = place.channel
    return content


def _touchpoint(
    column: ColumnProposal, proposal: Proposal, columns: list[ColumnProposal]
) -> Content:
    content: Content = {"column": column.name}
    comment = next(
        (c for c in columns if c.role is Role.COMMENT and c.comment_to == column.name), None
    )
    if comment:
        content["comment"] = comment.name
    if column.touchpoint_id is not None:
        place = _place(proposal, column)
        content |= {"title": place.title, **_where(proposal, place)}
    return content | _answers(column)


def _observation(
    column: ColumnProposal, proposal: Proposal, scores: list[ColumnProposal]
) -> Content:
    kind = column.role.observes
    content: Content = {"column": column.name, "kind": str(kind)}
    if kind and kind.timed:
        content["unit"] = str(column.unit)
    # What a ticket took belongs where its rating does, unless somebody says otherwise.
    about = column if column.touchpoint_id is not None or not scores else scores[0]
    if about.touchpoint_id is not None:
        place = _place(proposal, about)
        content |= {"touchpoint": place.title, **_where(proposal, place)}
    return content


def proposal_toml(proposal: Proposal) -> str:
    """Return a proposal as a mapping file to go on from: what is open and left out is said."""
    tool = proposal.layout_name or "no known tool"
    comments = [f"Columns of {tool}, from the first {proposal.rows_seen:,} rows."]
    comments += [f"OPEN: {question}" for question in proposal.questions]
    for column in proposal.columns:
        if column.role is Role.IGNORE:
            name = column.name if column.label == column.name else f"{column.name} ({column.label})"
            comments.append(f"Left out: {name}: {column.reason}")
    # A line end in a column's name must not end the comment.
    lines = (" ".join(comment.split()) for comment in comments)
    return toml_text(mapping_content(proposal, unfinished=True), lines)

"""A mapping that was made before, put back into a proposal, so that a person can correct it."""

from dataclasses import replace
from typing import Any

from feedback.imports.mappings.mapping import Mapping, NotApplicable, TouchpointMapping, Words
from feedback.imports.places import Places, folded
from feedback.imports.problems import BadCell
from feedback.imports.proposals.proposal import ColumnProposal, Proposal, Role, WordScore


def recalled(proposal: Proposal, mapping: Mapping) -> Proposal:
    """Return the proposal with each column read as the mapping says, the others left out.

    What the mapping names and the file or the journey does not have is left open.
    """
    changes = _by_column(mapping, Places(proposal.places))
    fixed, time = mapping.time.fixed, mapping.time.column
    return replace(
        proposal,
        columns=tuple(_recalled(column, changes.get(column.name)) for column in proposal.columns),
        source=mapping.source,
        kind=mapping.source_kind,
        time_format=mapping.time.format if time else "",
        timezone=str(mapping.time.timezone),
        fixed_day=fixed.date().isoformat() if fixed else "",
    )


def _recalled(column: ColumnProposal, changes: dict[str, Any] | None) -> ColumnProposal:
    if column.private:
        return column
    changes = dict(changes or {"role": Role.IGNORE})
    scores: Words | None = changes.pop("scores", None)
    if scores is not None:
        changes["words"] = _words(column, scores)
    if changes["role"] is not column.role:
        changes["reason"] = "As it was chosen before."
    return replace(column, **changes)


def _words(column: ColumnProposal, scores: Words) -> tuple[WordScore, ...]:
    """Return the column's words with the scores that they have, and those of earlier files."""
    found = [WordScore(text=word.text, score=scores.score(word.text)) for word in column.words]
    here = {folded(word.text) for word in column.words}
    more = [WordScore(text=text, score=n) for text, n in scores.scores.items() if text not in here]
    return (*found, *more)


def _by_column(mapping: Mapping, places: Places) -> dict[str, dict[str, Any]]:
    """Return for each column that the mapping names what the proposal is to say of it."""
    found: dict[str, dict[str, Any]] = {}
    for name, role in (
        (mapping.id, Role.ID),
        (mapping.time.column, Role.TIME),
        (mapping.segment, Role.SEGMENT),
        (mapping.channel, Role.CHANNEL),
        (mapping.language, Role.LANGUAGE),
        (mapping.respondent, Role.RESPONDENT),
        (mapping.touchpoint, Role.TOUCHPOINT),
        (mapping.metric, Role.METRIC),
        (mapping.comment, Role.COMMENT),
    ):
        if name:
            found[name] = {"role": role}
    if mapping.partial:
        values = tuple(sorted(mapping.partial.finished))
        found[mapping.partial.column] = {"role": Role.PARTIAL, "values": values}
    for rule in mapping.skip:
        if rule.column == mapping.time.column:
            found[rule.column]["skip_blank"] = True
            continue
        found[rule.column] = {"role": Role.SKIP, "values": tuple(sorted(rule.values))}
    if mapping.score:
        found[mapping.score] = _score(mapping.default_metric, mapping.words, mapping.not_applicable)
    for touchpoint in mapping.touchpoints:
        _add_touchpoint(found, touchpoint, mapping, places)
    for observed in mapping.observations:
        found[observed.column] = {
            "role": Role(observed.kind.value),
            "unit": observed.unit,
            "touchpoint_id": _place(places, observed.title, observed.step, observed.channel),
        }
    return found


def _add_touchpoint(
    found: dict[str, dict[str, Any]],
    touchpoint: TouchpointMapping,
    mapping: Mapping,
    places: Places,
) -> None:
    if not touchpoint.column:
        return
    found[touchpoint.column] = {
        **_score(
            touchpoint.metric or mapping.default_metric,
            touchpoint.words or mapping.words,
            touchpoint.not_applicable or mapping.not_applicable,
        ),
        "touchpoint_id": _place(places, touchpoint.title, touchpoint.step, touchpoint.channel),
    }
    if touchpoint.comment:
        found[touchpoint.comment] = {"role": Role.COMMENT, "comment_to": touchpoint.column}


def _score(metric: str, words: Words, not_applicable: NotApplicable) -> dict[str, Any]:
    numbers = map(str, sorted(not_applicable.numbers))
    return {
        "role": Role.SCORE,
        "metric": metric,
        "scores": words,
        "not_applicable": (*numbers, *sorted(not_applicable.texts)),
    }


def _place(places: Places, title: str, step: str, channel: str) -> int | None:
    try:
        return places.find(title, step=step, channel=channel).touchpoint_id
    except BadCell:
        return None

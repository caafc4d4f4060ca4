"""What a proposal leaves open: only a person can answer it."""

from collections.abc import Iterator, Sequence

from feedback.imports.problems import BadMapping
from feedback.imports.proposals.proposal import ColumnProposal, Proposal, Role, TimeFormat

UNFINISHED = {"0", "false", "no", "partial", "started"}
"""Words of answers that were broken off; a file may well hold no others."""


def open_questions(proposal: Proposal) -> Iterator[str]:
    """Yield what only a person can answer: what keeps the proposal from being a mapping, and words.

    Rows with a word that has no score are problems of the check, as a person may well want; where
    no word means finished, all of them are broken off.
    """
    yield from needed_answers(proposal)
    for column in proposal.columns:
        if column.role is Role.PARTIAL and _never_finished(column):
            words = ", ".join(column.samples)
            yield f"Which of {words} in “{column.label}” says that somebody came to the end?"
        named = {text.casefold() for text in column.not_applicable}
        unknown = [word.text for word in column.words if word.score is None]
        unknown = [text for text in unknown if text.casefold() not in named]
        if column.role is Role.SCORE and unknown:
            yield f"Which scores do {', '.join(unknown)} mean in “{column.label}”?"


def _never_finished(column: ColumnProposal) -> bool:
    """True when no word of the column is known to mean finished, and one of them might."""
    words = {text.casefold() for text in column.samples}
    known = {text.casefold() for text in column.values}
    return bool(known and words - UNFINISHED) and words.isdisjoint(known)


def needed_answers(proposal: Proposal) -> Iterator[str]:
    """Yield what has to be answered before the proposal is a mapping."""
    columns = proposal.columns
    scores = [column for column in columns if column.role is Role.SCORE]
    if not scores and not any(column.role.observes for column in columns):
        yield "Which columns hold scores? None was recognised as one."
    if not proposal.long:
        for column in columns:
            # What a ticket took belongs where its one rating does.
            needs = column.role is Role.SCORE or (column.role.observes and len(scores) != 1)
            if needs and column.touchpoint_id is None:
                yield f"Which touchpoint is “{column.label}” about?"
    yield from (f"On which scale are the scores of “{c.label}”?" for c in scores if not c.metric)
    yield from _questions_of_time(proposal)


def _questions_of_time(proposal: Proposal) -> Iterator[str]:
    time = proposal.time
    if time is None:
        if not proposal.fixed_day:
            yield "When were these answers given? No column says it."
    elif not proposal.time_format:
        if proposal.time_formats:
            yield f"How are the times to be read? {_or(proposal.time_formats)}?"
        else:
            sample = f", such as “{time.samples[0]}”" if time.samples else ""
            yield f"In which format are the times of “{time.label}”{sample}?"


def _or(formats: Sequence[TimeFormat]) -> str:
    return " or ".join(f"{form.label} ({form.example})" for form in formats)


def unquestioned(proposal: Proposal) -> Proposal:
    """Return a proposal that can be imported without anybody looking at it.

    That is one for the file of a known tool, in which nothing is open and no column of scores
    is left without a touchpoint. Raises BadMapping for any other.
    """
    reasons = list(proposal.questions)
    if not proposal.layout:
        reasons.append("Which tool wrote the file? Its columns are those of none that is known.")
    reasons += [
        f"Which touchpoint is “{column.label}” about? None has its title."
        for column in proposal.columns
        if column.role is Role.IGNORE and column.metric
    ]
    if reasons:
        asked = "\n".join(f"  {reason}" for reason in dict.fromkeys(reasons))
        raise BadMapping(
            f"Without a mapping the file leaves questions open:\n{asked}\n"
            "--propose prints a mapping to start from."
        )
    return proposal

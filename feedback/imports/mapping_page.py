"""The page on which a person says what the columns of a file mean: its rows and their choices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from feedback.imports.mappings.mapping import Unit
from feedback.imports.proposals.corrections import Corrections
from feedback.imports.proposals.judging.word_scales import nearest_scale
from feedback.imports.proposals.open_questions import open_questions
from feedback.imports.proposals.proposal import ColumnProposal, Proposal, Role
from feedback.metrics.scales import SCALES
from feedback.models import SourceKind

# A choice of touchpoints in every column is too much for a page when there are many of both;
# beyond this, only columns that need one offer it.
MOST_OPTIONS = 20_000
LONGEST_LABEL = 80
PARTS = ("role", "touchpoint", "metric", "to", "unit")


class Choices:
    """The options of a select that stands on the page many times: written once, chosen often."""

    def __init__(self, options: Iterable[tuple[str, str]]) -> None:
        self._html = {
            value: format_html('<option value="{}">{}</option>', value, label)
            for value, label in options
        }

    def chosen(self, value: object) -> SafeString:
        """Return the options, one of them selected; unknown values select none."""
        chosen = self._html.get(str(value))
        whole = "".join(self._html.values())
        if chosen is not None:
            whole = whole.replace(chosen, chosen.replace(">", " selected>", 1), 1)
        return mark_safe(whole)  # noqa: S308


@dataclass(frozen=True)
class Word:
    """A word in a column of scores, the score that it has so far, and what is wrong with that.

    `usual` are the scores that it means on the scales that have it: "csat:4 csat2:2".
    """

    name: str
    text: str
    score: int | None
    error: str
    usual: str


@dataclass(frozen=True)
class ColumnRow:
    """One column: what stands in it, and the choices of what it is."""

    prefix: str
    column: ColumnProposal
    options: dict[str, SafeString]
    """By part of the field's name: role, touchpoint, metric, to, unit."""
    errors: dict[str, str]
    """By the same, and those of its words."""
    words: list[Word]
    values: str
    not_applicable: str

    @property
    def left_out(self) -> bool:
        """True when nothing of it is read and nothing is wrong with that."""
        return self.column.role is Role.IGNORE and not self.errors

    @property
    def may_be_score(self) -> bool:
        """True when it is left out though its values fit a scale: perhaps it rates a touchpoint."""
        return self.left_out and bool(self.column.metric)


@dataclass(frozen=True)
class MappingPage:
    """Everything that the form shows."""

    used: list[ColumnRow]
    may_be_scores: list[ColumnRow]
    left_out: list[ColumnRow]
    """The other columns of which nothing is read."""
    private: list[str]
    """Labels of columns that are never read."""
    questions: tuple[str, ...]
    """What the form, as it stands, leaves to be answered by the person."""
    kinds: SafeString
    errors: dict[str, str]

    @property
    def measures(self) -> bool:
        """True when a column is read that ends as a number on the map."""
        roles = [row.column.role for row in self.used]
        return any(role is Role.SCORE or role.observes for role in roles)

    @property
    def error_count(self) -> int:
        """How many fields are wrong."""
        return len(self.errors)


def mapping_page(corrections: Corrections) -> MappingPage:
    """Make the rows of the form from a proposal, as it is proposed or as it was posted."""
    proposal = corrections.proposal
    choices = _choices(proposal)
    spare = len(proposal.columns) * (len(proposal.places) + len(proposal.columns)) > MOST_OPTIONS
    rows = []
    before = ""
    for number, column in enumerate(proposal.columns):
        if not column.private:
            rows.append(
                _row(number, column, choices, corrections.errors, before=before, spare=spare)
            )
        if column.role is Role.SCORE:
            before = column.name
    return MappingPage(
        used=[row for row in rows if not row.left_out],
        may_be_scores=[row for row in rows if row.may_be_score],
        left_out=[row for row in rows if row.left_out and not row.may_be_score],
        private=[column.label for column in proposal.columns if column.private],
        questions=tuple(open_questions(proposal)),
        kinds=Choices(SourceKind.choices).chosen(proposal.kind),
        errors=corrections.errors,
    )


def _choices(proposal: Proposal) -> dict[str, Choices]:
    questions = [
        (column.name, Truncator(column.label).chars(LONGEST_LABEL))
        for column in sorted(_may_be_explained(proposal), key=_how_surely_a_score)
    ]
    places = [
        (str(place.touchpoint_id), f"{place.title} · {place.step}, {place.channel}")
        for place in proposal.places
    ]
    return {
        "role": Choices((role.value, role.label) for role in Role),
        "touchpoint": Choices([("", "Choose a touchpoint"), *places]),
        "metric": Choices(
            [("", "Choose a metric"), *((scale.key, scale.label) for scale in SCALES.values())]
        ),
        "to": Choices([("", "Choose a score"), *questions]),
        "unit": Choices((unit.value, unit.value) for unit in Unit),
    }


def _usual(column: ColumnProposal) -> list[str]:
    """Return for each word of a column its scores on all scales on which the column may be."""
    texts = [word.text for word in column.words]
    on_scales = [nearest_scale(texts, metric) for metric in SCALES]
    found = [nearest for nearest in on_scales if nearest is not None]
    return [
        " ".join(f"{metric}:{scores[text]}" for metric, scores in found if text in scores)
        for text in texts
    ]


def _may_be_explained(proposal: Proposal) -> Iterator[ColumnProposal]:
    """Yield the columns of scores and what a person might still make one; a name is needed."""
    explained = {column.comment_to for column in proposal.columns}
    for column in proposal.columns:
        known = column.recognised or column.time_formats or column.comment_to
        question = column.role is Role.IGNORE and column.samples and not known
        offered = column.role is Role.SCORE or question or column.name in explained
        if offered and column.name and not column.private:
            yield column


def _how_surely_a_score(column: ColumnProposal) -> int:
    return 0 if column.role is Role.SCORE else 1 if column.metric else 2


def _row(
    number: int,
    column: ColumnProposal,
    choices: dict[str, Choices],
    errors: dict[str, str],
    *,
    before: str,
    spare: bool,
) -> ColumnRow:
    """Make the row of a column; `before` is the score before it, which it explains most likely."""
    prefix = f"c{number}"
    values: dict[str, Any] = {
        "role": column.role,
        "touchpoint": column.touchpoint_id or "",
        "metric": column.metric,
        "to": column.comment_to or (before if column.role is not Role.COMMENT else ""),
        "unit": column.unit,
    }
    offered = {"role", "metric", "unit"} if spare and column.role is Role.IGNORE else set(PARTS)
    return ColumnRow(
        prefix=prefix,
        column=column,
        options={part: choices[part].chosen(values[part]) for part in PARTS if part in offered},
        errors={
            name.removeprefix(f"{prefix}-"): text
            for name, text in errors.items()
            if name.startswith(f"{prefix}-")
        },
        words=[
            Word(f"{prefix}-w{n}", word.text, word.score, errors.get(f"{prefix}-w{n}", ""), usual)
            for n, (word, usual) in enumerate(zip(column.words, _usual(column), strict=True))
        ],
        values=", ".join(column.values),
        not_applicable=", ".join(column.not_applicable),
    )

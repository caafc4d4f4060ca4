"""What a page of drivers says in sentences: what was found, what not, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feedback.driving.analysis import NEEDED, Analysis, Verdict
from feedback.driving.contrasts import LEAST, LEAST_PER_DRIVER
from feedback.driving.lines import names_of
from feedback.driving.outcomes import Choice
from feedback.metrics.scales import SCALES
from feedback.wording import percent_text
from touchpoints.models import Touchpoint

_MUCH_LATER = 0.05
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there are no drivers, and what would help."""

    title: str
    why: str
    helps: tuple[str, ...]


_PERSONAL = (
    "Invite people personally, or hand a customer’s id along: docs/surveys.md and the column "
    "“respondent” of an import. The same person’s answers then stand under one pseudonym."
)
_LONGER = "Choose a longer period, or all segments."


def refusal(analysis: Analysis, choice: Choice, minimum: int) -> Refusal | None:
    """Return why the answers cannot carry drivers, or None where something can be shown."""
    if analysis.verdict in {Verdict.DRIVERS, Verdict.EXPOSED}:
        return None
    if analysis.verdict is Verdict.ANONYMOUS:
        return Refusal(
            "Nobody can be followed from one answer to another",
            f"{choice.answers:,} answers were given to “{choice.label}” in this period, and none "
            "of those of this view names a respondent: they are anonymous.",
            (_PERSONAL, "Anonymous answers stay anonymous: nothing can link them afterwards."),
        )
    if analysis.verdict is Verdict.FLAT:
        return Refusal(
            "Everybody scored the outcome alike",
            f"All {_people(analysis.outcome_respondents, minimum)} who scored “{choice.label}” "
            "gave the same score. Where nothing differs, nothing can go along with it.",
            ("Choose another outcome.", _LONGER),
        )
    if analysis.verdict is Verdict.WITHHELD:
        return Refusal(
            "Kept back, so that nobody can be recognised",
            "Beside another period or segment this view would show the answers of fewer than "
            f"{minimum} people, by subtraction.",
            ("Choose another period: the last 90 days are always shown first.",),
        )
    short = max(NEEDED - analysis.respondents, 0)
    more = f" {short:,} more would do." if short else ""
    return Refusal(
        "Too few people scored several touchpoints",
        f"{_people(analysis.respondents, minimum)} scored “{choice.label}” and at least two "
        f"touchpoints beside it. Two drivers need {NEEDED} in common ({LEAST}, and "
        f"{LEAST_PER_DRIVER} for each driver: a convention).{more}",
        (_LONGER, _PERSONAL, "Ask the same customers at several touchpoints."),
    )


def found(analysis: Analysis, choice: Choice) -> str:
    """Return in a sentence what the drivers say together, or the exposures."""
    if analysis.verdict is Verdict.EXPOSED:
        return (
            "Here people rated one touchpoint each, so no scores of one person can be compared "
            "with each other, and there are no shares. What can be said is whether the outcome "
            "differs between those who rated a touchpoint and those who did not."
        )
    share = percent_text(100 * (analysis.r2 or 0.0))
    return (
        f"Together the scores of these {len(analysis.drivers)} touchpoints are associated with "
        f"{share} of the differences in “{choice.label}” (R²), among {analysis.respondents:,} "
        "people who scored it and at least two of the touchpoints."
    )


def limits(
    analysis: Analysis, choice: Choice, touchpoints: Mapping[int, Touchpoint]
) -> Iterator[str]:
    """Yield what the data cannot show, in sentences."""
    yield (
        "Associated with, not causes: people who are content with one thing are often content "
        "with the next, and an improvement here need not move the outcome. Try it, and compare "
        "before and after."
    )
    yield from _order(analysis)
    if choice.outcome.metric == "csat2":
        yield (
            "The outcome has only two values, good or bad. R² of a yes or no stays low even where "
            "the scores tell it well, so compare the shares with each other, not with 100 %."
        )
    if SCALES[choice.outcome.metric].key == "nps":
        yield "The outcome counts as the score of 0 to 10, not as promoters less detractors."
    yield (
        "Only people who can be followed under a pseudonym are in it. Who answers anonymously, "
        "once, or not at all may feel differently."
    )
    if analysis.verdict is Verdict.DRIVERS:
        yield (
            "What somebody did not answer, or marked as not applicable, is missing; it is no "
            "score of zero. Correlations rest on the people who scored both of a pair, on at "
            f"least {analysis.n:,}."
        )
    if analysis.every > 1:
        yield (
            f"There are too many answers to look at all of them: one in {analysis.every} "
            "respondents was looked at, evenly picked."
        )
    if analysis.sparse:
        yield (
            "Left out, because too few people scored them together with the others (30, and 10 "
            f"for each driver): {names_of(analysis.sparse, touchpoints)}."
        )
    if analysis.alike:
        yield (
            f"Left out, because everybody scored them alike: "
            f"{names_of(analysis.alike, touchpoints)}."
        )


def _order(analysis: Analysis) -> Iterator[str]:
    if analysis.verdict is not Verdict.DRIVERS:
        return
    if analysis.at_once > _MOSTLY:
        yield (
            f"{percent_text(100 * analysis.at_once)} of the scores were given at the same time as "
            "the outcome (a cross-section): nothing tells which came first, and one mood colours "
            "all answers of one sitting."
        )
    if analysis.later > _MUCH_LATER:
        yield (
            f"{percent_text(100 * analysis.later)} of the scores were given after the outcome, "
            "and cannot have led to it."
        )


def _people(count: int, minimum: int) -> str:
    if 0 < count < minimum:
        return f"Fewer than {minimum} people"
    return f"{count:,} {'person' if count == 1 else 'people'}"

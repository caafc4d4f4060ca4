"""Before and after in words: what the page, the file and the note to the owner say."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from feedback.evidence import Span
from feedback.improving.before_after import BeforeAfter, Comparison, FrictionChange
from feedback.metrics.scales import SCALES, Scale
from feedback.metrics.worthwhile import WORTHWHILE
from feedback.wording import (
    friction_change,
    friction_metric,
    hidden_metric,
    label,
    p_text,
    plain,
    score_metric,
    signed,
)
from journeys.maps.grid import UNKNOWN, Metric
from touchpoints.models import Touchpoint

VERDICTS = {
    "better": "Clearly better",
    "worse": "Clearly worse",
    "unclear": "No clear difference",
    "early": "Too early to tell",
    "unknown": "Nothing to compare",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison as people read it."""

    touchpoint: Touchpoint
    key: str
    label: str
    before: Metric
    after: Metric
    change: str
    interval: str
    test: str
    verdict: str
    verdict_text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FrictionLine:
    """The friction of one touchpoint before and after, as people read it."""

    touchpoint: Touchpoint
    before: Metric
    after: Metric
    change: str
    sentence: str


def lines(found: BeforeAfter) -> list[Line]:
    """Return the comparisons in words."""
    return [_line(each, found) for each in found.comparisons]


def friction_lines(found: BeforeAfter) -> list[FrictionLine]:
    """Return the frictions in words; those of which nothing is known are left out."""
    return [
        _friction_line(each, found)
        for each in found.frictions
        if each.before.score is not None or each.after.score is not None
    ]


def span_text(span: tuple[date, date]) -> str:
    """Return two days as "14 June to 11 September 2026"."""
    first, last = span
    begin = "j F" if first.year == last.year else "j F Y"
    return f"{date_format(first, begin)} to {date_format(last, 'j F Y')}"


def windows_text(found: BeforeAfter) -> str:
    """Return what is compared, in a sentence."""
    windows = found.windows
    days = f"{windows.days} day{'' if windows.days == 1 else 's'}"
    growing = "" if windows.full else ", as many as have passed since; they grow to 90"
    return (
        f"{days} on each side{growing}: {span_text(windows.before)} against "
        f"{span_text(windows.after)}. The shipping day itself is left out."
    )


def summary(found: BeforeAfter) -> str:
    """Return how it turned out, in a sentence: the clear ones by name."""
    said = lines(found)
    clear = [each for each in said if each.verdict in ("better", "worse")]
    if clear:
        return " ".join(
            f"{each.touchpoint.title}: {each.label} {each.change}, "
            f"{each.verdict_text[0].lower()}{each.verdict_text[1:]}."
            for each in clear
        )
    if any(each.verdict == "unclear" for each in said):
        return "No clear difference, although enough answers came to see a worthwhile one."
    if any(each.verdict == "early" for each in said):
        return "Too early to tell: more answers are needed."
    return "There is nothing to compare: no answers on one side, or too few to show."


def _line(each: Comparison, found: BeforeAfter) -> Line:
    scale = SCALES[each.key]
    before = _metric(each.before.now, each.key, found.minimum)
    after = _metric(each.after.now, each.key, found.minimum)
    difference = each.difference
    verdict = each.verdict
    return Line(
        touchpoint=each.touchpoint,
        key=each.key,
        label=label(scale),
        before=before,
        after=after,
        change=_change(scale, difference.value if difference else None),
        interval=_interval(scale, difference.low, difference.high) if difference else "",
        test=_test(each, found.tested),
        verdict=verdict,
        verdict_text=VERDICTS[verdict],
        sentence=_sentence(each, scale, before, after),
    )


def _metric(span: Span, key: str, minimum: int) -> Metric:
    if key in span.hidden:
        return hidden_metric(key, minimum, url="")
    return score_metric(key, span.scores.get(key))


def unit(scale: Scale) -> str:
    """Return the unit of a difference: percentage points, points, or scores."""
    return "" if scale.metric == "ces" else " pt"


def _change(scale: Scale, value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return f"{signed(value, 1 if scale.metric == 'ces' else 0)}{unit(scale)}"


def _interval(scale: Scale, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    digits = 2 if scale.metric == "ces" else 1
    return f"{signed(low, digits)} to {signed(high, digits)}{unit(scale)}"


def _test(each: Comparison, tested: int) -> str:
    if each.p is None or each.difference is None:
        return ""
    among = f", corrected for {tested} comparisons (Holm)" if tested > 1 else ""
    return f"p {p_text(each.p)}, {each.difference.test}{among}"


def _sentence(each: Comparison, scale: Scale, before: Metric, after: Metric) -> str:
    if each.verdict == "unknown":
        return _nothing(before, after)
    smallest = f"{plain(WORTHWHILE[scale.metric], 1 if scale.metric == 'ces' else 0)}{unit(scale)}"
    if each.needed is None:
        return "All answers before were alike, so nobody can say how many are needed."
    counted = f"{each.n_after:,} of the some {_rounded(each.needed):,} answers needed"
    if each.verdict == "early":
        return f"{counted} to see a change of {smallest}."
    if each.verdict == "unclear":
        return f"A change of {smallest} would most likely have shown; a smaller one may not."
    moved = f"From {before.text} to {after.text}."
    return moved if each.enough else f"{moved} Early: {counted}; look again."


def _nothing(before: Metric, after: Metric) -> str:
    for metric, when in ((before, "before"), (after, "after")):
        if metric.base == "suppressed":
            return f"{metric.note.removesuffix('.')}, {when} it shipped."
    empty = [
        when for metric, when in ((before, "before"), (after, "since")) if metric.value is None
    ]
    if empty:
        return f"Nobody has answered {' or '.join(empty)}."
    return "The answers show no spread, so nothing can be tested."


def _rounded(count: int) -> int:
    """Return a count as precisely as it is known: two digits."""
    size: int = 10 ** max(len(str(count)) - 2, 0)
    return size * round(count / size)


def _friction_line(each: FrictionChange, found: BeforeAfter) -> FrictionLine:
    than = f"the {found.windows.days} days before"
    change = friction_change(each.after, each.before, than)
    return FrictionLine(
        touchpoint=each.touchpoint,
        before=friction_metric(each.before, exposed=each.exposed[0]),
        after=friction_metric(each.after, exposed=each.exposed[1]),
        change=change.text if change else UNKNOWN,
        sentence=change.title if change else "Not measured on both sides, so nothing is compared.",
    )


def worth_telling(found: BeforeAfter) -> bool:
    """True once every comparison has answers enough, or the windows will not grow any more."""
    compared = [each for each in found.comparisons if each.verdict != "unknown"]
    return found.windows.full or (bool(compared) and all(each.enough for each in compared))

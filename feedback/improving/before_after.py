"""Did it work? Each touchpoint of an opportunity before and after the day on which it shipped.

Everything is read from daily counts, and suppressed as on the maps. The tests of one page are
corrected together (Holm): a claim that something worked should be wrong in one of twenty at most.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from feedback.evidence import Evidence, Gathered, friction_of, gather
from feedback.improving.windows import Windows, shipping_days
from feedback.improving.withheld import Key, withheld
from feedback.metrics.claims import claim_p
from feedback.metrics.compare import ALPHA, Difference, compare
from feedback.metrics.friction import Formula, Friction
from feedback.metrics.multiplicity import holm
from feedback.metrics.scales import SCALE_ORDER
from feedback.metrics.worthwhile import answers_needed
from journeys.maps import MapFilters, Period
from journeys.maps.filters import DEFAULT_PERIOD
from journeys.models import Workspace
from touchpoints.models import Touchpoint


@dataclass(frozen=True, slots=True)
class Comparison:
    """One scale at one touchpoint: how many answered on each side, and what changed.

    `difference` is None where a side is hidden or empty. `p` is adjusted for all the comparisons
    of the page; `needed` is how many answers each side takes to see a worthwhile change.
    """

    touchpoint: Touchpoint
    key: str
    before: Evidence
    after: Evidence
    difference: Difference | None
    p: float | None = None
    needed: int | None = None

    @property
    def n_after(self) -> int:
        """Return how many answered after the change, of those that are shown."""
        found = self.after.now.scores.get(self.key)
        return found.n if found else 0

    @property
    def enough(self) -> bool:
        """True where as many answered afterwards as a worthwhile change takes to be seen."""
        return self.needed is not None and self.n_after >= self.needed

    @property
    def verdict(self) -> str:
        """Return "better", "worse", "unclear", "early", or "unknown" where nothing is compared."""
        if self.difference is None or self.p is None or self.difference.value is None:
            return "unknown"
        if self.p < ALPHA:
            return "better" if self.difference.value > 0 else "worse"
        return "unclear" if self.enough else "early"


@dataclass(frozen=True, slots=True)
class FrictionChange:
    """The friction of one touchpoint on both sides; it has no test."""

    touchpoint: Touchpoint
    before: Friction
    after: Friction
    exposed: tuple[int, int]


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """What changed at the touchpoints in two windows of the same length."""

    windows: Windows
    comparisons: tuple[Comparison, ...]
    frictions: tuple[FrictionChange, ...]
    minimum: int

    @property
    def tested(self) -> int:
        """Return how many comparisons the p-values are adjusted for."""
        return sum(each.p is not None for each in self.comparisons)


def before_after(
    touchpoints: Sequence[Touchpoint], windows: Windows, *, workspace: Workspace, today: date
) -> BeforeAfter:
    """Compare what visible touchpoints had before and after; 20 queries at most."""
    ids = [touchpoint.pk for touchpoint in touchpoints]
    days = shipping_days(ids)
    for pk in ids:
        days[pk].add(windows.shipped_on)
    minimum = workspace.minimum_answers
    hidden = withheld(windows, days, today=today, minimum=minimum) if ids else (set(), set())
    before, after = (
        _window(touchpoints, span, windows.pieces, workspace, kept_back)
        for span, kept_back in zip((windows.before, windows.after), hidden, strict=True)
    )
    comparisons = [
        comparison
        for touchpoint in touchpoints
        for comparison in _compared(touchpoint, before[touchpoint.pk], after[touchpoint.pk])
    ]
    return BeforeAfter(
        windows,
        tuple(_adjusted(comparisons)),
        tuple(
            FrictionChange(
                each,
                before[each.pk].friction,
                after[each.pk].friction,
                (before[each.pk].now.exposed, after[each.pk].now.exposed),
            )
            for each in touchpoints
        ),
        minimum,
    )


def _window(
    touchpoints: Sequence[Touchpoint],
    span: tuple[date, date],
    pieces: int,
    workspace: Workspace,
    kept_back: set[Key],
) -> Gathered:
    # Under the name of the default period, which none of the map's others takes anything from:
    # what the maps' periods give away of this one is kept back here.
    period = Period(DEFAULT_PERIOD, span[1], span[0])
    filters = MapFilters(period=period, compare=False)
    found = gather(touchpoints, workspace=workspace, filters=filters, pieces=pieces)
    for touchpoint in touchpoints:
        _keep_back(found[touchpoint.pk], touchpoint, kept_back, found.formula)
    return found


def _keep_back(
    evidence: Evidence, touchpoint: Touchpoint, kept_back: set[Key], formula: Formula
) -> None:
    keys = {key for pk, key in kept_back if pk == touchpoint.pk}
    span = evidence.now
    for key in keys & span.scores.keys():
        del span.scores[key]
        del evidence.trend[key]
        span.hidden.add(key)
    for counted in (span.rates, span.durations):
        for key in keys & counted.keys():
            del counted[key]
            span.too_few.add(key)
    if keys:
        evidence.friction = friction_of(span, touchpoint, evidence.severities, formula)


def _compared(touchpoint: Touchpoint, before: Evidence, after: Evidence) -> Iterator[Comparison]:
    """Yield every scale that was answered on either side."""
    for key in SCALE_ORDER:
        sides = before.now, after.now
        if not any(key in side.scores or key in side.hidden for side in sides):
            continue
        first, second = (side.scores.get(key) for side in sides)
        difference = compare(first, second) if first and second else None
        needed = answers_needed(first) if first else None
        yield Comparison(touchpoint, key, before, after, difference, needed=needed)


def _adjusted(comparisons: Sequence[Comparison]) -> Iterator[Comparison]:
    many = sum(each.difference is not None for each in comparisons) > 1
    claims = [_claim(each, among_many=many) for each in comparisons]
    adjusted = iter(holm([p for p in claims if p is not None]))
    for each, p in zip(comparisons, claims, strict=True):
        yield each if p is None else replace(each, p=next(adjusted))


def _claim(each: Comparison, *, among_many: bool) -> float | None:
    if each.difference is None:
        return None
    sides = each.before.now.scores[each.key], each.after.now.scores[each.key]
    return claim_p(*sides, among_many=among_many)

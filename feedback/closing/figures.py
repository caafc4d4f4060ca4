"""How well the loop is closed: figures of the cases that opened in a period."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, variance

from feedback.metrics.intervals import wilson
from feedback.metrics.quantiles import Interval, t_quantile
from feedback.metrics.suppression import shown_together, suppress
from feedback.metrics.survival import Survival, kaplan_meier
from feedback.models import Case, CaseState, Metric
from journeys.models import Workspace
from journeys.models.workspaces import Visitor

DAY = timedelta(days=1)
PERIODS = {"90d": 90, "12m": 365, "30d": 30}
"""Their days, those first that are shown where only one of two can be."""
OTHERS = "Rarer causes together"
_FIELDS = (
    *("state", "opened_at", "due_at", "contacted_at", "resolved_at", "closed_at", "told_at"),
    *("metric", "score", "recovery_score", "root_cause"),
)


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`; hidden where `n` is below the workspace's minimum."""

    hits: int
    n: int
    hidden: bool

    @property
    def percent(self) -> float | None:
        """Return the share in percent; None where there is nobody, or too few."""
        return None if self.hidden or not self.n else 100 * self.hits / self.n

    @property
    def interval(self) -> Interval | None:
        """Return its 95 % interval (Wilson) in percent."""
        return None if self.hidden else wilson(self.hits, self.n)


@dataclass(frozen=True, slots=True)
class Recovery:
    """Mean score of the same customers before and after, on one scale, and the mean change."""

    metric: Metric
    n: int
    before: float
    after: float
    low: float | None
    high: float | None

    @property
    def change(self) -> float:
        """Return by how much the mean rose, in points of the scale."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of closing the loop. `contact` and `resolve` are in days since the case opened."""

    n: int
    open: int
    overdue: int
    contact: Survival | None
    resolve: Survival | None
    within_due: Share
    told: Share
    recoveries: tuple[Recovery, ...]
    causes: tuple[tuple[str, int], ...]
    minimum: int


def figures(workspace: Workspace, *, user: Visitor, now: datetime, days: int) -> Figures:
    """Return the figures of the cases that opened in the last `days`, one of PERIODS; one query.

    What less than the workspace's minimum of cases say is left out, but for how many there are.
    So is what the customers' scores and the causes would tell of so few beside another period.
    """
    visible = Case.objects.visible_to(user).filter(workspace=workspace)
    longest = now - max(PERIODS.values()) * DAY
    ever = list(visible.filter(opened_at__gt=longest).only(*_FIELDS))
    k = workspace.minimum_answers
    beside = _Beside(now, days, k)
    cases = [case for case in ever if beside.holds(case.opened_at)]
    unresolved = [case for case in cases if case.state in CaseState.unresolved()]
    resolved = [case for case in cases if case.resolved_at]
    decided = [case for case in cases if case.resolved_at or case.due_at < now]
    within = sum(bool(case.resolved_at and case.resolved_at <= case.due_at) for case in decided)
    return Figures(
        n=len(cases),
        open=len(unresolved),
        overdue=sum(case.due_at < now for case in unresolved),
        contact=_times(cases, "contacted_at", now, k),
        resolve=_times(cases, "resolved_at", now, k),
        within_due=Share(within, len(decided), len(decided) < k),
        told=Share(sum(bool(each.told_at) for each in resolved), len(resolved), len(resolved) < k),
        recoveries=_recoveries(ever, beside),
        causes=_causes([case for case in ever if case.resolved_at], beside),
        minimum=k,
    )


def _times(cases: Sequence[Case], field: str, now: datetime, k: int) -> Survival | None:
    """Return how long it took, in days; what ended without it, or is still to come, is censored."""
    if len(cases) < k:
        return None
    times, reached = [], []
    for case in cases:
        at: datetime | None = getattr(case, field)
        end = at or case.closed_at or (case.resolved_at if field == "contacted_at" else None) or now
        times.append(max((end - case.opened_at) / DAY, 0.0))
        reached.append(at is not None)
    return kaplan_meier(times, reached)


@dataclass(frozen=True, slots=True)
class _Beside:
    """A period of `days` beside the others, which all end now: who reads two can subtract."""

    now: datetime
    days: int
    k: int

    def holds(self, opened_at: datetime) -> bool:
        """Whether a case that opened then is in the period."""
        return opened_at > self.now - self.days * DAY

    def may_show(self, opened: Sequence[datetime]) -> bool:
        """Whether the period has enough cases that opened then, and what others differ by, too."""
        lengths = list(PERIODS.values())
        until = {days: sum(at > self.now - days * DAY for at in opened) for days in (0, *lengths)}
        shown = shown_together([(0, days) for days in lengths], until, self.k)
        return shown[lengths.index(self.days)]


def _recoveries(ever: Iterable[Case], beside: _Beside) -> tuple[Recovery, ...]:
    asked_again: dict[str, list[tuple[datetime, tuple[int, int]]]] = {}
    for case in ever:
        if case.score is not None and case.recovery_score is not None:
            pair = case.score, case.recovery_score
            asked_again.setdefault(case.metric, []).append((case.opened_at, pair))
    return tuple(
        _recovery(Metric(metric), pairs)
        for metric, found in asked_again.items()
        if (pairs := [pair for at, pair in found if beside.holds(at)])
        and beside.may_show([at for at, _ in found])
    )


def _recovery(metric: Metric, pairs: Sequence[tuple[int, int]]) -> Recovery:
    n = len(pairs)
    before, after = (fmean(pair[side] for pair in pairs) for side in (0, 1))
    changes = [second - first for first, second in pairs]
    spread = variance(changes)
    low = high = None
    if spread:
        reach = t_quantile(n - 1, 0.95) * (spread / n) ** 0.5
        low, high = after - before - reach, after - before + reach
    return Recovery(metric, n, before, after, low, high)


def _causes(ever: Iterable[Case], beside: _Beside) -> tuple[tuple[str, int], ...]:
    """Return the root causes, the most frequent first; those of few customers as one.

    What only another period gives away is left out: alone among "others" it would be told.
    """
    spelled: dict[str, str] = {}
    opened: dict[str, list[datetime]] = {}
    for case in ever:
        if case.root_cause:
            key = case.root_cause.casefold()
            spelled.setdefault(key, case.root_cause)
            opened.setdefault(key, []).append(case.opened_at)
    counted = Counter({key: sum(map(beside.holds, at)) for key, at in opened.items()})
    hidden = set(suppress(counted.total(), counted, beside.k))
    together = sum(counted[key] for key in hidden)
    hidden |= {key for key, at in opened.items() if not beside.may_show(at)}
    shown = [(spelled[key], n) for key, n in counted.most_common() if n and key not in hidden]
    return (*shown, (OTHERS, together)) if together >= beside.k else tuple(shown)

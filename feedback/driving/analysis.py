"""Which touchpoints' scores go along with the overall one: from answers to shares, or a refusal.

A respondent counts who scored the outcome and at least two other touchpoints (metrics.md §4), each
by their latest answer of the period.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import add
from typing import Any, Self

import numpy as np

from feedback.driving.answers import Answers, Outcome
from feedback.driving.contrasts import LEAST, LEAST_PER_DRIVER, Pull, pulls
from feedback.driving.exposure import Exposure, exposures
from feedback.driving.guarding import days_of, gives_away, part_of
from feedback.driving.people import People, Table
from feedback.metrics.cross_sums import CrossSums, Matrix
from feedback.metrics.drivers import KeyDrivers, key_drivers
from feedback.metrics.stability import Stability, random_groups, stability

NEEDED = LEAST + 2 * LEAST_PER_DRIVER
"""Respondents that two drivers need (convention, metrics.md §4)."""


class Verdict(StrEnum):
    """What the answers can carry; all but the first two are refusals."""

    DRIVERS = "drivers"
    EXPOSED = "exposed"
    ANONYMOUS = "anonymous"
    FLAT = "flat"
    FEW = "few"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Driver:
    """A touchpoint's share of R² (0..1) with its bootstrap interval, and its correlation `r`.

    `n` scored it and the outcome. `steady` is how often (0..1) its share stays on its side of the
    importance cut.
    """

    touchpoint_id: int
    metric: str
    n: int
    share: float
    low: float | None
    high: float | None
    steady: float | None
    r: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the answers say about an outcome. Fields that its verdict has no use for are empty.

    `read` answers were looked at, of one in `every` respondents. `outcome_respondents` scored the
    outcome, `respondents` at least two touchpoints as well; `n` is the smallest number of
    respondents behind a correlation, `complete` scored every driver. `later` is the part (0..1) of
    the drivers' answers that came after the outcome, `at_once` the part in the same minute.
    """

    verdict: Verdict
    read: int = 0
    every: int = 1
    outcome_respondents: int = 0
    respondents: int = 0
    n: int = 0
    complete: int = 0
    method: str = ""
    r2: float | None = None
    drivers: tuple[Driver, ...] = ()
    resamples: int = 0
    pulls: tuple[Pull, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    alike: tuple[int, ...] = ()
    """Touchpoints that everybody scored alike."""
    sparse: tuple[int, ...] = ()
    """Touchpoints that too few scored together with the others."""
    later: float = 0.0
    at_once: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return it as a result is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Return what was kept."""
        parts: dict[str, Any] = {
            "verdict": Verdict(kept["verdict"]),
            "drivers": tuple(Driver(**each) for each in kept["drivers"]),
            "pulls": tuple(Pull(**each) for each in kept["pulls"]),
            "exposures": tuple(Exposure(**each) for each in kept["exposures"]),
            "alike": tuple(kept["alike"]),
            "sparse": tuple(kept["sparse"]),
        }
        return cls(**kept | parts)


@dataclass(frozen=True, slots=True)
class View:
    """What an analysis is limited to: a period up to a day, and perhaps a segment.

    Whose answer on the outcome names the segment is in it. Fewer than `minimum` people must not be
    told from the others.
    """

    period: str
    end: date
    segment_id: int | None = None
    minimum: int = 5


def analyse(answers: Answers, outcome: Outcome, view: View, *, every: int = 1) -> Analysis:
    """Return the drivers of an outcome, or what the answers can say instead.

    `answers` are those of `read_answers`, read from as far back as `reads_since` says; of one in
    `every` respondents.
    """
    everybody = People.of(answers, outcome, view.end)
    days, inside = days_of(view.period), part_of(everybody.segment, view.segment_id)
    reach = everybody.paired_age()
    people = everybody.keep(inside & (everybody.outcome_age < days), days)
    paired = everybody.keep(inside & (reach < days), days)
    found = Analysis(
        Verdict.FEW,
        read=len(answers),
        every=every,
        outcome_respondents=len(people),
        respondents=len(paired),
    )
    if not len(people):
        return replace(found, verdict=Verdict.ANONYMOUS)
    if np.ptp(people.score) == 0:
        return replace(found, verdict=Verdict.FLAT)
    carried = _carried(paired) if len(paired) >= NEEDED else None
    needed = everybody.outcome_age if carried is None else reach
    if gives_away(needed, everybody.segment, view.segment_id, view.period, view.minimum):
        return replace(found, verdict=Verdict.WITHHELD)
    if carried is not None:
        return _drivers(found, carried, paired, view.minimum)
    told = exposures(people)
    return replace(found, verdict=Verdict.EXPOSED, exposures=told) if told else found


@dataclass(frozen=True, slots=True)
class _Carried:
    """What can be computed: the touchpoints that enough people scored together."""

    table: Table
    groups: list[CrossSums]
    drivers: KeyDrivers
    correlation: Matrix
    sums: CrossSums
    alike: tuple[int, ...]
    sparse: tuple[int, ...]


def _carried(paired: People) -> _Carried | None:
    table = paired.table()
    groups = random_groups(table.names, table.values)
    sums = reduce(add, groups)
    last, varying = len(table.touchpoints), sums.varying()
    chosen = _enough_together(sums, [i for i in varying if i != last])
    if len(chosen) < 2 or last not in varying:
        return None
    sums = sums.subset([*chosen, last])
    drivers, correlation = key_drivers(sums), sums.correlation()
    if drivers is None or correlation is None or drivers.shares is None:
        return None
    left_out = {i: table.touchpoints[i] for i in range(last) if i not in chosen}
    return _Carried(
        table.only(chosen),
        [group.subset([*chosen, last]) for group in groups],
        drivers,
        correlation,
        sums,
        tuple(pk for i, pk in left_out.items() if i not in varying),
        tuple(pk for i, pk in left_out.items() if i in varying),
    )


def _enough_together(sums: CrossSums, columns: Sequence[int]) -> list[int]:
    """Leave out one touchpoint after the other until those left have 30 + 10 each in common.

    The next to go is always one of the pair that fewest people scored.
    """
    chosen, last = list(columns), len(sums.names) - 1
    while chosen:
        common = sums.n[np.ix_(chosen, [*chosen, last])]
        if common.min() >= LEAST + LEAST_PER_DRIVER * len(chosen):
            break
        weakest = min(
            range(len(chosen)), key=lambda i: (float(common[i].min()), float(common[i].sum()))
        )
        chosen.pop(weakest)
    return chosen


def _drivers(found: Analysis, carried: _Carried, paired: People, minimum: int) -> Analysis:
    table, shares = carried.table, carried.drivers.shares or ()
    steady = stability(carried.groups, shares)
    complete, contrasts = pulls(table, minimum)
    later, at_once = paired.order(table)
    drivers = [_driver(carried, i, share, steady) for i, share in enumerate(shares)]
    return replace(
        found,
        verdict=Verdict.DRIVERS,
        n=carried.drivers.n,
        complete=complete,
        method=carried.drivers.method,
        r2=carried.drivers.r2,
        drivers=tuple(sorted(drivers, key=lambda driver: -driver.share)),
        resamples=steady.resamples if steady else 0,
        pulls=contrasts,
        alike=carried.alike,
        sparse=carried.sparse,
        later=later,
        at_once=at_once,
    )


def _driver(carried: _Carried, i: int, share: float, steady: Stability | None) -> Driver:
    return Driver(
        touchpoint_id=carried.table.touchpoints[i],
        metric=carried.table.metrics[i],
        n=int(carried.sums.n[i, -1]),
        share=share,
        low=steady.low[i] if steady else None,
        high=steady.high[i] if steady else None,
        steady=steady.same_side[i] if steady else None,
        r=float(carried.correlation[i, -1]),
    )

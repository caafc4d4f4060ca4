"""What each kind of outcome metric is computed from, and what has to be assumed for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from feedback.metrics.durations import median_interval, quantile
from feedback.metrics.intervals import wilson
from feedback.metrics.quantiles import Interval
from feedback.metrics.revenue import (
    churn,
    clv_discounted,
    clv_simple,
    gross_revenue_retention,
    net_revenue_retention,
    retention,
)
from feedback.metrics.survival import kaplan_meier
from feedback.models.outcomes import Direction, OutcomeKind, OutcomeMetric, OutcomePoint, Timing

Inputs = Mapping[str, Any]


class Sort(StrEnum):
    """What an input is, and so how it is read."""

    COUNT = "count"
    AMOUNT = "amount"
    PERCENT = "percent"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to fill in; `key` is its name in files and over the API."""

    key: str
    label: str
    sort: Sort
    help: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """How a value comes about. `unit` is fixed where the formula fixes it.

    `compute` takes the read inputs and returns the value, None where `without` says why there is
    none, and raises ValueError for inputs that contradict each other. `base` returns n.
    """

    says: str
    inputs: tuple[Input, ...]
    assumes: tuple[str, ...]
    compute: Callable[[Inputs], float | None]
    without: str
    direction: Direction
    timing: Timing
    base: Callable[[Inputs], int | None] = lambda _: None
    unit: str = ""
    or_given: bool = False
    """True where the value may be taken as it is from a tool that has computed it."""


def _customers(inputs: Inputs) -> tuple[int, int]:
    return inputs["customers_at_start"], inputs["customers_lost"]


def _times(inputs: Inputs) -> int:
    return len(inputs.get("times", ())) + len(inputs.get("reached", ())) + len(_waiting(inputs))


def _waiting(inputs: Inputs) -> Sequence[float]:
    found: Sequence[float] = inputs.get("not_yet", ())
    return found


def _time_to_value(inputs: Inputs) -> float | None:
    times = [*inputs["reached"], *_waiting(inputs)]
    curve = kaplan_meier(times, [True] * len(inputs["reached"]) + [False] * len(_waiting(inputs)))
    return curve.median if curve else None


_AT_START = Input(
    "customers_at_start",
    "Customers at the start",
    Sort.COUNT,
    "On the first day of the period. New ones stay out.",
)
_LOST = Input("customers_lost", "Of those, lost", Sort.COUNT, "Gone by the last day.")
_REVENUE_AT_START = Input(
    "revenue_at_start",
    "Recurring revenue at the start",
    Sort.AMOUNT,
    "Of the customers there on the first day.",
)
_EXPANSION = Input("expansion", "Expansion", Sort.AMOUNT, "More paid by the same customers.")
_CONTRACTION = Input("contraction", "Contraction", Sort.AMOUNT, "Less paid by those who stayed.")
_CHURNED = Input("churned_revenue", "Churned", Sort.AMOUNT, "Paid at the start by those who left.")
_REVENUE = Input("revenue", "Revenue per customer and period", Sort.AMOUNT, "On average.")
_MARGIN = Input("gross_margin", "Gross margin, %", Sort.PERCENT)
_CHURN_RATE = Input("churn_rate", "Churn per period, %", Sort.PERCENT)
_DISCOUNT = Input("discount_rate", "Discount per period, %", Sort.PERCENT)
_NO_CUSTOMERS = "Nobody was a customer at the start, so there is no share."
_NO_REVENUE = "There was no recurring revenue at the start, so there is no share."
_OLD_CUSTOMERS = "Only customers of the first day count; whoever came during the period does not."
_CONSTANT = "Revenue, margin and churn stay as they are for as long as a customer stays."

FORMULAS: dict[str, Formula] = {
    OutcomeKind.CHURN: Formula(
        says="100 × customers lost ÷ customers at the start",
        inputs=(_AT_START, _LOST),
        assumes=(_OLD_CUSTOMERS,),
        compute=lambda inputs: churn(*_customers(inputs)),
        base=lambda inputs: _customers(inputs)[0],
        without=_NO_CUSTOMERS,
        direction=Direction.LOWER,
        timing=Timing.LAGGING,
        unit="%",
    ),
    OutcomeKind.RETENTION: Formula(
        says="100 − churn, churn being 100 × customers lost ÷ customers at the start",
        inputs=(_AT_START, _LOST),
        assumes=(_OLD_CUSTOMERS,),
        compute=lambda inputs: retention(*_customers(inputs)),
        base=lambda inputs: _customers(inputs)[0],
        without=_NO_CUSTOMERS,
        direction=Direction.HIGHER,
        timing=Timing.LAGGING,
        unit="%",
    ),
    OutcomeKind.NRR: Formula(
        says="100 × (start + expansion − contraction − churned) ÷ start, of recurring revenue",
        inputs=(_REVENUE_AT_START, _EXPANSION, _CONTRACTION, _CHURNED),
        assumes=(_OLD_CUSTOMERS, "All four amounts are in one currency and for one period."),
        compute=lambda each: net_revenue_retention(
            each["revenue_at_start"],
            each["expansion"],
            each["contraction"],
            each["churned_revenue"],
        ),
        without=_NO_REVENUE,
        direction=Direction.HIGHER,
        timing=Timing.LAGGING,
        unit="%",
    ),
    OutcomeKind.GRR: Formula(
        says="100 × (start − contraction − churned) ÷ start, of recurring revenue; 100 % at most",
        inputs=(_REVENUE_AT_START, _CONTRACTION, _CHURNED),
        assumes=(_OLD_CUSTOMERS, "Expansion is left out."),
        compute=lambda each: gross_revenue_retention(
            each["revenue_at_start"], each["contraction"], each["churned_revenue"]
        ),
        without=_NO_REVENUE,
        direction=Direction.HIGHER,
        timing=Timing.LAGGING,
        unit="%",
    ),
    OutcomeKind.CLV: Formula(
        says="revenue per period × gross margin ÷ churn",
        inputs=(_REVENUE, _MARGIN, _CHURN_RATE),
        assumes=(_CONSTANT, "Money of later years counts as much as money of today."),
        compute=lambda each: clv_simple(
            each["revenue"], each["gross_margin"] / 100, each["churn_rate"] / 100
        ),
        without="Without churn this formula has no end: give a churn above 0.",
        direction=Direction.HIGHER,
        timing=Timing.LAGGING,
    ),
    OutcomeKind.CLV_DISCOUNTED: Formula(
        says="revenue × margin × r ÷ (1 + d − r), r being 1 − churn and d the discount",
        inputs=(_REVENUE, _MARGIN, _CHURN_RATE, _DISCOUNT),
        assumes=(
            _CONSTANT,
            "The first period is not counted, later ones are discounted (Gupta and Lehmann).",
        ),
        compute=lambda each: clv_discounted(
            each["revenue"],
            each["gross_margin"] / 100,
            each["churn_rate"] / 100,
            each["discount_rate"] / 100,
        ),
        without="Without churn and discount this formula has no end: give one above 0.",
        direction=Direction.HIGHER,
        timing=Timing.LAGGING,
    ),
    OutcomeKind.TIME_TO_VALUE: Formula(
        says="median of the Kaplan–Meier curve: the time by which half have got there",
        inputs=(
            Input("reached", "Times of those who got there", Sort.TIMES, "One number each."),
            Input(
                "not_yet",
                "Times so far of those who have not",
                Sort.TIMES,
                "They count as long as they have waited. Left out, the value looks too good.",
                optional=True,
            ),
        ),
        assumes=(
            "Who has not got there yet is as likely to as others were who had waited as long.",
        ),
        compute=_time_to_value,
        base=_times,
        without="Fewer than half have got there yet, so there is no median.",
        direction=Direction.LOWER,
        timing=Timing.LEADING,
        or_given=True,
    ),
    OutcomeKind.FIRST_RESPONSE: Formula(
        says="median of the times from a customer’s question to the first answer by a person",
        inputs=(Input("times", "Times", Sort.TIMES, "One number for each question answered."),),
        assumes=("Questions without an answer yet are not in it.", "Replies of robots are not."),
        compute=lambda each: quantile(each["times"], 0.5),
        base=_times,
        without="No question was answered, so there is no median.",
        direction=Direction.LOWER,
        timing=Timing.LEADING,
        or_given=True,
    ),
}


def formula_of(metric: OutcomeMetric) -> Formula | None:
    """Return how its values are computed; None for a series of one's own."""
    return FORMULAS.get(metric.kind)


def share_interval(metric: OutcomeMetric, value: float, n: int | None) -> Interval | None:
    """Return the 95 % interval (Wilson) of a share of n in percent; None for what is none.

    Revenue is no share of customers, so NRR and GRR have none.
    """
    if metric.unit != "%" or not n or not 0 <= value <= 100:
        return None
    if metric.kind not in {OutcomeKind.CHURN, OutcomeKind.RETENTION, OutcomeKind.OWN}:
        return None
    return wilson(round(value * n / 100), n)


def interval_of(metric: OutcomeMetric, point: OutcomePoint) -> Interval | None:
    """Return the 95 % interval of a point where its n or its single times are known."""
    times = point.inputs.get("times")
    if times:
        found = median_interval(times)
        return (found.low, found.high) if found else None
    return share_interval(metric, point.value, point.n)

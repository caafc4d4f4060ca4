"""Points of an outcome metric: read from whatever was sent, written once for each period."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from math import isfinite
from typing import Any

from django.db import transaction

from feedback.models.outcomes import OutcomeCorrection, OutcomeMetric, OutcomePoint
from feedback.outcomes.formulas import Formula, Input, Sort, formula_of
from feedback.outcomes.reading import BadNumber, read_number, read_times
from feedback.recording import Outcome
from journeys.admin.revisions import changing, lock
from journeys.models import User

EARLIEST = date(1990, 1, 1)
A_YEAR = timedelta(days=366)
LARGEST_VALUE = 1e15
LARGEST_COUNT = 2_147_483_647
LONGEST_NOTE = 300


class Refused(Exception):
    """A point cannot be kept; `errors` are the reasons by field, "" for the whole of it."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(" ".join(reason for reasons in errors.values() for reason in reasons))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Given:
    """A point as somebody sent it: texts or numbers, nothing of it checked."""

    start: date
    end: date
    value: Any = None
    n: Any = None
    note: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A point that may be written."""

    start: date
    end: date
    value: float
    n: int | None
    inputs: dict[str, Any]
    note: str

    @property
    def period(self) -> tuple[date, date]:
        """Return what it is known by."""
        return self.start, self.end

    def content(self) -> dict[str, Any]:
        """Return what may differ between two points of one period."""
        return {key: each for key, each in asdict(self).items() if key not in {"start", "end"}}


def draft_of(metric: OutcomeMetric, given: Given, *, today: date) -> Draft:
    """Return the point with its value, computed where the metric has a formula.

    Raises Refused for a period, number or set of inputs that cannot be.
    """
    errors: dict[str, list[str]] = {}
    _check_period(given, today, errors)
    if len(given.note) > LONGEST_NOTE:
        errors["note"] = [f"A note has {LONGEST_NOTE} characters at most."]
    formula = formula_of(metric)
    sent = {key: raw for key, raw in given.inputs.items() if not _empty(raw)}
    if formula is None or (formula.or_given and not sent and not _empty(given.value)):
        if sent:
            errors |= {key: ["This metric is not computed from inputs."] for key in sent}
        value, n, inputs = *_taken(given, errors), dict[str, Any]()
    else:
        value, n, inputs = _computed(formula, given, sent, errors)
    if errors or value is None:
        raise Refused(errors)
    return Draft(given.start, given.end, value, n, inputs, given.note.strip())


def _check_period(given: Given, today: date, errors: dict[str, list[str]]) -> None:
    if given.end < given.start:
        errors["end"] = ["The period ends before it begins."]
    elif given.start > today:
        errors["start"] = ["This period is still to come; are day and month the right way round?"]
    elif given.end > today + A_YEAR:
        errors["end"] = ["This period ends more than a year from now."]
    elif given.start < EARLIEST:
        errors["start"] = [f"The period begins before {EARLIEST.year}."]


def _taken(given: Given, errors: dict[str, list[str]]) -> tuple[float | None, int | None]:
    """Return the value and n as they were given."""
    value = _read(given.value, "value", errors)
    if value is None and "value" not in errors:
        errors["value"] = ["Give the value of the period."]
    return value, _count(given.n, "n", errors)


def _computed(
    formula: Formula, given: Given, sent: Mapping[str, Any], errors: dict[str, list[str]]
) -> tuple[float | None, int | None, dict[str, Any]]:
    """Return the value that the inputs make, its n, and the inputs as read."""
    keys = {each.key for each in formula.inputs}
    for key in sent.keys() - keys:
        errors[key] = [f"This metric has no such input; it has: {', '.join(sorted(keys))}."]
    for name, raw in (("value", given.value), ("n", given.n)):
        if not _empty(raw):
            errors[name] = ["It is computed from the inputs here: leave it out."]
    read = {each.key: _input(each, sent.get(each.key), errors) for each in formula.inputs}
    if errors:
        return None, None, {}
    try:
        value = formula.compute(read)
    except ValueError as error:
        errors[""] = [str(error)]
        return None, None, {}
    if value is None or not isfinite(value) or abs(value) > LARGEST_VALUE:
        errors[""] = [formula.without if value is None else "The value is too large to keep."]
        return None, None, {}
    inputs = {key: each for key, each in read.items() if each not in (None, [])}
    return value, formula.base(read), inputs


def _input(wanted: Input, raw: Any, errors: dict[str, list[str]]) -> Any:
    if wanted.sort is Sort.TIMES:
        return _times(wanted, raw, errors)
    if _empty(raw):
        errors[wanted.key] = [f"“{wanted.label}” is needed."]
        return None
    if wanted.sort is Sort.COUNT:
        return _count(raw, wanted.key, errors)
    number = _read(raw, wanted.key, errors)
    if number is not None and number < 0:
        errors[wanted.key] = ["It cannot be below 0."]
    elif number is not None and wanted.sort is Sort.PERCENT and number > 100:
        errors[wanted.key] = ["A share is 0 to 100 %."]
    return number


def _times(wanted: Input, raw: Any, errors: dict[str, list[str]]) -> list[float]:
    if _empty(raw):
        if not wanted.optional:
            errors[wanted.key] = [f"“{wanted.label}” is needed."]
        return []
    try:
        return read_times(raw)
    except BadNumber as error:
        errors[wanted.key] = [str(error)]
        return []


def _read(raw: Any, name: str, errors: dict[str, list[str]]) -> float | None:
    if _empty(raw):
        return None
    try:
        number = read_number(raw)
    except BadNumber as error:
        errors[name] = [str(error)]
        return None
    if abs(number) > LARGEST_VALUE:
        errors[name] = ["It is too large to keep."]
    return number


def _count(raw: Any, name: str, errors: dict[str, list[str]]) -> int | None:
    number = _read(raw, name, errors)
    if number is None or name in errors:
        return None
    if number != int(number) or not 0 <= number <= LARGEST_COUNT:
        errors[name] = ["It is a whole number, 0 or more."]
    return int(number)


def _empty(raw: Any) -> bool:
    return raw is None or raw == [] or (isinstance(raw, str) and not raw.strip())


def write_points(metric: OutcomeMetric, drafts: Sequence[Draft], *, by: User) -> list[Outcome]:
    """Write the points in one transaction; return whether each is new, corrected or as it was.

    A point is known by its period, so that the same call made twice changes nothing. What a
    corrected one said before is kept.
    """
    homes = [metric.home.pk] if metric.home else []
    with transaction.atomic():
        # The journey first, as everybody does who changes what a map shows.
        lock(homes)
        list(OutcomeMetric.objects.select_for_update().filter(pk=metric.pk).values("pk"))
        known = {(each.start, each.end): each for each in metric.points.all()}
        outcomes = [_outcome(known.get(draft.period), draft) for draft in drafts]
        new, changed = [], []
        for draft, outcome in zip(drafts, outcomes, strict=True):
            if outcome is Outcome.CREATED:
                new.append(_row(metric, draft, by))
            elif outcome is Outcome.UPDATED:
                changed.append((known[draft.period], draft))
        if not new and not changed:
            return outcomes
        with changing(homes):
            OutcomePoint.objects.bulk_create(new)
            OutcomeCorrection.objects.bulk_create(
                _correction(point, draft.content(), by) for point, draft in changed
            )
            for point, draft in changed:
                for name, each in draft.content().items():
                    setattr(point, name, each)
            OutcomePoint.objects.bulk_update(
                [point for point, _ in changed], ["value", "n", "inputs", "note"]
            )
    return outcomes


def move_point(point: OutcomePoint, draft: Draft, *, by: User) -> None:
    """Correct a point as a person asks for it; another period takes the old one's place."""
    with transaction.atomic():
        if (point.start, point.end) != draft.period:
            delete_point(point, by=by)
        write_points(point.metric, [draft], by=by)


def delete_point(point: OutcomePoint, *, by: User) -> None:
    """Delete a point; what it said is kept among the corrections."""
    homes = [point.metric.home.pk] if point.metric.home else []
    with changing(homes):
        _correction(point, {}, by).save()
        point.delete()


def content_of(point: OutcomePoint) -> dict[str, Any]:
    """Return what a point says, as its corrections keep it."""
    return {"value": point.value, "n": point.n, "inputs": point.inputs, "note": point.note}


def _outcome(point: OutcomePoint | None, draft: Draft) -> Outcome:
    if point is None:
        return Outcome.CREATED
    return Outcome.UNCHANGED if content_of(point) == draft.content() else Outcome.UPDATED


def _row(metric: OutcomeMetric, draft: Draft, by: User) -> OutcomePoint:
    return OutcomePoint(
        metric=metric, start=draft.start, end=draft.end, entered_by=by, **draft.content()
    )


def _correction(point: OutcomePoint, after: dict[str, Any], by: User) -> OutcomeCorrection:
    return OutcomeCorrection(
        metric_id=point.metric_id,
        start=point.start,
        end=point.end,
        before=content_of(point),
        after=after,
        by=by,
    )

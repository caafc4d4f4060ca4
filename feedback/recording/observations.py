"""Writing what was observed: how long customers waited, and whether a thing happened to them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from feedback.metrics.durations import bucket_of
from feedback.models import Observation, Source
from feedback.recording.answers import Outcome, Recorded, cut

COLUMNS = (
    "source_id",
    "external_id",
    "touchpoint_id",
    "kind",
    "occurred_at",
    "seconds",
    "bucket",
    "hit",
    "handoff_id",
)
TYPES = (
    "bigint",
    "text",
    "bigint",
    "text",
    "timestamptz",
    "double precision",
    "smallint",
    "boolean",
    "bigint",
)
VALUES = COLUMNS[4:]

# One statement for create and update, so that two writers of the same thing never collide.
UPSERT = (
    f"INSERT INTO feedback_observation ({', '.join(COLUMNS)}, recorded_at) "
    "{rows} "
    "ON CONFLICT (source_id, external_id, touchpoint_id, kind) WHERE NOT (external_id = '') "
    f"DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in VALUES)}"
)
# One array per column: the triggers that keep the daily counts run once for the statement.
UPSERT_ARRAYS = UPSERT.format(
    rows=f"SELECT *, %s FROM unnest({', '.join(f'%s::{name}[]' for name in TYPES)})"  # noqa: S608
)
UPSERT_ROW = UPSERT.format(rows=f"VALUES ({', '.join(['%s'] * (len(COLUMNS) + 1))})")


class NewObservation(NamedTuple):
    """One customer's wait in `seconds`, or whether a thing happened to them (`hit`).

    Waits and first responses have seconds, the other kinds have a hit; "explain" names the
    handoff, and the touchpoint that takes over. One with an `external_id` is known again by
    (source, external_id, touchpoint, kind); without one it is always new.
    """

    touchpoint_id: int
    kind: str
    occurred_at: datetime
    seconds: float | None = None
    hit: bool | None = None
    external_id: str = ""
    handoff_id: int | None = None


_Key = tuple[str, int, str]
_Values = tuple[datetime, float | None, int | None, bool | None, int | None]


@transaction.atomic
def record_observations(source: Source, observations: Sequence[NewObservation]) -> Recorded:
    """Write observations of one source, all or none; the daily counts follow by themselves.

    Of several with one id the last stays. Raises ValueError for a negative or infinite duration
    and IntegrityError for a kind without what it needs.
    """
    known = _known_of(source, observations)
    outcomes, named, nameless = _compared(known, observations)
    changed = [(key, values) for key, values in named.items() if known.get(key) != values]
    # In the order of their keys, so that two writers never wait for each other in a circle.
    _write(source, [*sorted(changed, key=lambda pair: pair[0]), *nameless])
    return Recorded(tuple(outcomes))


def compare_observations(source: Source, observations: Sequence[NewObservation]) -> Recorded:
    """Tell what recording the observations would do, and write nothing."""
    outcomes, _, _ = _compared(_known_of(source, observations), observations)
    return Recorded(tuple(outcomes))


def _known_of(source: Source, observations: Sequence[NewObservation]) -> dict[_Key, _Values]:
    return _known(source, {each.external_id for each in observations if each.external_id})


def _compared(
    known: Mapping[_Key, _Values], observations: Sequence[NewObservation]
) -> tuple[list[Outcome], dict[_Key, _Values], list[tuple[_Key, _Values]]]:
    """Return what becomes of each, the last one of every id, and those without an id."""
    stored = dict(known)
    named: dict[_Key, _Values] = {}
    nameless: list[tuple[_Key, _Values]] = []
    outcomes = []
    for each in observations:
        key = (each.external_id, each.touchpoint_id, each.kind)
        values = _values(each)
        if not each.external_id:
            nameless.append((key, values))
            outcomes.append(Outcome.CREATED)
            continue
        outcomes.append(_outcome(stored.get(key), values))
        stored[key] = named[key] = values
    return outcomes, named, nameless


def _outcome(before: _Values | None, values: _Values) -> Outcome:
    if before is None:
        return Outcome.CREATED
    return Outcome.UNCHANGED if before == values else Outcome.UPDATED


def _values(new: NewObservation) -> _Values:
    if new.seconds is None:
        return new.occurred_at, None, None, new.hit, new.handoff_id
    # PostgreSQL takes no array in which whole numbers stand beside fractions.
    seconds = float(new.seconds)
    return new.occurred_at, seconds, bucket_of(seconds), new.hit, new.handoff_id


def _known(source: Source, ids: Iterable[str]) -> dict[_Key, _Values]:
    found: dict[_Key, _Values] = {}
    for some in cut(sorted(ids)):
        # Excluding the empty id lets both databases use the partial index of the constraint.
        rows = (
            Observation.objects.filter(source=source, external_id__in=some)
            .exclude(external_id="")
            .order_by()
            .values_list("external_id", "touchpoint_id", "kind", *VALUES)
        )
        found |= {(row[0], row[1], row[2]): row[3:] for row in rows}
    return found


def _write(source: Source, observations: Sequence[tuple[_Key, _Values]]) -> None:
    if not observations:
        return
    moment: Any = connection.ops.adapt_datetimefield_value
    now = moment(timezone.now())
    rows = [
        (source.pk, *key, moment(occurred_at), *rest) for key, (occurred_at, *rest) in observations
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(UPSERT_ARRAYS, [now, *map(list, zip(*rows, strict=True))])
        else:
            cursor.executemany(UPSERT_ROW, [(*row, now) for row in rows])

"""Whatever days people look at, no difference between two views is of few people."""

from datetime import date, timedelta
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.comparing.edges import Answered
from journeys.maps import Period
from journeys.maps.filters import PERIODS

TODAY = date(2026, 3, 31)
K = 5
# Whole worlds take a while to draw where a machine has much else to do.
patient = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)

days = st.dictionaries(
    st.integers(0, 420).map(lambda ago: (TODAY - timedelta(days=ago)).isoformat()),
    st.tuples(st.integers(0, 7), st.integers(0, 7)),
    max_size=30,
)
runs = st.tuples(st.integers(0, 420), st.integers(0, 200)).map(
    lambda each: (
        TODAY - timedelta(days=each[0] + each[1]),
        TODAY - timedelta(days=each[0]),
    )
)


def answered(found, *, sliced: bool) -> Answered:
    everybody = {day: inside + outside for day, (inside, outside) in found.items()}
    return Answered.of(everybody, {d: n for d, (n, _) in found.items()} if sliced else None)


def count(found, since: date, until: date) -> tuple[int, int]:
    within = [n for day, n in found.items() if since.isoformat() <= day <= until.isoformat()]
    return sum(n for n, _ in within), sum(n for _, n in within)


@patient
@given(days, st.lists(runs, min_size=1, max_size=4), st.booleans())
def test_no_two_views_differ_by_few_nor_does_one_from_a_period_of_the_map(found, asked, sliced):
    shown = [answered(found, sliced=sliced).snapped(run[0], run[1], K, TODAY) for run in asked]
    ends = {end for run in shown if run for end in (run.since, run.until + timedelta(days=1))}
    of_map = {TODAY + timedelta(days=1)}
    for period in (Period.until(TODAY, key) for key in PERIODS if PERIODS[key]):
        of_map |= {period.start, period.previous().start}
    for first, last in (sorted(pair) for pair in product(ends, ends | of_map)):
        between = count(found, first, last - timedelta(days=1))
        for n in between if sliced else [sum(between)]:
            assert not 0 < n < K


@patient
@given(days, runs, st.booleans())
def test_a_view_lies_within_what_was_asked_and_is_large_enough(found, asked, sliced):
    run = answered(found, sliced=sliced).snapped(asked[0], asked[1], K, TODAY)
    if run is None:
        return
    assert asked[0] <= run.since <= run.until <= asked[1]
    inside, outside = count(found, run.since, run.until)
    assert run.n == (inside if sliced else inside + outside)
    assert run.n >= K
    assert run.whole == (count(found, *asked) == (inside, outside))


def test_where_enough_answer_every_day_nothing_is_left_out():
    found = {(TODAY - timedelta(days=ago)).isoformat(): 6 for ago in range(400)}
    since, until = date(2026, 1, 7), date(2026, 2, 3)
    run = Answered.of(found, None).snapped(since, until, K, TODAY)
    assert (run.since, run.until, run.whole, run.n) == (since, until, True, 28 * 6)


def test_days_of_few_go_together_from_the_oldest_on():
    found = {f"2025-06-{day:02}": 2 for day in range(1, 13)}
    answered = Answered.of(found, None)
    assert answered.edges(K) == [0, 3, 6, 9, 12]
    run = answered.snapped(date(2025, 6, 2), date(2025, 6, 9), K, TODAY)
    assert (run.since, run.until, run.n, run.whole) == (
        date(2025, 6, 4), date(2025, 6, 9), 12, False,
    )  # fmt: skip
    assert answered.asked(date(2025, 6, 2), date(2025, 6, 9)) == 16
    assert answered.snapped(date(2025, 6, 2), date(2025, 6, 4), K, TODAY) is None

# mypy: no-check-untyped-defs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics.cross_sums import CrossSums
from feedback.metrics.drivers import (
    johnson,
    key_drivers,
    lmg,
    quadrants,
    r_squared,
)
from feedback.metrics.penalty_reward import Contrast, contrast_sums, penalty_reward

scores = st.integers(1, 5)
respondents = st.integers(1, 4).flatmap(
    lambda p: st.lists(
        st.lists(st.none() | scores, min_size=p + 1, max_size=p + 1), min_size=1, max_size=40
    )
)
NAMES = ["a", "b", "c", "d", "e"]


def simulated(count: int, n: int = 400, seed: int = 3) -> np.ndarray:
    """Answers of n respondents on `count` drivers; the outcome follows the first two."""
    random = np.random.default_rng(seed)
    drivers = random.integers(1, 6, (n, count))
    noise = random.normal(0, 1, n)
    return np.column_stack([drivers, 2 * drivers[:, 0] + drivers[:, 1 % count] + noise])


def sums_of(data: np.ndarray) -> CrossSums:
    names = [f"d{i}" for i in range(data.shape[1] - 1)] + ["outcome"]
    return CrossSums.from_rows(names, data.tolist())


@given(respondents, st.integers(0, 40))
def test_sums_of_parts_add_up_to_those_of_all(rows, cut):
    names = NAMES[: len(rows[0])]
    merged = CrossSums.from_rows(names, rows[:cut]) + CrossSums.from_rows(names, rows[cut:])
    whole = CrossSums.from_rows(names, rows)
    for name in ("n", "sums", "squares", "products"):
        assert np.array_equal(getattr(merged, name), getattr(whole, name))


@given(respondents)
def test_drivers_are_numbers_or_none(rows):
    result = key_drivers(CrossSums.from_rows(NAMES[: len(rows[0])], rows))
    if result is None:
        return
    assert np.isfinite(result.importance).all()
    assert sum(result.importance) == pytest.approx(result.r2)
    assert -1e-6 <= result.r2 <= 1 + 1e-6
    assert result.shares is None or sum(result.shares) == pytest.approx(1)
    assert len(result.performance) == len(result.names)


def test_correlations_of_complete_answers_are_those_of_numpy():
    data = simulated(4)
    assert sums_of(data).correlation() == pytest.approx(np.corrcoef(data.T))


def test_correlations_with_gaps_are_pairwise_and_still_possible():
    data = simulated(3, n=60)
    rows = [
        [None if random < 0.5 else value for random, value in zip(line, row, strict=True)]
        for line, row in zip(np.random.default_rng(1).random(data.shape), data, strict=True)
    ]
    found = CrossSums.from_rows(["a", "b", "c", "y"], rows).correlation()
    both = [(row[0], row[3]) for row in rows if row[0] is not None and row[3] is not None]
    assert found[0, 3] == pytest.approx(np.corrcoef(np.array(both).T)[0, 1])
    assert np.linalg.eigvalsh(found)[0] >= -1e-9


def test_contradicting_pairs_are_repaired_to_a_possible_matrix():
    pair = np.array([[0, 0], [1, 1], [2, 2.0]] * 5)
    rows = (
        [[a, b, None] for a, b in pair]
        + [[None, a, b] for a, b in pair]
        + [[a, None, 2 - b] for a, b in pair]
    )
    found = CrossSums.from_rows(["a", "b", "c"], rows).correlation()
    assert np.diag(found) == pytest.approx(1)
    assert np.linalg.eigvalsh(found)[0] >= -1e-9


@pytest.mark.parametrize("count", [1, 3, 7, 12])
def test_lmg_and_johnson_add_up_to_r2(count):
    correlation = sums_of(simulated(count)).correlation()
    r2 = r_squared(correlation)
    assert sum(lmg(correlation)) == pytest.approx(r2)
    assert sum(johnson(correlation)) == pytest.approx(r2)


def test_lmg_is_the_average_gain_over_all_orders():
    correlation = sums_of(simulated(2)).correlation()
    r1, r2, r12 = correlation[0, 2], correlation[1, 2], correlation[0, 1]
    both = (r1**2 + r2**2 - 2 * r1 * r2 * r12) / (1 - r12**2)
    assert lmg(correlation)[0] == pytest.approx((r1**2 + both - r2**2) / 2)


def test_two_equal_drivers_share_their_importance():
    data = simulated(2)
    correlation = sums_of(data[:, [0, 0, 2]]).correlation()
    for method in (lmg, johnson):
        importance = method(correlation)
        assert importance[0] == pytest.approx(importance[1])
        assert sum(importance) == pytest.approx(correlation[0, 2] ** 2)


def test_many_drivers_are_weighed_by_johnson():
    few, many = key_drivers(sums_of(simulated(12))), key_drivers(sums_of(simulated(13)))
    assert (few.method, many.method) == ("LMG", "Johnson")
    with pytest.raises(ValueError, match="at most 12"):
        lmg(np.eye(14))


def test_enough_is_30_and_10_for_each_driver():
    assert key_drivers(sums_of(simulated(3, n=60))).enough
    assert not key_drivers(sums_of(simulated(3, n=59))).enough


def test_a_driver_on_which_all_agree_is_left_out():
    data = simulated(3)
    data[:, 1] = 4
    result = key_drivers(sums_of(data))
    assert result.names == ("d0", "d2")
    assert result.excluded == ("d1",)


def test_without_spread_in_the_outcome_there_are_no_drivers():
    data = simulated(2)
    data[:, 2] = 7
    assert key_drivers(sums_of(data)) is None
    assert key_drivers(CrossSums.from_rows(["a", "y"], [])) is None
    assert key_drivers(CrossSums.from_rows(["a", "y"], [[1, None], [None, 2], [2, 5]])) is None


def test_a_mean_without_answers_is_none():
    assert CrossSums.from_rows(["a", "b"], [[3, None]]).means() == (3, None)


def test_the_four_places_of_the_map():
    assert quadrants([0.4, 0.4, 0.1, 0.1], [2, 4, 2, 4]) == (
        "concentrate here",
        "keep up",
        "low priority",
        "possible overkill",
    )
    assert quadrants([], []) == ()


@pytest.mark.parametrize(
    "make",
    [
        lambda: CrossSums.from_rows(["a", "b"], [[1]]),
        lambda: CrossSums.from_totals(["a", "b"], 3, [1], [[1, 2], [2, 1]]),
        lambda: CrossSums.from_rows(["a"], []) + CrossSums.from_rows(["b"], []),
        lambda: penalty_reward(["a"], CrossSums.from_rows(["a"], [])),
        lambda: contrast_sums(["a"], [[1]], []),
    ],
)
def test_sums_that_do_not_fit_are_refused(make):
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        make()


def test_contrasts_find_what_punishes_and_what_delights():
    random = np.random.default_rng(5)
    drivers = random.integers(1, 6, (600, 3))
    outcome = (
        7.0
        - 2.0 * (drivers[:, 0] <= 2)
        + 0.2 * (drivers[:, 0] == 5)
        + 2.0 * (drivers[:, 1] == 5)
        - 0.2 * (drivers[:, 1] <= 2)
        + random.normal(0, 0.3, 600)
    )
    names = ["must", "wow", "noise"]
    result = penalty_reward(names, contrast_sums(names, drivers.tolist(), outcome.tolist()))
    assert result.n == 600
    assert result.intercept == pytest.approx(7, abs=0.1)
    assert [c.kind for c in result.contrasts[:2]] == ["must-have", "delighter"]
    assert result.contrasts[0].penalty == pytest.approx(-2, abs=0.1)


def contrast(**changes):
    values = {
        "name": "x",
        "penalty": -1.0,
        "reward": 1.0,
        "p_penalty": 0.01,
        "p_reward": 0.01,
        "n_low": 10,
        "n_high": 10,
    }
    return Contrast(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "performance"),
        ({"penalty": -3.0}, "must-have"),
        ({"reward": 3.0}, "delighter"),
        ({"n_low": 9}, None),
        ({"n_high": 9}, None),
        ({"p_penalty": 0.2, "p_reward": 0.2}, None),
        ({"p_penalty": 0.2}, "performance"),
        ({"penalty": 1.0, "reward": -1.0}, None),
        ({"penalty": None}, None),
    ],
)
def test_a_driver_is_classified_only_on_good_grounds(changes, kind):
    assert contrast(**changes).kind == kind


def test_a_score_that_nobody_gave_has_no_effect():
    rows = [[s] for s in (3, 4, 5) * 20]
    outcome = [s[0] + (i % 7) / 10 for i, s in enumerate(rows)]
    result = penalty_reward(["a"], contrast_sums(["a"], rows, outcome))
    found = result.contrasts[0]
    assert (found.penalty, found.p_penalty, found.n_low) == (None, None, 0)
    assert found.reward > 0
    assert found.riocs is found.sgp is found.dgp is found.asymmetry is found.kind is None


def test_drivers_that_cannot_be_told_apart_have_no_contrast():
    rows = [[s, s] for s in (1, 3, 5) * 20]
    outcome = [s[0] + (i % 7) / 10 for i, s in enumerate(rows)]
    names = ["a", "b"]
    assert penalty_reward(names, contrast_sums(names, rows, outcome)) is None
    assert penalty_reward(names, contrast_sums(names, [], [])) is None
    assert penalty_reward(names, contrast_sums(names, [[1, None]], [5])) is None

# mypy: no-check-untyped-defs
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics.friction import (
    COMPONENTS,
    Formula,
    Rate,
    Sentiment,
    Wait,
    friction,
    roll_up,
)
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import CES, CES_5, CSAT, NPS
from tests.feedback.metrics.strategies import effort_histograms, rates, sentiments, votes, waits

inputs = st.fixed_dictionaries(
    {},
    optional={
        "effort": effort_histograms,
        "abandonment": rates,
        "wait": waits,
        "repeat": rates,
        "error": rates,
        "sentiment": sentiments,
        "assessments": votes,
    },
)


@given(inputs)
def test_contributions_add_up_to_the_observed_score(given_inputs):
    result = friction(**given_inputs)
    assert set(result.contributions) == set(result.severities) <= set(COMPONENTS)
    if result.observed is None:
        assert result.contributions == {}
        assert result.coverage == result.rho == 0
    else:
        assert sum(result.contributions.values()) == pytest.approx(result.observed)
        assert min(result.contributions.values()) >= 0


@given(inputs)
def test_every_part_lies_in_its_range(given_inputs):
    result = friction(**given_inputs)
    for score in (result.score, result.observed, result.expert):
        assert score is None or 0 <= score <= 100
    assert 0 <= result.rho <= result.coverage <= 1 + 1e-9
    assert all(0 <= severity <= 1 for severity in result.severities.values())
    assert result.standard_error is None or math.isfinite(result.standard_error)
    assert (result.score is None) == (result.basis in ("none", "insufficient"))
    assert (result.band is None) == (result.score is None)
    assert result.largest is None or result.largest in result.contributions


@given(inputs)
def test_a_combined_score_lies_between_data_and_workshop(given_inputs):
    result = friction(**given_inputs)
    if result.basis == "combined":
        low, high = sorted([result.observed, result.expert])
        assert low - 1e-9 <= result.score <= high + 1e-9
    if result.basis == "measured":
        assert result.score == result.observed
        assert result.rho >= 0.25
    if result.basis == "assessed":
        assert result.score == result.expert


@given(inputs)
def test_what_is_empty_is_the_same_as_what_is_missing(given_inputs):
    empty = {
        "effort": Histogram.empty(CES),
        "abandonment": Rate(0, 0),
        "wait": Wait(30, 15, 0),
        "repeat": Rate(0, 0),
        "error": Rate(0, 0),
        "sentiment": Sentiment(0, 0),
    }
    assert friction(**{**empty, **given_inputs}) == friction(**given_inputs)


def test_nothing_known_is_none_and_never_zero():
    result = friction()
    assert (result.score, result.observed, result.expert) == (None, None, None)
    assert (result.basis, result.band, result.largest) == ("none", None, None)
    assert (result.raters, result.spread) == (0, None)
    assert not result.partial
    assert not result.disagree


def test_too_little_data_is_no_score_and_has_no_largest_component():
    result = friction(effort=Histogram.from_answers(CSAT, [2] * 10))
    assert (result.basis, result.score, result.largest) == ("insufficient", None, None)
    assert result.contributions


def test_no_friction_at_all_is_zero_and_has_no_largest_component():
    result = friction(effort=Histogram(CES, (0, 0, 0, 0, 0, 0, 400)))
    assert result.score == 0
    assert result.band == "low"
    assert result.largest is None


@pytest.mark.parametrize(
    ("answers", "severity"),
    [
        (Histogram.from_answers(CES, [1] * 9), 1),
        (Histogram.from_answers(CES, [4] * 9), 0.5),
        (Histogram.from_answers(CES_5, [2] * 9), 0.75),
        (Histogram.from_answers(CSAT, [4] * 9), 0.25),
    ],
)
def test_effort_from_its_mean(answers, severity):
    assert friction(effort=answers).severities == {"effort": pytest.approx(severity)}


def test_sentiment_stands_in_only_where_nobody_was_asked():
    machine = Sentiment(-0.5, 80)
    asked = Histogram.from_answers(CSAT, [5] * 9)
    assert friction(sentiment=machine).severities == {"effort": pytest.approx(0.75)}
    assert friction(effort=asked, sentiment=machine).severities == {"effort": 0}


def test_a_wait_of_no_time_is_no_friction():
    assert friction(wait=Wait(0, 15, 40)).severities == {"wait": 0}


def test_each_doubling_of_the_wait_adds_a_third():
    found = [friction(wait=Wait(m, 15, 40)).severities["wait"] for m in (15, 30, 60, 120, 240)]
    assert found == pytest.approx([0, 1 / 3, 2 / 3, 1, 1])


@pytest.mark.parametrize(
    ("vote", "band"), [([0], "low"), ([1], "moderate"), ([2], "high"), ([3], "severe")]
)
def test_one_band_for_each_step_of_severity(vote, band):
    assert friction(assessments=vote).band == band


def test_votes_come_with_their_number_and_their_spread():
    result = friction(assessments=[1, 3, 3])
    assert (result.raters, result.spread) == (3, 2)
    assert result.expert == pytest.approx(100 * 7 / 12)


def test_a_score_on_less_than_seventy_percent_of_the_weights_is_partial():
    answers = Histogram(CES, (50,) * 7)
    some = {"effort": answers, "abandonment": Rate(30, 300)}
    assert friction(**some).partial
    assert not friction(**some, wait=Wait(30, 15, 300)).partial
    assert friction(**some, assessments=[2]).partial
    assert not friction(assessments=[2]).partial


def test_data_and_workshop_disagree_from_25_points_on():
    smooth = Histogram(CES, (0, 0, 0, 0, 0, 0, 400))
    assert friction(effort=smooth, assessments=[1]).disagree
    assert not friction(effort=smooth, assessments=[0]).disagree
    assert not friction(effort=smooth).disagree


def test_the_largest_component_is_named():
    result = friction(abandonment=Rate(30, 300), error=Rate(60, 300))
    assert result.contributions == pytest.approx({"abandon": 15.625, "error": 37.5})
    assert result.largest == "error"


def test_the_standard_error_follows_the_rates():
    result = friction(abandonment=Rate(36, 300), error=Rate(12, 400))
    parts = [
        0.25 * math.sqrt(0.12 * 0.88 / 300) / 0.4,
        0.15 * math.sqrt(0.03 * 0.97 / 400) / 0.2,
    ]
    assert result.standard_error == pytest.approx(100 * math.hypot(*parts) / 0.4)


def test_the_standard_error_follows_the_answers():
    answers = Histogram(CES, (5, 8, 12, 15, 30, 60, 70))
    expected = 100 * answers.sd / math.sqrt(answers.n) / 6
    assert friction(effort=answers).standard_error == pytest.approx(expected)
    assert friction(effort=Histogram.from_answers(CES, [4])).standard_error is None


def test_a_wait_without_standard_error_leaves_the_score_without_one():
    assert friction(wait=Wait(30, 15, 300), error=Rate(12, 400)).standard_error is None
    known = friction(wait=Wait(30, 15, 300, se_minutes=2), error=Rate(0, 400))
    assert known.standard_error == pytest.approx(100 * 0.15 * 2 / 30 / math.log(8) / 0.3)


def test_a_formula_of_ones_own():
    formula = Formula(
        version=7, effort=0.5, abandon=0.5, wait=0, repeat=0, error=0, abandonment_worst=0.2
    )
    result = friction(
        effort=Histogram(CES, (0, 0, 0, 100, 0, 0, 0)),
        abandonment=Rate(10, 100),
        formula=formula,
    )
    assert result.formula_version == 7
    assert result.contributions == pytest.approx({"effort": 25, "abandon": 25})


@pytest.mark.parametrize(
    "values",
    [
        {"effort": 0.5},
        {"effort": -0.1, "abandon": 0.65},
        {"abandonment_worst": 0},
        {"error_worst": math.nan},
        {"evidence_n0": 0},
        {"wait_worst_ratio": 1},
    ],
)
def test_a_formula_that_makes_no_score_is_refused(values):
    with pytest.raises(ValueError, match=r"weight|must be above"):
        Formula(**values)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Rate(5, 4),
        lambda: Rate(-1, 4),
        lambda: Wait(-1, 15, 3),
        lambda: Wait(math.nan, 15, 3),
        lambda: Wait(10, 0, 3),
        lambda: Wait(10, 15, -1),
        lambda: Sentiment(1.5, 3),
        lambda: friction(assessments=[5]),
        lambda: friction(assessments=[-1]),
        lambda: friction(effort=Histogram.empty(NPS)),
        lambda: roll_up([(50.0, -1)]),
    ],
)
def test_impossible_input_is_refused(make):
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        make()


@given(st.lists(st.tuples(st.none() | st.floats(0, 100), st.integers(0, 9000)), max_size=12))
def test_a_stage_lies_between_its_touchpoints(items):
    result = roll_up(items)
    scores = [score for score, _ in items if score is not None]
    assert result.peak == max(scores, default=None)
    if result.score is None:
        assert not any(exposed for score, exposed in items if score is not None)
    else:
        assert min(scores) - 1e-9 <= result.score <= result.peak + 1e-9
    assert len(result.friction_customers) == len(items)
    ranked = [result.friction_customers[i] for i in result.ranks]
    assert ranked == sorted(ranked, reverse=True)
    assert len(ranked) == len(scores)


def test_a_stage_without_scores_has_none():
    result = roll_up([(None, 400)])
    assert (result.score, result.peak) == (None, None)
    assert result.friction_customers == (None,)
    assert result.ranks == ()

"""Every worked example of the specification, within its own tolerance."""

from typing import Any

import pytest

from tests.feedback.metrics.oracle_checks import CASES, CHECKS

# An explanation in words, which nothing computes.
PROSE = {"reason"}


def test_every_case_has_a_check_and_every_check_a_case():
    assert set(CHECKS) == set(CASES)


def test_the_file_is_whole():
    assert len(CASES) == 59


@pytest.mark.parametrize("case_id", CASES)
def test_case(case_id):
    case = CASES[case_id]
    expected = {key: value for key, value in case["expected"].items() if key not in PROSE}
    assert_close(CHECKS[case_id](case["inputs"]), expected, case["tol"], case_id)


def assert_close(got: Any, expected: Any, tolerance: float, where: str) -> None:
    """The same structure, numbers within the tolerance, everything else equal."""
    if isinstance(expected, dict):
        assert set(got) == set(expected), where
        for key, value in expected.items():
            assert_close(got[key], value, tolerance, f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(got) == len(expected), where
        for i, value in enumerate(expected):
            assert_close(got[i], value, tolerance, f"{where}[{i}]")
    elif isinstance(expected, bool | str | None):
        assert got == expected, where
        assert type(got) is type(expected), where
    else:
        assert isinstance(got, int | float), where
        assert not isinstance(got, bool), where
        # `<=` is false for NaN, so a NaN never passes.
        assert abs(got - expected) <= tolerance, f"{where}: {got!r}, expected {expected!r}"


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (1.1, 1.0),
        (float("nan"), 1.0),
        (None, 0),
        (0, None),
        ([1.0], [1.0, 2.0]),
        ({"a": 1.0}, {"a": 1.0, "b": 1.0}),
        ("measured", "combined"),
        (0, False),
    ],
)
def test_the_comparison_itself_finds_differences(got, expected):
    with pytest.raises(AssertionError):
        assert_close(got, expected, 1e-6, "x")

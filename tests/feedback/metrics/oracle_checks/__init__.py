"""What the package computes for each case of tests/oracles/metrics.json.

A check takes the case's inputs and returns everything that the case expects, under the same
names; test_oracles.py compares. Checks of one section stand in one module.
"""

from tests.feedback.metrics.oracle_checks import (
    control,
    csat,
    drivers,
    friction,
    nps,
    other,
    times,
)
from tests.feedback.metrics.oracle_checks.cases import CASES, CHECKS

__all__ = ["CASES", "CHECKS", "control", "csat", "drivers", "friction", "nps", "other", "times"]

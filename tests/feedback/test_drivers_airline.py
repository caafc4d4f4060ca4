"""Key drivers on real passengers: the page's own path against a computation from the raw file.

Two imports of the same file, of every third passenger. One has all 14 touchpoints, where a 0 means
"not applicable" and is missing: correlations are pairwise, and the method is Johnson's. The other
has 8 touchpoints and only the passengers who rated them all: there LMG is compared with
statsmodels' regressions on every subset of the raw columns.
"""

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from itertools import combinations
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker
from statsmodels.api import OLS, add_constant

from feedback.driving.analysis import Analysis
from feedback.driving.page import drivers_page, read_asked
from feedback.imports import import_file, read_mapping
from journeys.maps import MapFilters, Period
from journeys.models import Journey
from tests.factories import make_user, make_workspace
from tests.feedback.imports.airline import EXAMPLE, FOLDER

pytestmark = pytest.mark.django_db

EVERY = 3
"""One in so many passengers is looked at, in file order: two imports of all take a minute."""
OUTCOME = "Satisfaction"
OVERALL = """
[[touchpoints]]
column = "Satisfaction"
metric = "csat2"
values = { Satisfied = 2, "Neutral or Dissatisfied" = 1 }
stage = "After"
step = "Look back"
channel = "E-mail"
"""
LEFT_OUT = [
    "Departure and Arrival Time Convenience",
    "Check-in Service",
    "Gate Location",
    "Cleanliness",
    "Food and Drink",
    "In-flight Service",
]


def mapping_text() -> str:
    """The mapping of the docs, with who answered and the overall satisfaction."""
    text = EXAMPLE.read_text(encoding="utf-8")
    return text.replace('id = "ID"', 'id = "ID"\nrespondent = "ID"') + OVERALL


def without(text: str, columns: list[str]) -> str:
    """The mapping without some of its touchpoints, and without passengers who skipped another."""
    head, *tables = text.split("[[touchpoints]]")
    kept = [table for table in tables if not any(f'"{name}"' in table for name in columns)]
    named = [re.search(r'column = "([^"]+)"', table) for table in kept]
    skips = [
        f'\n[[skip]]\ncolumn = "{found[1]}"\nvalues = ["0"]\n'
        for found in named
        if found and found[1] != OUTCOME
    ]
    return "[[touchpoints]]".join([head, *kept]) + "".join(skips)


def imported(shared: Path, text: str) -> Journey:
    workspace = make_workspace()
    head, *rows = (shared / FOLDER / "passengers.csv").read_bytes().splitlines(keepends=True)
    file = BytesIO(b"".join([head, *rows[::EVERY]]))
    import_file(file, mapping=read_mapping(text), workspace=workspace, slug="flight")
    return workspace.journeys.get(slug="flight")


@pytest.fixture(scope="module")
def journeys(
    shared: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, Journey]]:
    """The flight with all touchpoints, and with 8 of them that everybody rated."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield {
            "whole": imported(shared, mapping_text()),
            "rated": imported(shared, without(mapping_text(), LEFT_OUT)),
        }
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def passengers(shared: Path) -> pd.DataFrame:
    """The raw file: ratings with 0 as missing, and satisfied as 1 or 0."""
    raw = pd.read_csv(shared / FOLDER / "passengers.csv").iloc[::EVERY]
    ratings = raw.loc[:, "Departure and Arrival Time Convenience":"Baggage Handling"]
    assert len(ratings.columns) == 14
    satisfied = (raw[OUTCOME] == "Satisfied").astype(float)
    return ratings.replace(0, np.nan).astype(float).assign(**{OUTCOME: satisfied})


def analysed(journey: Journey) -> tuple[Analysis, dict[str, float]]:
    """What the page computes, and the shares by touchpoint title."""
    admin = make_user(is_superuser=True)
    filters = MapFilters(period=Period.until(pd.Timestamp.now().date(), "all"), compare=False)
    asked = read_asked(journey, admin, filters, outcome_key(journey), ())
    page = drivers_page(asked)
    assert page.analysis is not None
    titles = {touchpoint.pk: touchpoint.title for touchpoint in asked.touchpoints}
    return page.analysis, {titles[one.touchpoint_id]: one.share for one in page.analysis.drivers}


def outcome_key(journey: Journey) -> str:
    found = journey.stages.values_list("steps__touchpoints__pk", "steps__touchpoints__title")
    return next(f"{pk}-csat2" for pk, title in found if title == OUTCOME)


def r_squared_of_subsets(data: pd.DataFrame) -> dict[frozenset[str], float]:
    """R² of the outcome on every subset of the other columns, each by a regression of its own."""
    drivers = [name for name in data.columns if name != OUTCOME]
    found = {frozenset[str](): 0.0}
    for size in range(1, len(drivers) + 1):
        for chosen in combinations(drivers, size):
            fit = OLS(data[OUTCOME].to_numpy(), add_constant(data[list(chosen)].to_numpy())).fit()
            found[frozenset(chosen)] = float(fit.rsquared)
    return found


def shapley(explained: dict[frozenset[str], float], drivers: list[str]) -> dict[str, float]:
    """The average gain of each driver over all orders of entry, as shares."""
    count = len(drivers)
    gains = {}
    for name in drivers:
        others = [other for other in drivers if other != name]
        gains[name] = sum(
            factorial(size) * factorial(count - size - 1) / factorial(count)
            * (explained[frozenset(before) | {name}] - explained[frozenset(before)])
            for size in range(count)
            for before in combinations(others, size)
        )  # fmt: skip
    total = sum(gains.values())
    return {name: gain / total for name, gain in gains.items()}


def test_lmg_equals_regressions_on_every_subset(
    journeys: dict[str, Journey], passengers: pd.DataFrame
) -> None:
    analysis, shares = analysed(journeys["rated"])
    data = passengers.drop(columns=LEFT_OUT).dropna()
    drivers = [name for name in data.columns if name != OUTCOME]
    explained = r_squared_of_subsets(data)
    assert analysis.method == "LMG"
    assert len(drivers) == 8
    assert analysis.respondents == analysis.n == analysis.complete == len(data)
    assert analysis.r2 == pytest.approx(explained[frozenset(drivers)], abs=1e-6)
    assert shares == pytest.approx(shapley(explained, drivers), abs=1e-6)


def test_johnson_equals_weights_from_the_raw_columns(
    journeys: dict[str, Journey], passengers: pd.DataFrame
) -> None:
    """pandas pairs what both rated; the weights come by the singular values' other way round."""
    analysis, shares = analysed(journeys["whole"])
    correlation = passengers.corr()
    names = list(correlation.columns[:-1])
    inner, outer = correlation.loc[names, names], correlation.loc[names, OUTCOME]
    assert np.linalg.eigvalsh(correlation)[0] > 0  # nothing had to be repaired
    left, singular, _ = np.linalg.svd(inner.to_numpy())
    half = left @ np.diag(singular**0.5) @ left.T
    weights = half**2 @ np.linalg.solve(half, outer.to_numpy()) ** 2
    assert analysis.method == "Johnson"
    assert analysis.r2 == pytest.approx(
        outer @ np.linalg.solve(inner.to_numpy(), outer.to_numpy()), abs=1e-6
    )
    expected = dict(zip(names, weights / weights.sum(), strict=True))
    assert shares == pytest.approx(expected, abs=1e-6)
    rated = passengers[names].notna()
    counts = [(rated[a] & rated[b]).sum() for a, b in combinations(names, 2)]
    assert analysis.n == min(counts)
    by_title = {name: int(rated[name].sum()) for name in names}
    assert sorted(one.n for one in analysis.drivers) == sorted(by_title.values())


def test_contrasts_equal_a_regression_on_marks(
    journeys: dict[str, Journey], passengers: pd.DataFrame
) -> None:
    analysis, shares = analysed(journeys["rated"])
    data = passengers.drop(columns=LEFT_OUT).dropna()
    names = [name for name in data.columns if name != OUTCOME]
    marks = pd.concat(
        [(data[names] <= 2).add_prefix("low "), (data[names] == 5).add_prefix("top ")], axis=1
    )
    fit = OLS(data[OUTCOME], add_constant(marks.astype(float))).fit()
    titles = dict(zip([one.touchpoint_id for one in analysis.drivers], shares, strict=True))
    assert len(analysis.pulls) == 8
    for pull in analysis.pulls:
        low, top = (f"{mark} {titles[pull.touchpoint_id]}" for mark in ("low", "top"))
        assert pull.penalty == pytest.approx(fit.params[low], abs=1e-6)
        assert pull.reward == pytest.approx(fit.params[top], abs=1e-6)
        assert pull.p_penalty == pytest.approx(fit.pvalues[low], abs=1e-6)
        assert (pull.n_low, pull.n_high) == (marks[low].sum(), marks[top].sum())


@pytest.fixture
def said(client: Client, journeys: dict[str, Journey]) -> Any:
    """`said(which, **query)` -> the words of a page."""
    client.force_login(make_user(is_superuser=True))

    def said(which: str, **query: str) -> str:
        journey = journeys[which]
        address = reverse("feedback:journey_drivers", args=[journey.workspace.slug, journey.slug])
        html = client.get(address, {"period": "all", **query}).content.decode()
        text = unescape(re.sub(r"<[^>]+>", " ", html))
        return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split())

    return said


def test_overall_satisfaction_is_the_outcome_that_the_page_chooses(said: Any) -> None:
    text = said("whole")
    assert (
        "Outcome: Satisfaction: CSAT 1–2 . Chosen because more people than with any other" in text
    )
    assert "scores of these 14 touchpoints are associated with" in text
    assert "Johnson’s relative weights, used above 12 touchpoints" in text


def test_the_page_says_what_the_data_cannot_show(said: Any) -> None:
    text = said("whole")
    assert "Associated with, not causes" in text
    assert (
        "100 % of the scores were given at the same time as the outcome (a cross-section)" in text
    )
    assert "The outcome has only two values, good or bad." in text
    assert "marked as not applicable, is missing; it is no score of zero" in text
    assert "Only people who can be followed under a pseudonym are in it." in text
    assert re.search(r"on the people who scored both of a pair, on at least 1,\d\d\d\.", text)


def test_a_class_is_an_analysis_of_its_own(said: Any, passengers: pd.DataFrame) -> None:
    text = said("whole", segment="Business")
    assert re.search(r"among \d\d\d people", text)

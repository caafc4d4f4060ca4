"""Which groups of writers are kept back does not hang on the order in which they were counted."""

from itertools import permutations

import pytest

from feedback.behind.groups import hidden_cells
from journeys.maps import MapFilters, Period
from tests.factories import NOON

PERIOD = Period.until(NOON.date(), "90d")


@pytest.mark.parametrize(
    ("asked", "by_segment", "goes"),
    [
        ({}, True, {("Biz", None)}),
        ({"channel": "Web"}, False, {(None, "App")}),
        ({"channel": "Web"}, True, {("Biz", "App")}),
    ],
    ids=["segments", "channels", "both"],
)
def test_of_equally_large_groups_every_view_keeps_the_same_one_back(asked, by_segment, goes):
    # Three write alike, and somebody of no segment and channel needs one of them as cover.
    groups = {("Biz", "App"): 9, ("Eco", "Shop"): 9, ("New", "Web"): 9, ("", ""): 1}
    filters = MapFilters(period=PERIOD, **asked)
    hidden = [
        hidden_cells(dict(order), filters, 8, by_segment=by_segment)
        for order in permutations(groups.items())
    ]
    assert all(each == goes for each in hidden)

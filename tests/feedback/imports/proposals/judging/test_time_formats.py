"""The format of times is found where only one fits, and asked for where two do."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.imports.proposals.judging.time_formats import fitting_formats, zone_in

FIRST = datetime(1950, 1, 1)  # noqa: DTZ001


def formats(*texts: str, month_first: bool | None = None, strays: bool = False) -> list[str]:
    return [
        found.format for found in fitting_formats(texts, month_first=month_first, strays=strays)
    ]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["2026-03-10"], ["iso"]),
        (["2026-03-10T14:05:33Z", "2026-03-10 14:05"], ["iso"]),
        (["2026-03-10 14:05:33 UTC"], ["%Y-%m-%d %H:%M:%S UTC"]),
        (["2026-03-10 14:05:33 GMT+8"], ["%Y-%m-%d %H:%M:%S GMT%z"]),
        (["2026/03/10 2:05:33 PM GMT+5:30"], ["%Y/%m/%d %I:%M:%S %p GMT%z"]),
        (["2026-03-10 14:05 UTC+1", "2026-07-10 14:05 UTC"], ["%Y-%m-%d %H:%M UTC%z"]),
        (["2026/03/10 2:05:33 PM EST"], ["%Y/%m/%d %I:%M:%S %p %Z"]),
        (["2026/03/10 2:05:33 PM ABC"], []),
        (["2026-3-9 4:05"], ["%Y-%m-%d %H:%M"]),
        (["1772359200"], ["unix"]),
        (["24.03.2026 16:05"], ["%d.%m.%Y %H:%M"]),
        (["03/24/2026 4:05:00 PM"], ["%m/%d/%Y %I:%M:%S %p"]),
        (["24/3/26"], ["%d/%m/%y"]),
        (["03/04/2026"], ["%d/%m/%Y", "%m/%d/%Y"]),
        (["03/04/2026", "24/03/2026"], ["%d/%m/%Y"]),
        (["24 Mar 2026", "1 Apr 2026"], ["%d %b %Y"]),
        (["Mar 24, 2026 2:05 PM"], ["%b %d, %Y %I:%M %p"]),
        (["yesterday"], []),
        (["2026-03-10", "24.03.2026"], []),
        (["1234567"], []),
        ([], []),
        (["", " "], []),
    ],
)
def test_which_formats_fit(texts: list[str], found: list[str]) -> None:
    assert formats(*texts) == found


def test_what_a_tool_always_writes_is_not_asked() -> None:
    assert formats("03/04/2026", month_first=True) == ["%m/%d/%Y"]
    # Unless the file says otherwise.
    assert formats("24/04/2026", month_first=True) == ["%d/%m/%Y"]


@pytest.mark.parametrize(
    ("form", "stray"),
    [
        ("%Y-%m-%d", "soon"),
        ("%Y-%m-%d %H:%M:%S", "03.04.2026 10:00"),
        ("%d.%m.%Y %H:%M", "soon"),
        ("%m/%d/%Y", "#N/A"),
    ],
)
def test_a_broken_time_hides_no_format_of_a_column_of_times(form: str, stray: str) -> None:
    days = [datetime(2026, 3, day, 10, 5).strftime(form) for day in range(10, 30)]  # noqa: DTZ001
    (found,) = formats(*days)
    assert formats(stray, *days, strays=True) == [found]
    assert formats(stray, *days) == []
    assert formats(*[f"{stray} {number}" for number in range(3)], *days, strays=True) == []


def test_the_question_shows_a_time_that_tells_them_apart() -> None:
    first, second = fitting_formats(["05/05/2026", "03/04/2026"])
    assert (first.label, first.example) == ("day first", "03/04/2026 is 3 April 2026")
    assert (second.label, second.example) == ("month first", "03/04/2026 is 4 March 2026")


def test_summer_and_winter_in_one_file_have_one_format() -> None:
    # As Google Forms writes its CSV files, in most of the world and in America.
    by_offset = ("2026/03/28 2:05:33 PM GMT+1", "2026/03/30 2:05:33 PM GMT+2")
    by_name = ("2026/03/01 2:05:33 PM EST", "2026/03/30 2:05:33 PM EDT")
    assert formats(*by_offset) == ["%Y/%m/%d %I:%M:%S %p GMT%z"]
    assert formats(*by_name) == ["%Y/%m/%d %I:%M:%S %p %Z"]


@pytest.mark.parametrize(
    ("texts", "zone"),
    [
        (["2026-03-01 14:05 CET", "2026-07-01 14:05 CEST"], "Europe/Berlin"),
        (["2026-07-01 14:05 MESZ"], "Europe/Berlin"),
        (["2026-03-01 14:05 GMT"], "Etc/GMT"),
        (["2026-03-01 14:05 GMT", "2026-07-01 14:05 BST"], "Europe/London"),
        (["2026-03-01 14:05 MST", "soon"], "America/Denver"),
        # There is no summer time in Arizona.
        (["2026-03-01 14:05 MST", "2026-07-01 14:05 MST"], "America/Phoenix"),
    ],
)
def test_a_zone_in_the_times(texts: list[str], zone: str) -> None:
    assert zone_in(texts, "%Y-%m-%d %H:%M %Z") == zone


def test_an_offset_in_the_times_needs_no_zone() -> None:
    assert zone_in(["2026-03-10 14:05 GMT+8"], "%Y-%m-%d %H:%M GMT%z") == ""


@settings(max_examples=60, deadline=None)
@given(
    moments=st.lists(st.datetimes(FIRST, FIRST.replace(year=2100)), min_size=1),
    form=st.sampled_from(["%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%d/%m/%Y", "%Y/%m/%d %H:%M"]),
)
def test_the_true_format_is_always_among_those_that_fit(moments: list[datetime], form: str) -> None:
    assert form in formats(*(moment.strftime(form) for moment in moments))

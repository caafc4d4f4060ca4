"""A mapping says everything that must be known, or is refused with the key that is wrong."""

import tomllib
from datetime import UTC, datetime

import pytest

from feedback.imports import BadMapping, Layout, mapping_from, read_mapping
from feedback.imports.mappings.mapping import FileFormat, FileShape, HeaderNames
from journeys.models import LaneKind, Line
from touchpoints.models import Side

WIDE = """
layout = "wide"
[source]
name = "Survey"
[time]
fixed = 2026-03-10
[answers]
metric = "csat"
[[touchpoints]]
column = "Booking"
[[touchpoints]]
column = "Boarding"
"""
LONG = """
layout = "long"
[source]
name = "Desk"
kind = "chat"
[columns]
id = "Ticket"
touchpoint = "Where"
metric = "What"
score = "Score"
comment = "Why"
[time]
column = "When"
format = "%d.%m.%Y %H:%M"
timezone = "Europe/Berlin"
"""
JOURNEY = """
[journey]
title = "A flight"
[[journey.stages]]
title = "Book"
"""
PLACED = 'column = "Booking"\nstage = "Book"\nchannel = "Web"'


def placed(text: str = WIDE + JOURNEY) -> str:
    """Give both touchpoints of the wide mapping a place on a journey to build."""
    return text.replace('column = "Booking"', PLACED).replace(
        'column = "Boarding"', 'column = "Boarding"\nstage = "Book"\nchannel = "App"'
    )


def test_the_least_that_a_wide_mapping_says() -> None:
    mapping = read_mapping(WIDE)
    assert mapping.layout is Layout.WIDE
    assert (mapping.file.encoding, mapping.file.delimiter, mapping.id) == ("", "", "")
    assert mapping.time.fixed == datetime(2026, 3, 10, 12, tzinfo=UTC)
    assert [touchpoint.title for touchpoint in mapping.touchpoints] == ["Booking", "Boarding"]
    assert list(mapping.columns()) == ["Booking", "Boarding"]


def test_a_long_mapping() -> None:
    mapping = read_mapping(LONG)
    assert mapping.layout is Layout.LONG
    assert set(mapping.columns()) == {"Ticket", "Where", "What", "Score", "Why", "When"}
    assert str(mapping.time.timezone) == "Europe/Berlin"
    assert mapping.touchpoints == ()


def test_a_fixed_time_is_one_in_the_time_zone() -> None:
    text = WIDE.replace(
        "fixed = 2026-03-10", 'fixed = 2026-03-10 09:00:00\ntimezone = "Asia/Tokyo"'
    )
    assert read_mapping(text).time.fixed == datetime(2026, 3, 10, tzinfo=UTC)


def test_a_journey_to_build() -> None:
    lanes = '[[journey.lanes]]\nkind = "frontstage"\nline_below = "visibility"\n'
    details = 'side = "backstage"\nimportance = 5\nmoment_that_matters = true\n'
    text = placed(WIDE + JOURNEY + lanes).replace('channel = "App"', f'channel = "App"\n{details}')
    mapping = read_mapping(text)
    assert mapping.journey
    (lane,) = mapping.journey.lanes
    assert (lane.kind, lane.line_below) == (LaneKind.FRONTSTAGE, Line.VISIBILITY)
    boarding = mapping.touchpoints[1]
    assert (boarding.side, boarding.importance) == (Side.BACKSTAGE, 5)
    assert boarding.moment_that_matters


def test_lanes_have_a_default() -> None:
    mapping = read_mapping(placed())
    assert mapping.journey
    kinds = [lane.kind for lane in mapping.journey.lanes]
    assert {LaneKind.TOUCHPOINTS, LaneKind.FEELING, LaneKind.FEEDBACK} <= set(kinds)


def test_not_applicable_holds_numbers_and_texts_in_any_case() -> None:
    text = WIDE.replace('metric = "csat"', 'metric = "csat"\nnot_applicable = [0, 99, "N/A"]')
    found = read_mapping(text).not_applicable
    assert found.numbers == {0, 99}
    assert found.holds_text("n/a")
    assert not found.holds_text("0")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('layout = "wide"', "", "layout: is missing"),
        ('layout = "wide"', 'layout = "tall"', 'layout: "tall" is not known; use one of wide'),
        ('layout = "wide"', 'layout = "wide"\nlayuot = 1', "layuot: is not a key; did you mean"),
        ('layout = "wide"', "layout = wide", "The mapping is not valid TOML"),
        ('layout = "wide"', 'layout = "wide"\nencoding = "utf-16"', "encoding: "),
        ('layout = "wide"', 'layout = "wide"\nencoding = "base64"', "encoding: "),
        ('layout = "wide"', 'layout = "wide"\ndelimiter = "|"', "delimiter: must be"),
        ('layout = "wide"', 'layout = "wide"\ncolumns = "ID"', "columns: must be a table"),
        ('name = "Survey"', "", "source.name: is missing"),
        ('name = "Survey"', "name = 3", "source.name: must be text"),
        ('name = "Survey"', 'name = " "', "source.name: is empty"),
        ('name = "Survey"', 'name = "S"\nkind = "email"', 'source.kind: "email" is not known'),
        ("fixed = 2026-03-10", "", "time.column: name the column"),
        ("fixed = 2026-03-10", 'fixed = 2026-03-10\ncolumn = "When"', "time.column: "),
        ("fixed = 2026-03-10", 'fixed = "March"', "time.fixed: must be a date"),
        ("fixed = 2026-03-10", 'column = "W"\nformat = "%d.%m."', "time.format: "),
        ("fixed = 2026-03-10", 'column = "W"\nformat = "%Q"', "time.format: "),
        ("fixed = 2026-03-10", 'column = "W"\nformat = "%d.%m.%Y %Z"', "time.format: the name"),
        ("fixed = 2026-03-10", 'column = "W"\nformat = "%Z %d.%m.%Y %H"', "time.format: the name"),
        ("fixed = 2026-03-10", 'column = "W"\ntimezone = "CET/Berlin"', "time.timezone: "),
        ("fixed = 2026-03-10", 'fixed = 2026-03-10\nformat = "iso"', "time.format: "),
        ('metric = "csat"', "", "touchpoints[1].metric: is missing"),
        ('metric = "csat"', 'metric = "CSAT"', 'answers.metric: "CSAT" is not known'),
        ('metric = "csat"', 'metric = "csat"\nnot_applicable = 0', "answers.not_applicable: must"),
        ('metric = "csat"', 'metric = "csat"\nnot_applicable = [true]', "answers.not_applicable"),
        ('column = "Boarding"', 'colum = "Boarding"', "touchpoints[2].column: is missing"),
        ('column = "Boarding"', 'column = "Booking"', "touchpoints[2].column: stands in no. 1"),
        ('column = "Boarding"', 'column = "B"\nvalue = "B"', "touchpoints[2].value: is not a key"),
        ('column = "Boarding"', 'column = "B"\nimportance = 6', "touchpoints[2].importance: 6 "),
        ('column = "Boarding"', 'column = "B"\nimportance = true', "touchpoints[2].importance: "),
        ('column = "Boarding"', 'column = "B"\nside = "front"', 'touchpoints[2].side: "front"'),
        (
            'column = "Boarding"',
            'column = "B"\nmetric = "nps"\nnot_applicable = [0]',
            "touchpoints[2].not_applicable: holds a score of NPS",
        ),
    ],
)
def test_a_wide_mapping_is_refused_by_its_key(old: str, new: str, said: str) -> None:
    assert old in WIDE
    with pytest.raises(BadMapping) as refused:
        read_mapping(WIDE.replace(old, new))
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('score = "Score"', "", "columns.score: is missing"),
        ('touchpoint = "Where"', "", "columns.touchpoint: is missing"),
        ('metric = "What"', "", "answers.metric: is missing"),
        ('comment = "Why"', 'comments = "Why"', "columns.comments: is not a key of the long"),
        ("[time]", '[[touchpoints]]\ncolumn = "x"\n[time]', "touchpoints[1].title: is missing"),
        (
            "[time]",
            '[[touchpoints]]\ntitle = "A"\n[[touchpoints]]\ntitle = "B"\nvalue = "a"\n[time]',
            "touchpoints[2].value: stands in no. 1",
        ),
    ],
)
def test_a_long_mapping_is_refused_by_its_key(old: str, new: str, said: str) -> None:
    assert old in LONG
    with pytest.raises(BadMapping) as refused:
        read_mapping(LONG.replace(old, new))
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "A flight"', "", "journey.title: is missing"),
        ('title = "A flight"', 'title = "A"\nstate = "past"', 'journey.state: "past"'),
        ('[[journey.stages]]\ntitle = "Book"', "", "journey.stages: is missing"),
        (
            '[[journey.stages]]\ntitle = "Book"',
            '[[journey.stages]]\ntitle = "Book"\n[[journey.stages]]\ntitle = "Book"',
            'journey.stages[2].title: "Book" is there twice',
        ),
        ('title = "Book"', 'title = "Book"\ngaol = ""', "journey.stages[1].gaol: is not a key"),
        ('title = "Book"', 'title = "Plan"', 'touchpoints[1].stage: "Book" is not one of'),
        ('channel = "App"', "", "touchpoints[2].channel: is missing; [journey] needs it"),
        (
            'channel = "App"',
            'step = "booking"\nchannel = "web"',
            'touchpoints[2].channel: step "booking" has a touchpoint in "web" already',
        ),
        (
            "[journey]",
            "[[journey.lanes]]\nkind = 'feeling'\n[[journey.lanes]]\nkind = 'feeling'\n[journey]",
            "journey.lanes[2].kind: ",
        ),
    ],
)
def test_a_journey_to_build_is_refused_by_its_key(old: str, new: str, said: str) -> None:
    assert old in placed()
    with pytest.raises(BadMapping) as refused:
        read_mapping(placed().replace(old, new))
    assert str(refused.value).startswith(said)


def test_a_journey_to_build_needs_its_touchpoints() -> None:
    with pytest.raises(BadMapping, match=r"^touchpoints: is missing"):
        read_mapping(LONG + JOURNEY)


def test_how_the_file_is_to_be_read() -> None:
    text = (
        'format = "csv"\nencoding = "cp1252"\ndelimiter = ";"\nheader_rows = 2\n'
        'header_names = "joined"\nfooter = true\nsheet = "Answers"\n' + WIDE
    )
    assert read_mapping(text).file == FileShape(
        format=FileFormat.CSV,
        encoding="cp1252",
        delimiter=";",
        header_rows=2,
        header_names=HeaderNames.JOINED,
        footer=True,
        sheet="Answers",
    )


RULES = """
[partial]
column = "Finished"
finished = ["1", "TRUE"]
[[skip]]
column = "Status"
values = ["Survey Preview"]
[[skip]]
column = "Answered at"
values = [""]
[[observations]]
column = "Waited"
kind = "wait"
unit = "minutes"
touchpoint = "Booking"
[[observations]]
column = "Reopens"
kind = "repeat"
touchpoint = "Booking"
step = "Book"
"""


def test_rules_about_rows_and_what_was_observed() -> None:
    columns = '[columns]\nlanguage = "Lang"\nrespondent = "Mail"\n'
    mapping = read_mapping(WIDE.replace("[time]", columns + "[time]") + RULES)
    assert mapping.partial is not None
    assert [mapping.partial.is_partial(text) for text in ("1", " true ", "0", "")] == [
        *(False, False, True, True)
    ]
    assert [rule.skips(" survey preview") for rule in mapping.skip] == [True, False]
    assert [rule.skips("  ") for rule in mapping.skip] == [False, True]
    waited, reopened = mapping.observations
    assert (waited.kind, waited.unit.seconds, waited.title) == ("wait", 60, "Booking")
    assert (reopened.kind, reopened.step) == ("repeat", "Book")
    wanted = {"Lang", "Mail", "Finished", "Status", "Answered at", "Waited", "Reopens"}
    assert wanted < set(mapping.columns())


def test_partial_without_texts_means_a_blank_cell() -> None:
    partial = read_mapping(WIDE + '[partial]\ncolumn = "Submitted"\n').partial
    assert partial is not None
    assert [partial.is_partial(text) for text in ("", " ", "2026-03-10")] == [True, True, False]


def test_words_have_scores() -> None:
    text = WIDE.replace('metric = "csat"', 'metric = "csat2"\nvalues = { Good = 2, "so  so" = 1 }')
    words = read_mapping(text).words
    assert [words.score(text) for text in ("good", "So so", "2")] == [2, 1, None]
    assert not words.only
    text = text.replace("Good = 2", '"1" = 2')
    assert read_mapping(text).words.only


def test_a_mapping_without_scores_may_observe() -> None:
    text = WIDE[: WIDE.index("[answers]")] + RULES
    assert len(read_mapping(text).observations) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[source]", "header_rows = 0\n[source]", "header_rows: 0 does not lie from 1 to 5"),
        ("[source]", 'header_names = "joined"\n[source]', "header_names: is "),
        ("[source]", 'format = "xls"\n[source]', "format: "),
        ('metric = "csat"', 'metric = "csat"\nvalues = { good = 6 }', "answers.values: "),
        (
            'metric = "csat"',
            'metric = "csat"\nvalues = { good = "5" }',
            "answers.values: must give",
        ),
        ('metric = "csat"', 'metric = "csat"\nvalues = { a = 1, A = 2 }', "answers.values: "),
        ("finished = [", "finshed = [", "partial.finshed: is not a key"),
        ('finished = ["1", "TRUE"]', "finished = [1]", "partial.finished: must be a list of texts"),
        ('values = ["Survey Preview"]', "values = []", r"skip\[1\].values: is missing"),
        ('kind = "wait"', 'kind = "explain"', r"observations\[1\].kind: "),
        ('unit = "minutes"', "", r"observations\[1\].unit: is missing"),
        ('kind = "repeat"', 'kind = "repeat"\nunit = "hours"', r"observations\[2\].unit: is "),
        ('step = "Book"', 'stpe = "Book"', r"observations\[2\].stpe: is not a key"),
        ('kind = "repeat"', 'kind = "wait"\nunit = "hours"', ""),
    ],
)
def test_rules_that_could_be_misunderstood_are_refused(old: str, new: str, said: str) -> None:
    text = WIDE + RULES
    assert text.count(old) == 1
    if not said:
        assert len(read_mapping(text.replace(old, new)).observations) == 2
        return
    with pytest.raises(BadMapping, match=said):
        read_mapping(text.replace(old, new))


def test_a_dictionary_is_a_mapping_too() -> None:
    content = tomllib.loads(WIDE)
    assert mapping_from(content | {"time": {"fixed": "2026-03-10"}}) == read_mapping(WIDE)
    with pytest.raises(BadMapping, match=r"time\.fixed: must be a date such as"):
        mapping_from(content | {"time": {"fixed": "10.3.2026"}})

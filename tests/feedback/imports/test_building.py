"""A mapping that describes the journey builds it where there is none."""

import pytest

from feedback.imports import BadMapping, RowsRefused
from feedback.models import FeedbackRecord, Source
from journeys.models import Channel, Journey, Lane, Stage, Step
from tests.factories import make_team, make_workspace
from tests.feedback.imports.conftest import LONG, WIDE, Importer
from touchpoints.models import Team, Touchpoint

PLAN = (
    WIDE.replace(
        'comment = "Why"',
        'comment = "Why"\nstage = "Plan"\nstep = "Book it"\nchannel = "web"\nteam = "Digital"',
    ).replace('column = "Boarding"', 'column = "Boarding"\nstage = "Go"\nchannel = "Gate"')
    + """
[journey]
title = "A trip"
goal = "Be there"
[[journey.stages]]
title = "Plan"
goal = "Know the way"
[[journey.stages]]
title = "Go"
[[journey.lanes]]
kind = "touchpoints"
line_below = "interaction"
[[journey.lanes]]
kind = "feedback"
"""
)
PLACES = """
[[touchpoints]]
value = "B"
title = "Booking"
stage = "Plan"
channel = "Web"
[journey]
title = "A trip"
[[journey.stages]]
title = "Plan"
[[journey.lanes]]
kind = "touchpoints"
"""
TEXT = "ID,Plan,Booking,Why,Boarding\n1,Pro,5,,3\n"


def test_the_journey_is_built_with_the_import(import_text: Importer, journey: Journey) -> None:
    make_team(journey.workspace, name="digital")
    report = import_text(TEXT, PLAN, slug="trip")
    assert report.journey_built
    trip = Journey.objects.get(slug="trip")
    assert (trip.title, trip.goal, trip.revision) == ("A trip", "Be there", 1)
    steps = Step.objects.filter(stage__journey=trip).values_list("stage__title", "title")
    assert list(steps.order_by("stage__position", "position")) == [
        ("Plan", "Book it"), ("Go", "Boarding")
    ]  # fmt: skip
    booking, boarding = Touchpoint.objects.on_map().filter(step__stage__journey=trip)
    assert (booking.title, booking.channel.name) == ("Booking", "Web")
    assert booking.team
    assert booking.team.name == "digital"
    assert (boarding.title, boarding.channel.name, boarding.team) == ("Boarding", "Gate", None)
    lanes = trip.lanes.values_list("kind", "line_below")
    assert list(lanes) == [("touchpoints", "interaction"), ("feedback", "")]
    assert FeedbackRecord.objects.on_journey(trip).count() == 2


def test_a_journey_that_exists_is_not_built_again(import_text: Importer) -> None:
    import_text(TEXT, PLAN, slug="trip")
    report = import_text(TEXT, PLAN, slug="trip")
    assert not report.journey_built
    assert report.unchanged == 2
    assert Journey.objects.get(slug="trip").revision == 1


def test_what_a_long_file_repeats_is_known_on_the_journey_it_builds(
    import_text: Importer,
) -> None:
    plan = LONG.replace('[time]\ncolumn = "When"', "[time]\nfixed = 2026-03-10") + PLACES
    text = "ID,Where,What,Score,Why,Through\n1,B,,5,,\n1,B,,5,,\n2,B,,4,,\n2,B,,1,,\n"
    report = import_text(text, plan, slug="trip", row_by_row=True)
    assert report.journey_built
    assert (report.created, report.updated, report.unchanged) == (2, 0, 0)
    scores = FeedbackRecord.objects.values_list("external_id", "score")
    assert dict(scores) == {"1": 5, "2": 4}


def test_new_teams_get_addresses_of_their_own(import_text: Importer, journey: Journey) -> None:
    make_team(journey.workspace, name="Digital!", slug="digital")
    import_text(TEXT, PLAN, slug="trip")
    assert Team.objects.get(name="Digital").slug == "digital-2"


def built() -> list[int]:
    """Return how many of each there are."""
    models = (Journey, Stage, Step, Lane, Touchpoint, Team, Channel, Source)
    return [model.objects.count() for model in models]


def test_neither_a_dry_run_nor_a_bad_row_leaves_a_journey(import_text: Importer) -> None:
    before = built()
    assert import_text(TEXT, PLAN, slug="trip", dry_run=True).journey_built
    assert built() == before
    with pytest.raises(RowsRefused):
        import_text(TEXT.replace("5", "6"), PLAN, slug="trip")
    assert built() == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "A trip"', f'title = "{"x" * 161}"', "journey: title: "),
        ('title = "Go"', f'title = "{"x" * 121}"', "touchpoints[2].stage"),
        ('goal = "Know the way"', f'goal = "{"x" * 301}"', "journey.stages[1]: goal: "),
        ('channel = "Gate"', f'channel = "{"x" * 61}"', "touchpoints[2].channel: name: "),
        ('team = "Digital"', f'team = "{"x" * 81}"', "touchpoints[1].team: name: "),
        ('step = "Book it"', f'step = "{"x" * 121}"', "journey.stages[1]: title: "),
        ('name = "Survey"', f'name = "{"x" * 121}"', "source.name: "),
    ],
)
def test_words_that_are_too_long_are_refused(
    import_text: Importer, old: str, new: str, said: str
) -> None:
    assert old in PLAN
    before = built()
    with pytest.raises(BadMapping) as refused:
        import_text(TEXT, PLAN.replace(old, new), slug="trip")
    assert str(refused.value).startswith(said)
    assert built() == before


def test_without_a_plan_there_must_be_a_journey(import_text: Importer) -> None:
    with pytest.raises(BadMapping, match='There is no journey "trip"'):
        import_text(TEXT, slug="trip")
    with pytest.raises(BadMapping, match='"a trip" cannot stand in the address'):
        import_text(TEXT, PLAN, slug="a trip")


def test_a_journey_of_that_name_elsewhere_does_not_count(import_text: Importer) -> None:
    import_text(TEXT, PLAN, slug="flight", workspace=make_workspace())
    assert Journey.objects.filter(slug="flight").count() == 2

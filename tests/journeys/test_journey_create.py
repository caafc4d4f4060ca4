"""The page "New journey": who may, what it makes, and what it refuses."""

import pytest
from django.urls import reverse

from journeys.models import Journey, JourneyTemplate, Lane, Role, Stage, Step
from journeys.starting.creating import free_slug
from journeys.starting.pasted import read_steps
from tests.factories import make_journey, make_member, make_persona, make_user, make_workspace

pytestmark = pytest.mark.django_db
ADDRESS = "/w/air/journeys/new/"
TWO = [("Before", ["Book", "Pay"]), ("After", ["Fly"])]


@pytest.fixture
def workspace():
    return make_workspace(slug="air", name="Northwind Air")


@pytest.fixture
def editor(client, workspace):
    user = make_member(workspace)
    client.force_login(user)
    return user


def send(client, **values):
    return client.post(ADDRESS, {"title": "Trip", "state": "current", "start": "blank"} | values)


def make_from_list(client, text, **values):
    """Send a list twice, as somebody without scripts: to look at it, and to make it."""
    shown = send(client, start="paste", steps=text, **values)
    if shown.status_code != 200:
        return shown
    assert not Journey.objects.exists()
    return send(client, start="paste", steps=text, seen=shown.context["seen"], **values)


def outline(journey):
    return [
        (stage.title, list(stage.steps.order_by("position").values_list("title", flat=True)))
        for stage in Stage.objects.filter(journey=journey).order_by("position")
    ]


@pytest.mark.parametrize("role", Role)
def test_is_for_those_who_edit(client, workspace, role):
    client.force_login(make_member(workspace, role))
    expected = 200 if role.edits else 403
    assert client.get(ADDRESS).status_code == expected
    assert send(client).status_code == (302 if role.edits else 403)


def test_strangers_learn_nothing(client, workspace):
    client.force_login(make_user())
    assert client.get(ADDRESS).status_code == 404
    assert send(client).status_code == 404


def test_makes_a_journey_owned_by_who_makes_it(client, workspace, editor):
    persona = make_persona(workspace, name="Maya")
    response = send(client, goal="Arrive rested", state="research", personas=[persona.pk])
    journey = Journey.objects.get()
    assert response.url == "/w/air/journeys/trip/"
    assert (journey.owner, journey.goal, journey.state) == (editor, "Arrive rested", "research")
    assert list(journey.personas.all()) == [persona]
    assert outline(journey) == []
    assert Lane.objects.filter(
        journey=journey, kind="touchpoints", line_below="visibility"
    ).exists()
    assert client.get(response.url).status_code == 200


def test_addresses_are_made_from_titles_and_never_taken_twice(client, workspace, editor):
    for _ in range(3):
        send(client, title="Trip to Rome")
    send(client, title="New")
    send(client, title="旅")
    slugs = set(Journey.objects.values_list("slug", flat=True))
    assert slugs == {"trip-to-rome", "trip-to-rome-2", "trip-to-rome-3", "new-2", "journey"}


def test_long_titles_leave_room_for_a_number(workspace):
    make_journey(workspace, slug="a" * 155)
    assert len(free_slug(workspace, "a" * 160)) <= 160


def test_a_journey_without_a_title_is_refused_and_all_else_is_kept(client, workspace, editor):
    response = send(client, title=" ", goal="Arrive", start="paste", steps="Book")
    html = response.content.decode()
    assert response.status_code == 422
    assert 'value="Arrive"' in html
    assert ">Book</textarea>" in html
    assert 'value="paste" checked' in html
    assert not Journey.objects.exists()


@pytest.mark.parametrize("start", ["own-99", "nonsense", "", "copy"])
def test_a_start_that_is_not_there_is_refused(client, workspace, editor, start):
    assert send(client, start=start).status_code == 422
    assert not Journey.objects.exists()


class TestPasting:
    def test_shows_first_what_it_will_make(self, client, workspace, editor):
        shown = send(client, start="paste", steps="Before:\nBook\nPay\nAfter:\nFly")
        assert "2 stages, 3 steps" in shown.content.decode()
        assert not Journey.objects.exists()
        send(
            client,
            start="paste",
            steps="Before:\nBook\nPay\nAfter:\nFly",
            seen=shown.context["seen"],
        )
        assert outline(Journey.objects.get()) == [("Before", ["Book", "Pay"]), ("After", ["Fly"])]

    def test_shows_it_again_where_it_was_changed_since(self, client, workspace, editor):
        seen = send(client, start="paste", steps="Book").context["seen"]
        send(client, start="paste", steps="Book\nPay", seen=seen)
        assert not Journey.objects.exists()

    def test_as_a_fragment_while_one_types(self, client, workspace, editor):
        headers = {"HX-Request": "true", "HX-Target": "pasted-preview"}
        response = client.post(ADDRESS, {"steps": "Book\nPay"}, headers=headers)
        html = response.content.decode()
        assert html.startswith('<section class="pasted"')
        assert "1 stage, 2 steps" in html

    def test_has_the_usual_lanes(self, client, workspace, editor):
        make_from_list(client, "Book\nFly")
        assert Lane.objects.filter(journey__slug="trip").count() == 9
        assert outline(Journey.objects.get()) == [("Stage 1", ["Book", "Fly"])]

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "There is no step yet"),
            ("  \n\n", "There is no step yet"),
            ("Before:\nAfter:", "stages only"),
            (f"Book\n{'x' * 121}", "Line 2: the step is 121 characters long"),
            (f"{'y' * 130}:\nBook", "Line 1: the stage is 130 characters long"),
            ("\n".join(f"Step {n}" for n in range(201)), "201 steps; a map takes 200"),
        ],
    )
    def test_is_all_or_nothing(self, client, workspace, editor, text, says):
        response = make_from_list(client, text)
        assert response.status_code == 422
        assert says in response.content.decode()
        assert not Journey.objects.exists()
        assert not Step.objects.exists()

    @pytest.mark.parametrize(
        ("text", "stages"),
        [
            ("Book\nFly", [("Stage 1", ["Book", "Fly"])]),
            ("Before:\n- Book\n- Pay", [("Before", ["Book", "Pay"])]),
            ("# Before\n1. Book\n2) Pay\n## After\n* Fly", TWO),
            ("Before\n  Book\n  Pay\nAfter\n\tFly", TWO),
            ("  Before\n    Book\n  After\n    Fly", [("Before", ["Book"]), ("After", ["Fly"])]),
            ("Stage\tStep\nBefore\tBook\n\tPay\nAfter\tFly", TWO),
            ("Before\tBook\nBefore\tPay\r\nAfter\tFly\tnote", TWO),
            ("Book\nBefore:\nPay", [("Stage 1", ["Book"]), ("Before", ["Pay"])]),
            ("之前\N{FULLWIDTH COLON}\n预订", [("之前", ["预订"])]),
            ("1.5 h flight\n3D scan", [("Stage 1", ["1.5 h flight", "3D scan"])]),
        ],
    )  # fmt: skip
    def test_reads_lists_as_people_write_them(self, text, stages):
        found = read_steps(text)
        assert found.problems == []
        assert [(stage.title, stage.steps) for stage in found.stages] == stages


def test_makes_a_copy_of_another_journey(client, workspace, editor):
    original = make_journey(workspace, title="Old", goal="Arrive")
    Stage.objects.create(journey=original, title="Fly", position=3)
    send(client, title="Again", start="copy", journey=original.pk, state="future")
    copy = Journey.objects.get(title="Again")
    assert (copy.compares_with, copy.goal, outline(copy)) == (original, "Arrive", [("Fly", [])])


def test_takes_no_journey_or_persona_or_template_of_another_workspace(client, workspace, editor):
    elsewhere = make_journey()
    persona = make_persona(elsewhere.workspace)
    template = JourneyTemplate.objects.create(
        workspace=elsewhere.workspace, title="Theirs", content={"lanes": [], "stages": []}
    )
    assert send(client, start="copy", journey=elsewhere.pk).status_code == 422
    assert send(client, personas=[persona.pk]).status_code == 422
    assert send(client, start=f"own-{template.pk}").status_code == 422
    assert "Theirs" not in client.get(ADDRESS).content.decode()


def test_the_page_can_be_opened_at_a_start(client, workspace, editor):
    html = client.get(f"{ADDRESS}?start=support-case").content.decode()
    assert 'value="support-case" checked' in html
    assert reverse("journeys:journey_create", args=["air"]) == ADDRESS

"""The atlas: who sees it, what stands in a row, how it is narrowed and sorted, what it costs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from feedback.models import FeedbackRecord, FrictionAssessment
from journeys.maps import MapFilters, Period
from journeys.maps.atlas import headlines
from journeys.models import Journey, Role, User, Workspace
from tests.factories import (
    NOON,
    make_journey,
    make_member,
    make_persona,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
COLUMNS = ["Journey", "Owner", "NPS", "CSAT", "Friction", "Answers", "Freshness"]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test happens on the day of the answers."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace(slug="air", name="Northwind Air")


def opened(client: Client, user: User, query: str = "", **headers: str) -> Any:
    client.force_login(user)
    return client.get(f"/w/air/journeys/{query}", headers=headers)


def table(response: Any) -> list[list[str]]:
    """Return what the table says, cell by cell, its head first."""
    rows = re.findall(r'<tr role="row">(.*?)</tr>', response.content.decode(), re.DOTALL)
    cells = [re.findall(r"<t[hd]\b.*?>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(strip_tags(cell).split()) for cell in row] for row in cells]


def titles(response: Any) -> list[str]:
    return [row.title for row in response.context["atlas"].rows]


def row_of(response: Any, journey: Journey) -> dict[str, str]:
    rows = dict(zip(titles(response), table(response)[1:], strict=True))
    return dict(zip(COLUMNS, rows[journey.title], strict=True))


def answer(journey: Journey, scores: list[int], *, metric: str = "csat", days_ago: int = 3) -> Any:
    """Let customers answer at a touchpoint of its own; return the touchpoint."""
    touchpoint = make_touchpoint(make_step(make_stage(journey)))
    source = make_source(journey.workspace)
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source, touchpoint=touchpoint, metric=metric, score=score,
            occurred_at=NOON - timedelta(days=days_ago),
        )
        for score in scores
    )  # fmt: skip
    return touchpoint


class TestWhoSeesIt:
    @pytest.mark.parametrize("role", Role)
    def test_every_member(self, client: Client, workspace: Workspace, role: Role) -> None:
        journey = make_journey(workspace, title="Business trip")
        response = opened(client, make_member(workspace, role))
        assert response.status_code == 200
        assert titles(response) == [journey.title]

    def test_a_superuser(self, client: Client, workspace: Workspace) -> None:
        assert opened(client, make_user(is_superuser=True)).status_code == 200

    def test_a_stranger_learns_nothing(self, client: Client, workspace: Workspace) -> None:
        stranger = make_member(make_workspace(), Role.OWNER)
        assert opened(client, stranger).status_code == 404

    def test_signed_out_people_sign_in_first(self, client: Client, workspace: Workspace) -> None:
        response = client.get("/w/air/journeys/?state=future")
        assert response.status_code == 302
        assert response["Location"] == "/account/login/?next=/w/air/journeys/%3Fstate%3Dfuture"

    def test_only_this_workspaces_journeys(self, client: Client, workspace: Workspace) -> None:
        member = make_member(workspace)
        elsewhere = make_journey()
        elsewhere.workspace.memberships.create(user=member, role=Role.EDITOR)
        make_journey(workspace, title="Here")
        assert titles(opened(client, member)) == ["Here"]

    def test_it_only_reads(self, client: Client, workspace: Workspace) -> None:
        client.force_login(make_member(workspace))
        assert client.post("/w/air/journeys/").status_code == 405


class TestNewJourney:
    ADDRESS = "/w/air/journeys/new/"

    @pytest.mark.parametrize("role", Role)
    def test_is_offered_to_who_edits_the_workspace(
        self, client: Client, workspace: Workspace, role: Role
    ) -> None:
        make_journey(workspace)
        html = opened(client, make_member(workspace, role)).content.decode()
        assert (self.ADDRESS in html) is role.edits

    def test_is_not_offered_to_who_edits_another(
        self, client: Client, workspace: Workspace
    ) -> None:
        make_journey(workspace)
        member = make_member(workspace, Role.VIEWER)
        make_workspace().memberships.create(user=member, role=Role.OWNER)
        assert self.ADDRESS not in opened(client, member).content.decode()

    def test_an_empty_workspace_says_what_the_page_is_for_and_where_to_begin(
        self, client: Client, workspace: Workspace
    ) -> None:
        html = opened(client, make_member(workspace, Role.EDITOR)).content.decode()
        assert "No journeys yet" in html
        assert "Create the first journey" in html
        assert self.ADDRESS in html
        html = opened(client, make_member(workspace, Role.VIEWER)).content.decode()
        assert "Whoever edits this workspace creates the first one" in html
        assert self.ADDRESS not in html


class TestRow:
    def test_measured(self, client: Client, workspace: Workspace) -> None:
        owner = make_user(name="Maya Rao")
        journey = make_journey(workspace, title="Business trip", owner=owner)
        journey.personas.add(make_persona(workspace, name="Maya", role="frequent flyer"))
        answer(journey, [4] * 60 + [1] * 40)
        answer(journey, [10] * 50 + [0] * 50, metric="nps", days_ago=1)
        response = opened(client, make_member(workspace))
        assert table(response)[0] == COLUMNS
        assert row_of(response, journey) == {
            "Journey": "Business tripMaya, frequent flyer · current",
            "Owner": "MRMaya Rao",
            "NPS": "0 ±19",
            "CSAT": "60 % ±9.4",
            "Friction": "55",
            "Answers": "200",
            "Freshness": "evidence 1 day old",
        }
        assert "figures of the last 90 days" in response.content.decode()

    def test_nothing_is_known_as_a_dash_and_not_as_0(
        self, client: Client, workspace: Workspace
    ) -> None:
        journey = make_journey(workspace, title="Group booking", state="research")
        assert row_of(opened(client, make_member(workspace)), journey) == {
            "Journey": "Group bookingresearch",
            "Owner": "–nobody",
            "NPS": "–",
            "CSAT": "–",
            "Friction": "–",
            "Answers": "0",
            "Freshness": "no evidence yet",
        }

    def test_answers_before_the_period_do_not_count_but_date_the_evidence(
        self, client: Client, workspace: Workspace
    ) -> None:
        journey = make_journey(workspace)
        answer(journey, [5] * 10, days_ago=90)
        row = row_of(opened(client, make_member(workspace)), journey)
        assert (row["CSAT"], row["Answers"]) == ("–", "0")
        assert row["Freshness"] == "evidence 90 days old"

    def test_too_few_answers_are_hidden_not_0(self, client: Client, workspace: Workspace) -> None:
        journey = make_journey(workspace)
        answer(journey, [5] * 4)
        row = row_of(opened(client, make_member(workspace)), journey)
        assert (row["CSAT"], row["Answers"]) == ("–", "– hidden")

    def test_a_workshops_votes_stand_where_nobody_was_asked(
        self, client: Client, workspace: Workspace
    ) -> None:
        today_journey = make_journey(workspace, title="Trip")
        journey = make_journey(
            workspace, title="Trip, redesigned", state="future", compares_with=today_journey
        )
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        for severity in (1, 2):
            FrictionAssessment.objects.create(
                touchpoint=touchpoint, rater=make_user(), severity=severity, assessed_on=TODAY
            )
        response = opened(client, make_member(workspace))
        row = row_of(response, journey)
        assert row["Journey"] == "Trip, redesignedfuture, compares with current"
        assert (row["Friction"], row["Answers"]) == ("38, assessed", "2 votes")
        html = response.content.decode()
        assert '<span class="quiet">no evidence yet</span>' in html  # the future has none
        assert '<span class="stale">no evidence yet</span>' in html

    def test_an_overdue_review_is_said(self, client: Client, workspace: Workspace) -> None:
        kept = make_journey(workspace, title="Kept", review_by=TODAY)
        late = make_journey(workspace, title="Late", review_by=TODAY - timedelta(days=26))
        later = make_journey(workspace, title="Later", review_by=TODAY - timedelta(days=149))
        response = opened(client, make_member(workspace))
        assert row_of(response, kept)["Freshness"] == "no evidence yet"
        assert row_of(response, late)["Freshness"] == "review was due 12 Febno evidence yet"
        assert "review was due 12 Oct 2025" in row_of(response, later)["Freshness"]

    @pytest.mark.parametrize(
        ("names", "said"),
        [
            (["Ana", "Luis"], "Ana and Luis"),
            (["Ana", "Luis", "Priya"], "Ana, Luis and Priya"),
            (["Ana", "Luis", "Maya", "Priya"], "Ana, Luis and 2 more"),
        ],
    )
    def test_several_personas(
        self, client: Client, workspace: Workspace, names: list[str], said: str
    ) -> None:
        journey = make_journey(workspace)
        journey.personas.set([make_persona(workspace, name=name, role="flyer") for name in names])
        row = row_of(opened(client, make_member(workspace)), journey)
        assert row["Journey"] == f"{journey.title}{said} · current"


class TestNarrowing:
    @pytest.fixture(autouse=True)
    def _journeys(self, workspace: Workspace) -> None:
        self.owner = make_user(name="Maya Rao")
        make_journey(workspace, title="Übergabe am Gate", owner=self.owner)
        make_journey(workspace, title="Gate, redesigned", state="future", owner=self.owner)
        make_journey(workspace, title="Family holiday")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["Family holiday", "Gate, redesigned", "Übergabe am Gate"]),
            ("?q=gate", ["Gate, redesigned", "Übergabe am Gate"]),
            ("?q=gate+über", ["Übergabe am Gate"]),
            ("?state=future", ["Gate, redesigned"]),
            ("?owner=none", ["Family holiday"]),
            ("?owner=none&state=future", []),
        ],
    )
    def test_by_title_state_and_owner(
        self, client: Client, workspace: Workspace, query: str, found: list[str]
    ) -> None:
        assert titles(opened(client, make_member(workspace), query)) == found

    def test_by_one_owner(self, client: Client, workspace: Workspace) -> None:
        response = opened(client, make_member(workspace), f"?owner={self.owner.pk}&state=current")
        assert titles(response) == ["Übergabe am Gate"]
        assert "1 of 3 journeys" in response.content.decode()
        owners = [option.label for option in response.context["atlas"].owners]
        assert owners == ["Maya Rao", "nobody"]

    def test_no_match_says_so_and_leads_back(self, client: Client, workspace: Workspace) -> None:
        html = opened(client, make_member(workspace), "?q=<b>bag").content.decode()
        assert "No title has “&lt;b&gt;bag” in it." in html
        assert '<a class="btn" href="/w/air/journeys/">Show all 3</a>' in html

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("?state=past", "The address asks for the state “past”, which does not exist."),
            ("?sort=luck", "The address asks for the order “luck”, which does not exist."),
            ("?page=0", "The address asks for the page “0”, which does not exist."),
            ("?page=7", "There is no page 7; this is the last one."),
        ],
    )
    def test_what_an_address_asks_in_vain_is_named_and_left_out(
        self, client: Client, workspace: Workspace, query: str, said: str
    ) -> None:
        response = opened(client, make_member(workspace), query)
        assert said in response.content.decode()
        assert len(titles(response)) == 3

    def test_an_unknown_owner_matches_nothing_and_is_named(
        self, client: Client, workspace: Workspace
    ) -> None:
        response = opened(client, make_member(workspace), "?owner=999999")
        assert titles(response) == []
        assert "Nobody with that number owns a journey here" in response.content.decode()

    def test_htmx_gets_the_table_alone_and_the_address_without_empty_fields(
        self, client: Client, workspace: Workspace
    ) -> None:
        member = make_member(workspace)
        response = opened(client, member, "?q=gate&state=&owner=&sort=title", hx_request="true")
        assert "<html" not in response.content.decode()
        assert "<form" not in response.content.decode()
        assert titles(response) == ["Gate, redesigned", "Übergabe am Gate"]
        assert response["HX-Replace-Url"] == "/w/air/journeys/?q=gate"
        assert "HX-Request" in response["Vary"]
        assert "HX-Request" in opened(client, member)["Vary"]


class TestOrder:
    @pytest.fixture(autouse=True)
    def _journeys(self, workspace: Workspace) -> None:
        for title, owner, scores, days_ago in (
            ("apple", "Zoe", [5] * 30, 9),
            ("Berry", "adam", [1] * 40, 5),
            ("Cherry", None, [], 0),
        ):
            person = make_user(name=owner) if owner else None
            answer(make_journey(workspace, title=title, owner=person), scores, days_ago=days_ago)

    @pytest.mark.parametrize(
        ("sort", "order"),
        [
            ("title", "apple Berry Cherry"),
            ("-title", "Cherry Berry apple"),
            ("owner", "Berry apple Cherry"),
            ("-owner", "apple Berry Cherry"),
            ("csat", "Berry apple Cherry"),
            ("-csat", "apple Berry Cherry"),
            ("friction", "apple Berry Cherry"),
            ("-answers", "Berry apple Cherry"),
            ("answers", "Cherry apple Berry"),
            ("freshness", "apple Berry Cherry"),
            ("-freshness", "Berry apple Cherry"),
        ],
    )
    def test_by_any_column_with_the_unknown_last(
        self, client: Client, workspace: Workspace, sort: str, order: str
    ) -> None:
        response = opened(client, make_member(workspace), f"?sort={sort}")
        assert titles(response) == order.split()

    def test_the_head_says_the_order_and_turns_it(
        self, client: Client, workspace: Workspace
    ) -> None:
        html = opened(client, make_member(workspace), "?sort=-csat&q=r").content.decode()
        heads = re.findall(r'<th scope="col".*?</th>', html)
        assert [COLUMNS[i] for i, head in enumerate(heads) if "aria-sort" in head] == ["CSAT"]
        assert 'aria-sort="descending"' in heads[3]
        assert 'href="/w/air/journeys/?q=r&amp;sort=csat"' in heads[3]
        assert 'href="/w/air/journeys/?q=r&amp;sort=-friction"' in heads[4]
        assert 'href="/w/air/journeys/?q=r"' in heads[0]

    def test_the_filters_keep_the_order(self, client: Client, workspace: Workspace) -> None:
        html = opened(client, make_member(workspace), "?sort=-csat").content.decode()
        assert '<input type="hidden" name="sort" value="-csat" form="atlas">' in html


def test_fifty_to_a_page(client: Client, workspace: Workspace) -> None:
    for number in range(51):
        make_journey(workspace, title=f"Journey {number:02}")
    member = make_member(workspace)
    assert len(titles(opened(client, member))) == 50
    second = opened(client, member, "?page=2&q=journey")
    assert titles(second) == ["Journey 50"]
    assert 'href="/w/air/journeys/?q=journey"' in second.content.decode()


class TestCost:
    QUERIES = 16

    def test_grows_with_nothing(
        self,
        client: Client,
        workspace: Workspace,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        member = make_member(workspace, Role.ADMIN)
        for _ in range(2):
            for query in ("", "?sort=-nps"):
                client.force_login(member)
                if not workspace.journeys.exists():
                    self.fill(workspace, 1)
                with django_assert_num_queries(self.QUERIES):
                    assert client.get(f"/w/air/journeys/{query}").status_code == 200
            self.fill(workspace, 9)

    def fill(self, workspace: Workspace, count: int) -> None:
        for _ in range(count):
            journey = make_journey(workspace, owner=make_user())
            journey.personas.add(make_persona(workspace))
            answer(journey, [4] * 6)
            answer(journey, [9] * 6, metric="nps")


def test_headlines_are_asked_of_one_workspace() -> None:
    """What may be shown is decided per workspace, so the journeys of two are not mixed."""
    filters = MapFilters(period=Period.until(TODAY))
    with pytest.raises(ValueError, match="one workspace at a time"):
        headlines([make_journey(), make_journey()], filters=filters)
    assert headlines([], filters=filters) == {}

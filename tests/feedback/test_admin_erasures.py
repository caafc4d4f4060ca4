"""Erasing a person in the admin: look, then confirm; nothing of it in an address."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from feedback.models import Erasure, FeedbackRecord, Identity
from feedback.privacy.respondents import respondent_for
from journeys.models import Role, User, Workspace
from tests.factories import make_member, make_record, make_source, make_touchpoint, make_workspace

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:feedback_erasure_add")
JO = "jo@example.com"


@pytest.fixture
def workspace() -> Workspace:
    return make_touchpoint().step.stage.journey.workspace


@pytest.fixture
def admin(client: Client, workspace: Workspace) -> User:
    user = make_member(workspace, Role.ADMIN)
    client.force_login(user)
    touchpoint = make_touchpoint()
    touchpoint.step.stage.journey.workspace = workspace
    jo = respondent_for(workspace, JO)
    Identity.objects.create(respondent=jo, email=JO)
    make_record(touchpoint, source=make_source(workspace), respondent=jo, comment="Jo Doe here")
    return user


def form(place: Workspace, **values: str) -> dict[str, object]:
    return {"workspace": place.pk, "email": JO, "also": ""} | values


def test_looking_changes_nothing_and_says_what_would_go(
    client: Client, admin: User, workspace: Workspace
) -> None:
    page = client.post(PAGE, form(workspace, look="Look"))
    said = page.content.decode()
    assert "Identities deleted: 1" in said
    assert "Answers deleted because too few others were like them: 1" in said
    assert Identity.objects.exists()
    assert not Erasure.objects.exists()


def test_confirmed_it_is_done_and_noted(client: Client, admin: User, workspace: Workspace) -> None:
    page = client.post(PAGE, form(workspace, erase="Erase now"), follow=True)
    assert "Erased: identities deleted: 1" in page.content.decode()
    assert JO not in page.content.decode()
    assert not Identity.objects.exists()
    assert not FeedbackRecord.objects.exists()
    assert Erasure.objects.get().requested_by == admin


def test_times_are_told_by_the_clock_of_24_hours(
    client: Client, admin: User, workspace: Workspace
) -> None:
    client.post(PAGE, form(workspace, erase="Erase now"))
    Erasure.objects.update(erased_at=datetime(2026, 11, 29, 14, 54, tzinfo=UTC))
    for page in ("feedback_erasure_changelist", "feedback_erasure_change"):
        args = [Erasure.objects.get().pk] if page.endswith("change") else []
        assert (
            "29 Nov 2026, 14:54" in client.get(reverse(f"admin:{page}", args=args)).content.decode()
        )


def test_the_button_that_erases_looks_like_those_that_delete(
    client: Client, admin: User, workspace: Workspace
) -> None:
    looked = client.post(PAGE, form(workspace, look="Look")).content.decode()
    assert '<input type="submit" class="deletelink" name="erase" value="Erase now">' in looked


def test_what_is_stored_can_be_downloaded(
    client: Client, admin: User, workspace: Workspace
) -> None:
    answer = client.post(PAGE, form(workspace, disclose="Download"))
    assert answer.json()["answers"][0]["comment"] == "Jo Doe here"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"email": "jo"}, "Enter a valid email address"),
        ({"also": "Jo"}, "is too short"),
        ({"workspace": ""}, "This field is required"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_erased(
    client: Client, admin: User, workspace: Workspace, values: dict[str, str], said: str
) -> None:
    page = client.post(PAGE, form(workspace, erase="Erase now", **values))
    assert said in page.content.decode()
    assert Identity.objects.exists()


def test_another_workspace_is_no_choice(client: Client, admin: User, workspace: Workspace) -> None:
    page = client.post(PAGE, form(make_workspace(), erase="Erase now"))
    assert "Select a valid choice" in page.content.decode()


def test_a_stored_erasure_can_be_read_only(
    client: Client, admin: User, workspace: Workspace
) -> None:
    client.post(PAGE, form(workspace, erase="Erase now"))
    erasure = Erasure.objects.get()
    page = client.get(reverse("admin:feedback_erasure_change", args=[erasure.pk]))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()

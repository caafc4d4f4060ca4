"""Archiving, restoring and merging touchpoints in the admin."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from feedback.models import FeedbackRecord
from journeys.models import Role
from tests.factories import make_member, make_record, make_step, make_touchpoint
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def touchpoint(client: Client) -> Touchpoint:
    touchpoint = make_touchpoint(title="Inflight wifi")
    client.force_login(make_member(touchpoint.step.stage.journey.workspace, Role.ADMIN))
    return touchpoint


def address(touchpoint: Touchpoint, page: str) -> str:
    return reverse(f"admin:touchpoints_touchpoint_{page}", args=[touchpoint.pk])


def act(client: Client, action: str, *touchpoints: Touchpoint) -> str:
    chosen = {"action": action, "_selected_action": [each.pk for each in touchpoints]}
    page = client.post(reverse("admin:touchpoints_touchpoint_changelist"), chosen, follow=True)
    return page.content.decode()


def test_archive_and_restore_one(client: Client, touchpoint: Touchpoint) -> None:
    said = client.post(address(touchpoint, "archive"), follow=True).content.decode()
    assert "is off the map; its feedback is kept" in said
    assert address(touchpoint, "restore") in said
    touchpoint.refresh_from_db()
    assert touchpoint.archived_at is not None
    client.post(address(touchpoint, "restore"))
    touchpoint.refresh_from_db()
    assert touchpoint.archived_at is None
    assert LogEntry.objects.count() == 2


def test_archive_and_restore_several(client: Client, touchpoint: Touchpoint) -> None:
    other = make_touchpoint(make_step(touchpoint.step.stage))
    act(client, "archive_selected", touchpoint, other)
    assert not Touchpoint.objects.current().exists()
    make_touchpoint(touchpoint.step, channel=touchpoint.channel, title="Seat screen")
    said = act(client, "restore_selected", touchpoint, other)
    assert "“Seat screen” stands at this step" in said
    assert set(Touchpoint.objects.current().values_list("title", flat=True)) == {
        other.title,
        "Seat screen",
    }


@pytest.mark.parametrize("page", ["archive", "restore"])
def test_looking_changes_nothing(client: Client, touchpoint: Touchpoint, page: str) -> None:
    assert client.get(address(touchpoint, page)).status_code == 405


@pytest.mark.parametrize("page", ["archive", "restore", "merge"])
def test_a_foreign_touchpoint_does_not_exist(
    client: Client, touchpoint: Touchpoint, page: str
) -> None:
    assert client.post(address(make_touchpoint(), page)).status_code == 404


class TestMerging:
    def test_shows_the_counts_before_it_is_done(
        self, client: Client, touchpoint: Touchpoint
    ) -> None:
        gone = make_touchpoint(make_step(touchpoint.step.stage), title="Seat screen")
        make_record(gone)
        page = client.post(address(gone, "merge"), {"into": touchpoint.pk})
        assert "Answers and comments: 1" in page.content.decode()
        assert FeedbackRecord.objects.get().touchpoint == gone
        done = client.post(
            address(gone, "merge"), {"into": touchpoint.pk, "confirmed": "on"}, follow=True
        )
        said = done.content.decode()
        assert "Moved: answers and comments: 1." in said
        assert FeedbackRecord.objects.get().touchpoint == touchpoint
        listed = client.get(reverse("admin:touchpoints_touchpoint_changelist")).content.decode()
        assert "merged into “Inflight wifi”" in listed

    def test_offers_what_is_on_maps_of_the_workspace(
        self, client: Client, touchpoint: Touchpoint
    ) -> None:
        other = make_touchpoint(make_step(touchpoint.step.stage))
        make_touchpoint(make_step(touchpoint.step.stage)).archive()
        foreign = make_touchpoint()
        form = client.get(address(touchpoint, "merge")).context["form"]
        assert list(form.fields["into"].queryset) == [other]
        page = client.post(address(touchpoint, "merge"), {"into": foreign.pk, "confirmed": "on"})
        assert "Select a valid choice" in page.content.decode()


def test_deleting_what_has_feedback_offers_archiving(
    client: Client, touchpoint: Touchpoint
) -> None:
    make_record(touchpoint)
    page = client.get(address(touchpoint, "delete")).content.decode()
    assert "Archive the touchpoint instead" in page
    client.post(address(touchpoint, "delete"), {"post": "yes"})
    assert Touchpoint.objects.filter(pk=touchpoint.pk).exists()

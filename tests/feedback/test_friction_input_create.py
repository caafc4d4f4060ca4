"""A day's total: "of 40 customers today 6 came back"."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from feedback.models import FrictionInput
from feedback.observing.day_totals import LARGEST
from journeys.models import Role
from tests.factories import make_friction_input, make_member, make_touchpoint, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def touchpoint():
    return make_touchpoint(title="Hotline")


@pytest.fixture
def editor(client, touchpoint):
    client.force_login(make_member(touchpoint.step.stage.journey.workspace))
    return client


def address(touchpoint, query="") -> str:
    slug = touchpoint.step.stage.journey.workspace.slug
    return f"/w/{slug}/touchpoints/{touchpoint.pk}/day-totals/new/{query}"


def day(**values):
    return {
        "kind": "repeat",
        "hits": "6",
        "base": "40",
        "day": timezone.localdate().isoformat(),
    } | values


def words(response) -> str:
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


def totals() -> list[tuple[str, int, int]]:
    return list(FrictionInput.objects.values_list("kind", "hits", "base"))


class TestWhoMay:
    @pytest.mark.parametrize("role", Role)
    def test_by_role(self, client, touchpoint, role):
        client.force_login(make_member(touchpoint.step.stage.journey.workspace, role))
        expected = [200, 303] if role.edits else [403, 403]
        asked = [client.get(address(touchpoint)), client.post(address(touchpoint), day())]
        assert [response.status_code for response in asked] == expected
        assert len(totals()) == role.edits

    def test_strangers_and_the_signed_out(self, client, touchpoint):
        assert client.post(address(touchpoint), day()).status_code == 302
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert client.post(address(touchpoint), day()).status_code == 404
        assert totals() == []


class TestCounted:
    def test_is_in_friction_at_once_and_the_panel_says_so(self, editor, touchpoint):
        response = editor.post(
            address(touchpoint, "?period=365d"), day(), headers={"HX-Request": "true"}, follow=True
        )
        assert totals() == [("repeat", 6, 40)]
        said = words(response)
        assert "Counted: 6 of 40 came back with the same matter." in said
        assert "6 of 40 came back with the same matter (15 %)" in said
        assert "period=365d" in response.redirect_chain[0][0]

    def test_nobody_is_a_count_too(self, editor, touchpoint):
        editor.post(address(touchpoint), day(kind="error", hits="0"))
        assert totals() == [("error", 0, 40)]

    def test_the_same_form_sent_twice_counts_once(self, editor, touchpoint):
        for _ in range(2):
            assert editor.post(address(touchpoint), day()).status_code == 303
        assert totals() == [("repeat", 6, 40)]


class TestDayThatHasATotal:
    @pytest.fixture(autouse=True)
    def _counted_before(self, touchpoint):
        make_friction_input(touchpoint, kind="repeat", day=timezone.localdate(), hits=2, base=10)

    def test_asks_first(self, editor, touchpoint):
        response = editor.post(address(touchpoint), day())
        assert response.status_code == 200
        assert "2 of 10 are counted on" in words(response)
        assert 'name="seen" value="2/10"' in response.content.decode()
        assert totals() == [("repeat", 2, 10)]

    @pytest.mark.parametrize(("existing", "expected"), [("replace", (6, 40)), ("add", (8, 50))])
    def test_does_what_it_is_told_once(self, editor, touchpoint, existing, expected):
        sent = day(existing=existing, seen="2/10")
        assert editor.post(address(touchpoint), sent).status_code == 303
        assert totals() == [("repeat", *expected)]
        editor.post(address(touchpoint), sent)
        assert totals() == [("repeat", *expected)]

    def test_asks_again_where_somebody_was_quicker(self, editor, touchpoint):
        FrictionInput.objects.update(hits=3, base=30)
        response = editor.post(address(touchpoint), day(existing="add", seen="2/10"))
        assert "3 of 30 are counted on" in words(response)
        assert 'name="seen" value="3/30"' in response.content.decode()
        assert totals() == [("repeat", 3, 30)]

    def test_more_than_the_database_can_count_is_refused(self, editor, touchpoint):
        response = editor.post(
            address(touchpoint), day(existing="add", seen="2/10", base=str(LARGEST))
        )
        assert response.status_code == 200
        assert totals() == [("repeat", 2, 10)]

    def test_another_day_or_kind_is_another_total(self, editor, touchpoint):
        yesterday = timezone.localdate() - timedelta(days=1)
        editor.post(address(touchpoint), day(day=yesterday.isoformat()))
        editor.post(address(touchpoint), day(kind="abandon"))
        assert FrictionInput.objects.count() == 3


class TestRefused:
    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"hits": ""}, "To how many did it happen? 0 is an answer too."),
            ({"base": ""}, "Of how many? Without it there is no share."),
            ({"hits": "41"}, "These are more than all 40."),
            ({"hits": "-1"}, "greater than or equal to 0"),
            ({"base": "0", "hits": "0"}, "greater than or equal to 1"),
            ({"hits": "2.5"}, "Enter a whole number."),
            ({"base": "99999999999"}, "less than or equal to"),
            ({"day": "someday"}, "Give a day"),
            ({"day": "2999-01-01"}, "This day is still to come."),
            ({"kind": "wait"}, "not one of the available choices"),
        ],
    )
    def test_says_why_and_counts_nothing(self, editor, touchpoint, values, said):
        response = editor.post(address(touchpoint), day(**values))
        assert said in words(response).replace("&#x27;", "'")
        assert totals() == []

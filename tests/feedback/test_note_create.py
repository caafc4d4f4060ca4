"""A customer's words, written down by a member of the team: who may, what is kept and shown."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from feedback.models import FeedbackRecord, Source
from journeys.models import Role
from tests.factories import (
    make_member,
    make_record,
    make_segment,
    make_source,
    make_step,
    make_survey,
    make_touchpoint,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db
PANEL = {"HX-Request": "true", "HX-Target": "panel"}


@pytest.fixture
def touchpoint():
    return make_touchpoint(make_step(title="Board"), title="Gate")


def workspace_of(touchpoint):
    return touchpoint.step.stage.journey.workspace


def address(touchpoint, query="") -> str:
    return f"/w/{workspace_of(touchpoint).slug}/touchpoints/{touchpoint.pk}/notes/new/{query}"


def note(**values):
    return {
        "comment": "Nobody knew the new gate.",
        "kind": "frontline",
        "score": "",
        "occurred_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "segment": "",
        "token": str(uuid4()),
    } | values


def words(response) -> str:
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


@pytest.fixture
def editor(client, touchpoint):
    client.force_login(make_member(workspace_of(touchpoint)))
    return client


class TestWhoMay:
    @pytest.mark.parametrize("role", Role)
    def test_by_role(self, client, touchpoint, role):
        client.force_login(make_member(workspace_of(touchpoint), role))
        expected = 200 if role.edits else 403
        assert client.get(address(touchpoint)).status_code == expected
        assert client.post(address(touchpoint), note()).status_code == (303 if role.edits else 403)
        assert FeedbackRecord.objects.exists() == role.edits

    def test_strangers_and_the_signed_out(self, client, touchpoint):
        response = client.post(address(touchpoint), note())
        assert response["Location"].startswith("/account/login/")
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert client.get(address(touchpoint)).status_code == 404
        assert client.post(address(touchpoint), note()).status_code == 404
        assert not FeedbackRecord.objects.exists()

    def test_a_superuser_may(self, client, touchpoint):
        client.force_login(make_user(is_superuser=True))
        assert client.post(address(touchpoint), note()).status_code == 303

    def test_not_at_a_touchpoint_of_another_workspace_or_an_archived_one(self, editor, touchpoint):
        other = make_touchpoint()
        mixed = address(touchpoint).replace(f"/{touchpoint.pk}/", f"/{other.pk}/")
        assert editor.get(mixed).status_code == 404
        touchpoint.archived_at = timezone.now()
        touchpoint.save()
        assert editor.get(address(touchpoint)).status_code == 404

    def test_reading_the_form_keeps_nothing(self, editor, touchpoint):
        editor.get(address(touchpoint))
        assert not Source.objects.exists()


class TestKept:
    def test_the_words_with_everything_else_known(self, editor, touchpoint):
        segment = make_segment(workspace_of(touchpoint), name="Business")
        when = timezone.localtime() - timedelta(hours=3)
        sent = note(score="csat:2", segment=segment.pk, occurred_at=when.strftime("%Y-%m-%dT%H:%M"))
        response = editor.post(address(touchpoint), sent)
        kept = FeedbackRecord.objects.get()
        assert (kept.touchpoint, kept.comment) == (touchpoint, "Nobody knew the new gate.")
        assert (kept.metric, kept.score, kept.segment) == ("csat", 2, segment)
        assert kept.channel == touchpoint.channel
        assert kept.occurred_at == when.replace(second=0, microsecond=0)
        assert (kept.source.name, kept.source.kind) == ("Frontline notes", "frontline")
        assert "/evidence/?metric=csat" in response["Location"]

    def test_never_among_the_answers_of_a_survey_of_that_name(self, editor, touchpoint):
        survey = make_survey(touchpoint, title="Frontline notes")
        for _ in range(2):
            editor.post(address(touchpoint), note())
        assert not survey.source.records.exists()
        source = Source.objects.get(name="Frontline notes 2")
        assert (source.kind, source.records.count()) == ("frontline", 2)

    @pytest.mark.parametrize(
        ("kind", "name"),
        [
            ("ticket", "Support tickets"),
            ("review", "Reviews"),
            ("social", "Social mentions"),
            ("interview", "Interview quotes"),
        ],
    )
    def test_every_kind_has_a_source_of_its_own(self, editor, touchpoint, kind, name):
        for _ in range(2):
            editor.post(address(touchpoint), note(kind=kind))
        source = Source.objects.get()
        assert (source.name, source.kind, source.records.count()) == (name, kind, 2)
        assert set(FeedbackRecord.objects.values_list("metric", "score")) == {("", None)}

    def test_a_source_of_that_name_is_used_and_another_workspaces_is_not(self, editor, touchpoint):
        own = make_source(workspace_of(touchpoint), name="Reviews", kind="review")
        make_source(name="Reviews", kind="review")
        editor.post(address(touchpoint), note(kind="review"))
        assert FeedbackRecord.objects.get().source == own

    def test_the_same_form_sent_twice_is_one_note(self, editor, touchpoint):
        sent = note()
        for _ in range(2):
            assert editor.post(address(touchpoint), sent).status_code == 303
        assert FeedbackRecord.objects.count() == 1

    def test_addresses_are_masked_and_it_says_so(self, editor, touchpoint):
        response = editor.post(
            address(touchpoint), note(comment="Ask jo@example.com about it"), follow=True
        )
        assert FeedbackRecord.objects.get().comment == "Ask [e-mail] about it"
        assert "Addresses or numbers in it were masked." in words(response)


class TestRefused:
    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"comment": "  "}, "Write what the customer said or did."),
            ({"comment": "x" * 10_001}, "at most 10000 characters"),
            ({"score": "csat:9"}, "not one of the available choices"),
            ({"kind": "survey"}, "not one of the available choices"),
            ({"occurred_at": "yesterday"}, "Give day and time"),
            ({"occurred_at": "2999-01-01T10:00"}, "This lies in the future."),
            ({"segment": "0"}, "not one of the available choices"),
        ],
    )
    def test_says_why_and_keeps_what_was_typed(self, editor, touchpoint, values, said):
        sent = note(comment="A long story") | values
        response = editor.post(address(touchpoint), sent)
        assert response.status_code == 200
        assert said in words(response)
        assert "Nothing was kept yet" in words(response)
        assert sent["comment"].strip()[:100] in response.content.decode()
        assert not FeedbackRecord.objects.exists()
        assert not Source.objects.exists()

    def test_a_segment_of_another_workspace(self, editor, touchpoint):
        stranger = make_segment(name="Strangers")
        response = editor.post(address(touchpoint), note(segment=stranger.pk))
        assert "Strangers" not in words(response)
        assert not FeedbackRecord.objects.exists()


class TestShown:
    def test_the_form_is_a_page_and_a_fragment(self, editor, touchpoint):
        page = editor.get(address(touchpoint, "?period=365d")).content.decode()
        fragment = editor.get(address(touchpoint, "?period=365d"), headers=PANEL).content.decode()
        assert "<html" in page
        assert "<html" not in fragment
        assert "hx-post" in fragment
        assert "hx-post" not in page
        assert 'name="occurred_at" value="2' in page

    def test_leads_back_to_the_evidence_of_the_same_view_which_says_so(self, editor, touchpoint):
        for _ in range(8):
            make_record(touchpoint, comment="Before", occurred_at=timezone.now())
        response = editor.post(
            address(touchpoint, "?metric=csat&period=365d&hide=doing"),
            note(),
            headers=PANEL,
            follow=True,
        )
        [(target, status)] = response.redirect_chain
        assert (status, target.partition("/evidence/")[2]) == (
            303,
            "?metric=csat&period=365d&hide=doing",
        )
        said = words(response)
        assert "Kept under “Frontline notes”." in said
        assert "Nobody knew the new gate." in said
        assert "<html" not in response.content.decode()

    def test_says_where_the_view_does_not_reach(self, editor, touchpoint):
        long_ago = (timezone.localtime() - timedelta(days=200)).strftime("%Y-%m-%dT%H:%M")
        response = editor.post(address(touchpoint), note(occurred_at=long_ago), follow=True)
        assert "It lies outside of what is shown here: last 90 days." in words(response)

    @pytest.mark.parametrize("role", [Role.FACILITATOR, Role.VIEWER])
    def test_map_and_evidence_offer_it_to_those_who_may(self, client, touchpoint, role):
        from journeys.models import LaneKind
        from tests.factories import make_lane

        journey = touchpoint.step.stage.journey
        make_lane(journey, kind=LaneKind.TOUCHPOINTS)
        client.force_login(make_member(workspace_of(touchpoint), role))
        evidence = address(touchpoint).replace("notes/new", "evidence")
        outline = f"{journey.get_absolute_url()}outline/"
        for page in (journey.get_absolute_url(), outline, evidence):
            found = client.get(page).content.decode()
            assert (address(touchpoint) in found) == (role is Role.FACILITATOR)

    def test_what_the_map_keeps_for_editors_is_not_shown_to_viewers(
        self, client, touchpoint, settings
    ):
        from django.core.cache import caches

        from journeys.models import LaneKind
        from tests.factories import make_lane

        settings.CACHES = settings.CACHES | {
            "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        }
        caches["pages"].clear()
        journey = touchpoint.step.stage.journey
        make_lane(journey, kind=LaneKind.TOUCHPOINTS)
        seen = []
        for role in (Role.EDITOR, Role.VIEWER, Role.OWNER):
            client.force_login(make_member(workspace_of(touchpoint), role))
            found = client.get(journey.get_absolute_url()).content.decode()
            seen.append(address(touchpoint) in found)
        caches["pages"].clear()
        assert seen == [True, False, True]

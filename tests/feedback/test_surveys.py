"""The team's pages of surveys: who may do what, what a new one says, what a form refuses."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Source, Survey, SurveyDay, SurveyWay
from feedback.privacy.erasing import erase
from feedback.privacy.person import Person
from feedback.surveys.answering import Reply, Visit, forget_answer, record_reply
from feedback.surveys.receipts import new_submission
from feedback.surveys.wordings import LANGUAGES, standard_wording
from journeys.models import Role
from tests.factories import (
    NOON,
    make_customer,
    make_handoff,
    make_journey,
    make_member,
    make_record,
    make_source,
    make_stage,
    make_step,
    make_survey,
    make_touchpoint,
    make_workspace,
)

pytestmark = pytest.mark.django_db

GET_PAGES = {"survey_list": False, "survey_create": True, "survey_detail": False,
             "survey_edit": True, "survey_invite": True}  # fmt: skip
POST_PAGES = ["survey_close", "survey_reopen", "survey_links", "survey_retry"]


@pytest.fixture
def touchpoint():
    workspace = make_workspace(name="Northwind")
    journey = make_journey(workspace, title="Business trip")
    return make_touchpoint(make_step(make_stage(journey), title="Boards"), title="Gate")


@pytest.fixture
def survey(touchpoint):
    return make_survey(touchpoint, title="At the gate")


@pytest.fixture
def editor(client, survey):
    user = make_member(survey.source.workspace, Role.EDITOR)
    client.force_login(user)
    return user


def address(survey, name, **query) -> str:
    workspace = survey.source.workspace.slug
    args = [workspace] if name in {"survey_list", "survey_create"} else [workspace, survey.pk]
    return reverse(f"feedback:{name}", args=args)


def words(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def filled(client, survey) -> dict[str, str]:
    """What the edit page's form holds, as a browser would send it."""
    response = client.get(address(survey, "survey_edit"))
    found = {}
    for form in [response.context["form"], *response.context["texts"]]:
        for field in form:
            value = field.value()
            if value is True:
                found[field.html_name] = "on"
            elif value not in (None, False, ""):
                found[field.html_name] = getattr(value, "pk", value)
    for field in response.context["texts"].management_form:
        found[field.html_name] = field.value()
    return found


class TestWhoMay:
    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize("page", GET_PAGES)
    def test_look_and_change(self, client, survey, role, page):
        client.force_login(make_member(survey.source.workspace, role))
        refused = GET_PAGES[page] and not role.edits
        assert client.get(address(survey, page)).status_code == (403 if refused else 200)

    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize("page", POST_PAGES)
    def test_act(self, client, survey, role, page):
        client.force_login(make_member(survey.source.workspace, role))
        response = client.post(address(survey, page), {"count": "2"})
        assert (response.status_code == 403) is not role.edits
        assert client.get(address(survey, page)).status_code == 405

    @pytest.mark.parametrize("page", [*GET_PAGES, *POST_PAGES])
    def test_strangers_learn_nothing(self, client, survey, page):
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert client.get(address(survey, page)).status_code in {404, 405}
        assert client.post(address(survey, page)).status_code in {404, 405}
        assert not survey.invitations.exists()
        survey.refresh_from_db()
        assert survey.closes_at is None

    @pytest.mark.parametrize("page", [*GET_PAGES, *POST_PAGES])
    def test_who_is_signed_out_is_sent_to_sign_in(self, client, survey, page):
        response = client.get(address(survey, page))
        assert response["Location"].startswith(reverse("account_login"))

    def test_a_survey_is_not_found_under_another_workspace(self, client, survey):
        other = make_workspace()
        user = make_member(survey.source.workspace)
        other.memberships.create(user=user, role=Role.OWNER)
        client.force_login(user)
        assert client.get(f"/w/{other.slug}/surveys/{survey.pk}/").status_code == 404

    def test_viewers_are_offered_nothing_that_they_may_not_do(self, client, survey):
        client.force_login(make_member(survey.source.workspace, Role.VIEWER))
        for page in ("survey_list", "survey_detail"):
            html = client.get(address(survey, page)).content.decode()
            assert "/edit/" not in html
            assert "/surveys/new/" not in html
            assert "/invite/" not in html
            assert "/close/" not in html

    def test_the_evidence_of_a_touchpoint_leads_editors_here(self, client, survey, editor):
        evidence = reverse(
            "feedback:touchpoint_evidence",
            args=[survey.source.workspace.slug, survey.touchpoint_id],
        )
        link = f"/surveys/new/?touchpoint={survey.touchpoint_id}"
        assert link in client.get(evidence).content.decode()
        client.force_login(make_member(survey.source.workspace, Role.VIEWER))
        assert link not in client.get(evidence).content.decode()


class TestTheList:
    def test_says_where_whether_and_how_many(self, client, survey, editor):
        now = timezone.now()
        make_survey(survey.touchpoint, title="Later", opens_at=now + timedelta(days=1))
        make_survey(survey.touchpoint, title="Over", closes_at=now - timedelta(days=1))
        make_record(survey.touchpoint, source=survey.source)
        SurveyDay.objects.create(survey=survey, day=now.date(), way="link", shown=40, answered=10)
        said = words(client.get(address(survey, "survey_list")))
        assert "Gate Business trip › Boards" in said
        assert "Link and QR code 25 %" in said.replace("\N{NARROW NO-BREAK SPACE}", " ")
        for state in ("Open", "Not open yet", "Closed"):
            assert state in said
        assert "none yet" in said

    def test_shows_own_surveys_only(self, client, survey, editor):
        make_survey(title="Of somebody else")
        assert "Of somebody else" not in words(client.get(address(survey, "survey_list")))

    def test_takes_as_many_queries_for_one_as_for_many(
        self, client, survey, editor, django_assert_max_num_queries
    ):
        page = address(survey, "survey_list")
        with django_assert_max_num_queries(15) as few:
            client.get(page)
        for _ in range(5):
            make_survey(survey.touchpoint)
        with django_assert_max_num_queries(len(few)):
            client.get(page)

    def test_hundreds_come_in_pages(self, client, survey, editor):
        for _ in range(60):
            make_survey(survey.touchpoint)
        assert len(client.get(address(survey, "survey_list")).context["lines"]) == 50
        second = client.get(address(survey, "survey_list") + "?page=2")
        assert len(second.context["lines"]) == 11

    @pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
    def test_is_empty_at_first_and_says_what_it_is_for(self, client, role):
        workspace = make_workspace()
        client.force_login(make_member(workspace, role))
        response = client.get(reverse("feedback:survey_list", args=[workspace.slug]))
        assert "Nothing is asked yet" in words(response)
        assert ("/surveys/new/" in response.content.decode()) == (role is Role.EDITOR)


class TestANewSurvey:
    def create(self, client, place, **values):
        workspace = place.step.stage.journey.workspace
        client.force_login(make_member(workspace))
        given = {"touchpoint": place.pk, "metric": "nps", "privacy": "anonymous",
                 "languages": ["de", "en"]}  # fmt: skip
        page = reverse("feedback:survey_create", args=[workspace.slug])
        return client.post(page, given | values)

    def test_is_ready_in_the_standard_wording(self, client, touchpoint):
        response = self.create(client, touchpoint)
        survey = Survey.objects.get()
        assert response["Location"] == survey.get_absolute_url()
        assert [text.language for text in survey.texts.all()] == ["de", "en"]
        assert survey.texts.first().question == standard_wording("nps", "de").question
        assert (survey.title, survey.source.name) == ("NPS 0–10 · Gate",) * 2
        assert client.get(f"/s/{survey.token}/").status_code == 200

    def test_gets_a_free_name(self, client, touchpoint):
        for _ in range(3):
            self.create(client, touchpoint)
        names = sorted(Source.objects.values_list("name", flat=True))
        assert names == ["NPS 0–10 · Gate", "NPS 0–10 · Gate 2", "NPS 0–10 · Gate 3"]

    def test_may_not_take_the_name_of_another_source(self, client, touchpoint):
        make_source(touchpoint.step.stage.journey.workspace, name="Exit survey")
        response = self.create(client, touchpoint, title="Exit survey")
        assert response.status_code == 422
        assert "There is another source named “Exit survey” here." in words(response)
        assert not Survey.objects.exists()

    def test_asks_at_touchpoints_of_its_workspace_only(self, client, touchpoint):
        response = self.create(client, touchpoint, touchpoint=make_touchpoint().pk)
        assert response.status_code == 422
        assert not Source.objects.exists()

    def test_begins_with_the_touchpoint_of_the_link_under_its_journey_and_step(
        self, client, touchpoint
    ):
        workspace = touchpoint.step.stage.journey.workspace
        client.force_login(make_member(workspace))
        page = reverse("feedback:survey_create", args=[workspace.slug])
        html = client.get(f"{page}?touchpoint={touchpoint.pk}").content.decode()
        assert '<optgroup label="Business trip › Boards">' in html
        assert f'<option value="{touchpoint.pk}" selected>' in html

    @pytest.mark.parametrize("metric", ["nps", "csat", "ces"])
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_standard_wording_fits_its_fields(self, metric, language):
        survey = make_survey(languages=[])
        wording = standard_wording(metric, language)
        text = survey.texts.model(survey=survey, language=language, **wording._asdict())
        text.full_clean()
        assert all(wording)


class TestEditing:
    def test_as_it_stands_changes_nothing(self, client, survey, editor):
        before = Survey.objects.values().get(), list(survey.texts.values())
        response = client.post(address(survey, "survey_edit"), filled(client, survey))
        assert response.status_code == 302
        assert (Survey.objects.values().get(), list(survey.texts.values())) == before

    def test_changes_words_settings_and_the_name_of_its_source(self, client, survey, editor):
        values = filled(client, survey) | {
            "title": "Boarding",
            "texts-0-question": "How was boarding?",
            "kiosk": "on",
            "allowed_origins": "https://a.example\n https://b.example:8443 https://a.example",
            "closes_at": "2099-01-31T18:30",
            "comments_kept_months": "",
        }
        assert client.post(address(survey, "survey_edit"), values).status_code == 302
        survey = Survey.objects.get()
        assert survey.texts.get().question == "How was boarding?"
        assert survey.origins() == ["https://a.example", "https://b.example:8443"]
        assert (survey.kiosk, survey.closes_at.year) == (True, 2099)
        assert (survey.source.name, survey.source.comments_kept_months) == ("Boarding", None)

    def test_a_language_is_added_in_its_standard_wording(self, client, survey, editor):
        values = filled(client, survey) | {"texts-1-language": "de"}
        assert client.post(address(survey, "survey_edit"), values).status_code == 302
        added = survey.texts.get(language="de")
        assert added.question == standard_wording("csat", "de").question
        assert added.position == 1

    def test_a_language_without_a_standard_wording_needs_a_question(self, client, survey, editor):
        values = filled(client, survey) | {"texts-1-language": "is"}
        response = client.post(address(survey, "survey_edit"), values)
        assert response.status_code == 422
        assert "There is no standard wording in it" in words(response)

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"texts-0-question": ""}, "This field is required."),
            ({"texts-0-DELETE": "on"}, "in one language at least"),
            ({"texts-1-language": "EN", "texts-1-question": "?"}, "once only"),
            ({"texts-1-language": "en us", "texts-1-question": "?"}, "is no language tag"),
            ({"opens_at": "2030-01-02T00:00", "closes_at": "2030-01-01T00:00"}, "close after"),
            ({"allowed_origins": "http://www.example.com"}, "is no origin"),
            ({"allowed_origins": "https://a.example/path"}, "is no origin"),
            ({"allowed_origins": "https://a.example;script-src"}, "is no origin"),
            ({"allowed_origins": "*"}, "is no origin"),
            ({"metric": "csat2"}, "not one of the available choices"),
            ({"pause_days": "-1"}, "greater than or equal to 0"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_saved(self, client, survey, editor, values, said):
        before = Survey.objects.values().get(), list(survey.texts.values())
        response = client.post(address(survey, "survey_edit"), filled(client, survey) | values)
        assert response.status_code == 422
        assert said in words(response)
        assert (Survey.objects.values().get(), list(survey.texts.values())) == before

    def test_a_handoff_must_arrive_at_the_touchpoint(self, client, survey, editor):
        into = make_handoff(to_touchpoint=survey.touchpoint, from_touchpoint=make_touchpoint(
            make_step(survey.touchpoint.step.stage)))  # fmt: skip
        away = make_handoff(survey.touchpoint)
        foreign = make_handoff()
        page, values = address(survey, "survey_edit"), filled(client, survey)
        for handoff in (away, foreign):
            assert client.post(page, values | {"handoff": handoff.pk}).status_code == 422
        assert client.post(page, values | {"handoff": into.pk}).status_code == 302
        assert Survey.objects.get().handoff == into

    def test_touchpoint_and_metric_stay_once_somebody_answered(self, client, survey, editor):
        make_record(survey.touchpoint, source=survey.source)
        other = make_touchpoint(make_step(survey.touchpoint.step.stage))
        values = filled(client, survey) | {"metric": "nps", "touchpoint": other.pk}
        client.post(address(survey, "survey_edit"), values)
        survey.refresh_from_db()
        assert (survey.metric, survey.touchpoint.title) == ("csat", "Gate")


class TestWhoAnswered:
    def asked(self, client, survey, *, kept):
        SurveyDay.objects.create(
            survey=survey, day=timezone.now().date(), way="link", shown=9, answered=3
        )
        for _ in range(kept):
            make_record(survey.touchpoint, source=survey.source)
        return words(client.get(address(survey, "survey_detail")))

    def test_answers_that_were_deleted_are_named_where_they_are_still_counted(
        self, client, survey, editor
    ):
        said = self.asked(client, survey, kept=1)
        assert "1 answer, 2 deleted since" in said
        assert "“Answered” counts every answer, those deleted since among them." in said

    def test_they_are_counted_though_the_invitation_of_another_answer_was_erased(
        self, client, survey, editor
    ):
        Survey.objects.update(privacy="identified")
        survey.refresh_from_db()
        jo = make_customer(survey.source.workspace, email="jo@example.com")
        invitation = survey.invitations.create(respondent=jo, sent_at=NOON, digest="d")
        self.answer(survey, SurveyWay.MAIL, invitation)
        receipts = [self.answer(survey, SurveyWay.LINK) for _ in range(5)]
        erase(Person.by_address(survey.source.workspace, "jo@example.com"))
        said = words(client.get(address(survey, "survey_detail")))
        assert "6 answers" in said
        assert "deleted since" not in said
        assert "E-mail 1 sent" not in said
        assert forget_answer(receipts[0])
        said = words(client.get(address(survey, "survey_detail")))
        assert "5 answers, 1 deleted since" in said
        assert "Whoever was erased counts no more under “E-mail”." in said

    def answer(self, survey, way, invitation=None):
        visit = Visit(survey, new_submission(survey), way, "en", NOON, {}, invitation)
        record_reply(visit, Reply(4))
        return visit.code

    def test_nothing_is_said_of_it_where_all_are_kept(self, client, survey, editor):
        said = self.asked(client, survey, kept=3)
        assert "3 answers" in said
        assert "deleted since" not in said

    def test_the_link_to_the_evidence_says_that_it_is_not_of_this_survey_alone(
        self, client, survey, editor
    ):
        assert "All answers at Gate" in self.asked(client, survey, kept=3)


class TestClosing:
    def test_and_opening_again(self, client, survey, editor):
        client.post(address(survey, "survey_close"))
        assert client.get(f"/s/{survey.token}/").status_code == 410
        assert "Open again" in words(client.get(address(survey, "survey_detail")))
        client.post(address(survey, "survey_reopen"))
        assert client.get(f"/s/{survey.token}/").status_code == 200

    def test_one_that_has_not_opened_yet(self, client, survey, editor):
        Survey.objects.update(opens_at=timezone.now() + timedelta(days=3))
        client.post(address(survey, "survey_close"))
        assert client.get(f"/s/{survey.token}/").status_code == 410


class TestSharing:
    def test_the_page_offers_every_way(self, client, survey, editor):
        Survey.objects.update(kiosk=True, allowed_origins="https://www.example.com")
        said = unescape(client.get(address(survey, "survey_detail")).content.decode())
        for part in ("", "kiosk/", "embed/"):
            assert f"http://testserver/s/{survey.token}/{part}" in said
        assert "http://testserver/s/forget/" in said
        assert "<iframe" in said
        assert "http://testserver/static/js/survey-embed.js" in said

    def test_the_qr_code_as_drawing_and_picture(self, client, survey, editor):
        base = address(survey, "survey_detail")
        svg = client.get(f"{base}qr.svg")
        assert svg["Content-Type"] == "image/svg+xml"
        assert b"<svg" in svg.content
        png = client.get(f"{base}qr.png?download=1")
        assert png.content.startswith(b"\x89PNG")
        assert png["Content-Disposition"] == 'attachment; filename="at-the-gate.png"'
        assert client.get(f"{base}qr.gif").status_code == 404

    def test_single_use_links_as_csv(self, client, survey, editor):
        response = client.post(address(survey, "survey_links"), {"count": "3", "days": "7"})
        head, *rows = response.content.decode().splitlines()
        assert head == "link,expires"
        links = [row.split(",")[0] for row in rows]
        assert len(set(links)) == 3
        assert all(link.startswith("http://testserver/s/i/") for link in links)
        assert survey.invitations.filter(expires_at__isnull=False).count() == 3
        assert client.get(links[0].removeprefix("http://testserver")).status_code == 200

    @pytest.mark.parametrize("count", ["0", "-1", "10001", "many", ""])
    def test_a_number_of_links_that_makes_no_sense(self, client, survey, editor, count):
        response = client.post(address(survey, "survey_links"), {"count": count})
        assert response.status_code == 422
        assert not survey.invitations.exists()

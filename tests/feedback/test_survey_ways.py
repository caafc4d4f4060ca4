"""Kiosk, embedding and links for one answer."""

import re
import time
from datetime import timedelta
from html import unescape
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from feedback.models import FeedbackRecord, Invitation, Survey
from feedback.surveys.sharing import make_links
from journeys.limits import ANSWERS
from tests.factories import (
    make_journey,
    make_segment,
    make_stage,
    make_step,
    make_survey,
    make_touchpoint,
)
from tests.feedback.test_survey_answer import hidden, page_of, send

pytestmark = pytest.mark.django_db


class TestKiosk:
    def test_one_tap_records_and_the_page_begins_anew(self, client):
        survey = make_survey(kiosk=True, metric="nps")
        response = send(client, survey, page="survey_kiosk", score="10")
        thanks = client.get(response["Location"]).content.decode()
        assert '<meta http-equiv="refresh"' in thanks
        assert f"/s/{survey.token}/kiosk/?lang=en" in thanks
        assert "<code" not in thanks
        assert FeedbackRecord.objects.get().score == 10
        day = survey.days.get()
        assert (day.way, day.shown, day.answered) == ("kiosk", 0, 1)

    def test_what_its_link_says_holds_for_everybody_who_taps(self, client):
        survey = make_survey(kiosk=True)
        workspace = survey.source.workspace
        place = make_touchpoint(make_step(make_stage(make_journey(workspace))))
        segment = make_segment(workspace, name="Business & first")
        address = f"{page_of(survey, 'survey_kiosk')}?tp={place.pk}&segment=Business+%26+first"
        for _ in range(2):
            form = hidden(client.get(address)) | {"score": "5"}
            thanks = client.get(client.post(page_of(survey, "survey_kiosk"), form)["Location"])
            [again] = re.findall(r'content="6; url=([^"]+)"', thanks.content.decode())
            address = unescape(again)
        answers = FeedbackRecord.objects.values_list("touchpoint", "segment")
        assert list(answers) == [(place.pk, segment.pk)] * 2

    def test_takes_a_tap_after_any_time(self, client, monkeypatch):
        survey = make_survey(kiosk=True)
        kiosk, form = page_of(survey, "survey_kiosk"), hidden(client.get(page_of(survey)))
        opened = time.time()
        monkeypatch.setattr("time.time", lambda: opened + timedelta(days=3).total_seconds())
        assert client.post(page_of(survey), form | {"score": "5"}).status_code == 422
        assert client.post(kiosk, form | {"score": "5"}).status_code == 303

    def test_says_so_where_the_promise_changed_meanwhile(self, client):
        survey = make_survey(kiosk=True, privacy="anonymous")
        form = hidden(client.get(page_of(survey, "survey_kiosk")))
        Survey.objects.update(privacy="pseudonymous")
        shown = client.post(page_of(survey, "survey_kiosk"), form | {"score": "5"})
        assert "please send it again" in shown.content.decode()

    @pytest.mark.parametrize(
        ("state", "status"),
        [({"opens_at": timedelta(hours=1)}, 403), ({"closes_at": -timedelta(hours=1)}, 410)],
    )
    def test_leads_back_by_itself_from_a_page_without_a_question(self, client, state, status):
        times = {name: timezone.now() + after for name, after in state.items()}
        survey = make_survey(kiosk=True, **times)
        response = client.get(page_of(survey, "survey_kiosk") + "?tp=7")
        assert response.status_code == status
        again = f"/s/{survey.token}/kiosk/?lang=en&amp;tp=7"
        assert f'<meta http-equiv="refresh" content="30; url={again}">' in response.content.decode()
        assert "refresh" not in client.get(page_of(survey)).content.decode()

    def test_so_it_does_after_too_many_taps(self, client, monkeypatch):
        monkeypatch.setattr(ANSWERS, "take", lambda request, now: False)
        refused = send(client, make_survey(kiosk=True), page="survey_kiosk", score="5")
        assert refused.status_code == 429
        assert 'content="30; url=' in refused.content.decode()

    def test_every_point_is_a_button(self, client):
        html = client.get(page_of(make_survey(kiosk=True), "survey_kiosk")).content.decode()
        assert html.count('<button name="score"') == 5

    def test_is_not_there_unless_it_is_switched_on(self, client):
        survey = make_survey()
        for page in ("survey_kiosk", "survey_kiosk_thanks"):
            assert client.get(page_of(survey, page)).status_code == 404


class TestEmbedding:
    @pytest.fixture
    def survey(self):
        return make_survey(allowed_origins="https://a.example\nhttps://b.example:8443")

    def test_on_the_sites_that_are_allowed_and_nowhere_else(self, client, survey):
        sent = send(client, survey, page="survey_embed", score="4")
        for response in (
            client.get(page_of(survey, "survey_embed")),
            client.post(page_of(survey, "survey_embed"), {}),
            client.get(sent["Location"]),
        ):
            policy = response["Content-Security-Policy"]
            assert "frame-ancestors https://a.example https://b.example:8443;" in f"{policy};"
            assert "X-Frame-Options" not in response
            assert "script-src 'self'" in policy
        assert survey.days.get(way="embed").answered == 1

    def test_no_other_page_of_the_survey_can_be_framed(self, client, survey):
        for page in (page_of(survey), page_of(survey, "survey_thanks"), "/s/forget/"):
            response = client.get(page)
            assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
            assert response["X-Frame-Options"] == "DENY"

    def test_without_a_site_there_is_nothing_to_embed(self, client):
        assert client.get(page_of(make_survey(), "survey_embed")).status_code == 404


def link_of(survey, *, expires_at=None) -> str:
    content = make_links(survey, 1, expires_at=expires_at)
    return content.splitlines()[1].split(",")[0].removeprefix("http://testserver")


class TestALinkForOneAnswer:
    def test_tells_nothing_of_the_open_link(self, client):
        survey = make_survey()
        link = link_of(survey)
        page = client.get(link)
        sent = client.post(link, hidden(page) | {"score": "4"})
        thanks = client.get(sent["Location"])
        assert "<code" in thanks.content.decode()
        used = client.get(link)
        assert survey.token not in sent["Location"]
        for response in (page, thanks, used):
            assert survey.token not in response.content.decode()

    def test_takes_one(self, client):
        survey = make_survey()
        link = link_of(survey)
        form = hidden(client.get(link)) | {"score": "4"}
        other = hidden(client.get(link)) | {"score": "1"}
        assert client.post(link, form).status_code == 303
        # The same form again is the same answer; another form is a second one.
        assert client.post(link, form).status_code == 303
        refused = client.post(link, other)
        assert refused.status_code == 410
        assert "already" in refused.content.decode()
        assert client.get(link).status_code == 410
        assert FeedbackRecord.objects.get().score == 4

    def test_looking_does_not_use_it_up(self, client):
        link = link_of(make_survey())
        for _ in range(3):
            assert client.get(f"{link}?score=5").status_code == 200
        assert not FeedbackRecord.objects.exists()
        assert Invitation.objects.get().answered_on is None

    def test_expires(self, client):
        link = link_of(make_survey(), expires_at=timezone.now() - timedelta(seconds=1))
        assert client.get(link).status_code == 410
        assert client.post(link, {"score": "4"}).status_code == 410

    def test_is_kept_as_a_digest_only(self):
        secret = link_of(make_survey()).split("/")[-2]
        assert secret not in str(Invitation.objects.values().get())

    def test_a_form_of_the_open_link_does_not_pass_here(self, client):
        survey = make_survey()
        link = link_of(survey)
        form = hidden(client.get(link)) | {"score": "4"}
        client.post(link, form)
        assert client.post(page_of(survey), form).status_code == 303
        assert FeedbackRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("other_forms", "answered"), [(True, [303, 410, 410, 410]), (False, [303] * 4)]
)
def test_of_two_answers_at_the_same_moment_one_counts(other_forms, answered):
    """Of another form, one is told so; the same form again, as by a double click, is thanked."""
    survey = make_survey()
    link = link_of(survey)
    forms = [hidden(Client().get(link)) | {"score": str(score)} for score in (1, 2, 3, 4)]
    forms = forms if other_forms else forms[:1] * 4
    gate, statuses = Barrier(len(forms)), []

    def answer(form):
        try:
            gate.wait()
            statuses.append(Client().post(link, form).status_code)
        finally:
            connection.close()

    threads = [Thread(target=answer, args=[form]) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == answered
    assert FeedbackRecord.objects.count() == 1
    assert survey.days.get().answered == 1

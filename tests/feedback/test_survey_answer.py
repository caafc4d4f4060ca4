"""The public page of a survey: what it asks, what it records, and what it never does."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from feedback.merging import merge_touchpoints
from feedback.models import (
    FeedbackRecord,
    Identity,
    Observation,
    Privacy,
    Respondent,
    ScoreCount,
    Survey,
    SurveyDay,
)
from feedback.privacy.respondents import respondent_for
from feedback.surveys.wordings import LANGUAGES
from tests.factories import (
    make_handoff,
    make_journey,
    make_persona,
    make_segment,
    make_stage,
    make_step,
    make_survey,
    make_touchpoint,
)

pytestmark = pytest.mark.django_db


def page_of(survey, name="survey_answer") -> str:
    return reverse(f"feedback:{name}", args=[survey.token])


FORGET = "/s/forget/"


def hidden(response) -> dict[str, str]:
    """What the form carries along, as a browser without scripts would send it."""
    html = response.content.decode()
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html)
    return {name: unescape(value) for name, value in found}


def send(client, survey, query="", page="survey_answer", **values):
    """Open the page, fill it in, send it."""
    form = hidden(client.get(page_of(survey, page) + query))
    return client.post(page_of(survey, page), form | values)


def receipt_in(client, response) -> str:
    [code] = re.findall(
        r"<code[^>]*>([^<]+)</code>", client.get(response["Location"]).content.decode()
    )
    return code


class TestAsks:
    @pytest.mark.parametrize(
        ("metric", "points"),
        [("nps", range(11)), ("csat", range(1, 6)), ("ces", range(1, 8)), ("csat7", range(1, 8))],
    )
    def test_the_whole_scale(self, client, metric, points):
        html = client.get(page_of(make_survey(metric=metric))).content.decode()
        assert re.findall(r'type="radio" name="score" value="(\d+)"', html) == [
            str(point) for point in points
        ]

    def test_in_the_language_of_the_address_then_of_the_browser_then_its_first(self, client):
        survey = make_survey(languages=["de", "en", "fr"])
        for query, header, language in (
            ("?lang=fr", "en", "fr"),
            ("", "fr-CH, en;q=0.5", "fr"),
            ("", "pt, es;q=0.5", "de"),
            ("?lang=pt", "en-GB", "en"),
            ("?lang=%22%3E%3Cscript%3E", "", "de"),
        ):
            html = client.get(page_of(survey) + query, headers={"Accept-Language": header})
            assert f'<html lang="{language}" dir="ltr"' in html.content.decode()

    def test_arabic_runs_from_right_to_left(self, client):
        html = client.get(page_of(make_survey(languages=["ar"]))).content.decode()
        assert '<html lang="ar" dir="rtl"' in html
        assert "إرسال" in html

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_language_has_all_its_words(self, client, language):
        touchpoint = make_touchpoint()
        handoff = make_handoff(to_touchpoint=touchpoint)
        survey = make_survey(
            touchpoint, languages=[language], privacy="identified", handoff=handoff
        )
        html = client.get(page_of(survey)).content.decode()
        assert survey.texts.get().question in html
        if language != "en":
            assert "optional<" not in html

    def test_a_score_of_the_address_is_chosen_and_not_recorded(self, client):
        survey = make_survey(metric="nps")
        html = client.get(page_of(survey) + "?score=9").content.decode()
        assert re.findall(r'value="(\d+)" required checked', html) == ["9"]
        assert not FeedbackRecord.objects.exists()

    @pytest.mark.parametrize("score", ["11", "-1", "nine", "9.0", ""])
    def test_a_score_that_does_not_exist_is_not_chosen(self, client, score):
        html = client.get(page_of(make_survey(metric="nps")) + f"?score={score}").content.decode()
        assert "checked" not in html

    def test_about_a_handoff_where_one_is_named(self, client):
        handoff = make_handoff()
        survey = make_survey(handoff.to_touchpoint, handoff=handoff)
        assert "explain it again" in client.get(page_of(survey)).content.decode()
        assert "explain it again" not in client.get(page_of(make_survey())).content.decode()

    def test_for_an_address_only_where_it_identifies(self, client):
        for privacy in Privacy:
            html = client.get(page_of(make_survey(privacy=privacy))).content.decode()
            assert ('name="email"' in html) == (privacy == Privacy.IDENTIFIED)


class TestTheWholePage:
    def test_weighs_under_30_kb_with_its_stylesheet_and_has_no_script(self, client):
        touchpoint = make_touchpoint()
        survey = make_survey(
            touchpoint,
            metric="nps",
            languages=list(LANGUAGES),
            privacy="identified",
            handoff=make_handoff(to_touchpoint=touchpoint),
        )
        response = client.get(page_of(survey))
        html = response.content.decode()
        assert "<script" not in html
        files = re.findall(rf'(?:href|src)="{project.STATIC_URL}([^"]+)"', html)
        assert len(files) == 2
        weight = len(response.content) + sum(
            Path(finders.find(file)).stat().st_size for file in files
        )
        assert weight < 30_000

    def test_sets_no_cookie_and_starts_no_session(self, client):
        survey = make_survey()
        shown = client.get(page_of(survey))
        sent = client.post(page_of(survey), hidden(shown) | {"score": "4"})
        thanked = client.get(sent["Location"])
        for response in (shown, sent, thanked):
            assert not response.cookies
        assert not Session.objects.exists()

    def test_is_kept_by_nobody_and_found_by_no_search_engine(self, client):
        response = client.get(page_of(make_survey()))
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]

    def test_can_be_framed_by_nobody(self, client):
        survey = make_survey(allowed_origins="https://www.example.com")
        response = client.get(page_of(survey))
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"


class TestRecords:
    def test_the_answer_and_the_thanks_with_a_receipt(self, client):
        survey = make_survey()
        response = send(client, survey, score="4", comment="  Quick and kind.  ")
        assert response.status_code == 303
        record = FeedbackRecord.objects.get()
        assert (record.score, record.metric, record.comment) == (4, "csat", "Quick and kind.")
        assert record.touchpoint == survey.touchpoint
        assert record.channel == survey.touchpoint.channel
        assert record.source == survey.source
        assert (record.language, record.partial) == ("en", False)
        html = client.get(response["Location"]).content.decode()
        assert "Your answer helps us to do better." in html
        assert re.search(r"<code[^>]*>(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}</code>", html)

    def test_addresses_in_the_comment_are_masked(self, client):
        send(client, make_survey(), score="1", comment="Write to ana@example.com")
        assert FeedbackRecord.objects.get().comment == "Write to [e-mail]"

    def test_the_form_sent_twice_counts_once_and_the_last_stands(self, client):
        survey = make_survey()
        form = hidden(client.get(page_of(survey)))
        for score in ("4", "4", "5"):
            assert client.post(page_of(survey), form | {"score": score}).status_code == 303
        assert FeedbackRecord.objects.get().score == 5
        assert sum(row.c4 + row.c5 for row in ScoreCount.objects.all()) == 1
        assert survey.days.get().answered == 1

    def test_two_forms_are_two_answers(self, client):
        survey = make_survey()
        for _ in range(2):
            send(client, survey, score="4")
        assert FeedbackRecord.objects.count() == 2

    def test_having_to_explain_it_again(self, client):
        handoff = make_handoff()
        survey = make_survey(handoff.to_touchpoint, handoff=handoff)
        send(client, survey, score="2", explained_again="yes")
        send(client, survey, score="4", explained_again="no")
        send(client, survey, score="4")
        found = Observation.objects.order_by("pk").values_list("hit", "handoff", "touchpoint")
        to = handoff.to_touchpoint_id
        assert list(found) == [(True, handoff.pk, to), (False, handoff.pk, to)]

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({}, "Please choose an answer."),
            ({"score": "6"}, "Please choose an answer."),
            ({"score": "4", "comment": "a" * 2001}, "Your text has 2001 characters"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, client, values, said):
        survey = make_survey()
        values = {"comment": "It took long."} | values
        response = send(client, survey, **values)
        html = response.content.decode()
        assert response.status_code == 422
        assert said in html
        assert values["comment"] in html
        assert not FeedbackRecord.objects.exists()

    def test_a_comment_of_2000_characters_fits(self, client):
        assert send(client, make_survey(), score="4", comment="ä" * 2000).status_code == 303

    @pytest.mark.parametrize("submission", ["", "made-up", "made-up:1abcde:signature"])
    def test_a_form_that_is_not_ours_is_shown_again_as_it_was_filled_in(self, client, submission):
        survey = make_survey()
        values = {"submission": submission, "score": "4", "comment": "Still here."}
        response = client.post(page_of(survey), values)
        html = response.content.decode()
        assert response.status_code == 422
        assert "please send it again" in html
        assert "Still here." in html
        assert client.post(page_of(survey), hidden(response) | {"score": "4"}).status_code == 303

    def test_a_form_of_another_survey_is_not_taken(self, client):
        form = hidden(client.get(page_of(make_survey())))
        other = make_survey()
        assert client.post(page_of(other), form | {"score": "4"}).status_code == 422

    def test_a_form_that_promised_another_privacy_is_shown_again(self, client):
        survey = make_survey(privacy="anonymous")
        form = hidden(client.get(page_of(survey)))
        Survey.objects.update(privacy="identified")
        shown = client.post(page_of(survey), form | {"score": "4"})
        assert shown.status_code == 422
        assert not FeedbackRecord.objects.exists()
        assert client.post(page_of(survey), hidden(shown) | {"score": "4"}).status_code == 303

    def test_a_survey_without_words_has_no_page_for_large_bodies_either(self, client):
        page = page_of(make_survey(languages=[]))
        assert client.post(page, {"comment": "a" * 70_000}).status_code == 404

    def test_a_body_that_is_too_large_is_refused_unread(self, client):
        survey = make_survey()
        form = hidden(client.get(page_of(survey)))
        response = client.post(page_of(survey), form | {"score": "4", "comment": "a" * 70_000})
        assert response.status_code == 413
        assert not FeedbackRecord.objects.exists()

    def test_a_length_that_is_none_is_refused_unread(self, client):
        page = page_of(make_survey())
        assert client.post(page, {"score": "4"}, CONTENT_LENGTH="²").status_code == 413

    def test_a_comment_is_not_asked_for_where_the_team_does_not_want_one(self, client):
        send(client, make_survey(asks_comment=False), score="4", comment="Unasked.")
        assert FeedbackRecord.objects.get().comment == ""


class TestWhatTheLinkSays:
    def test_belongs_to_the_answer(self, client):
        survey = make_survey()
        workspace = survey.source.workspace
        other = make_touchpoint(make_step(make_stage(make_journey(workspace))))
        segment = make_segment(workspace, name="Business & first")
        send(client, survey, f"?tp={other.pk}&segment=Business+%26+first", score="4")
        record = FeedbackRecord.objects.get()
        assert (record.touchpoint, record.segment) == (other, segment)

    def test_a_persona_stands_for_a_segment(self, client):
        survey = make_survey()
        workspace = survey.source.workspace
        segment = make_segment(workspace)
        make_persona(workspace, slug="maya", segment=segment)
        send(client, survey, "?persona=maya", score="4")
        assert FeedbackRecord.objects.get().segment == segment

    def test_of_another_workspace_is_ignored(self, client):
        survey = make_survey()
        foreign, segment, persona = make_touchpoint(), make_segment(), make_persona(slug="maya")
        query = f"?tp={foreign.pk}&segment={segment.name}&persona={persona.slug}&ref=<b>"
        assert send(client, survey, query, score="4").status_code == 303
        record = FeedbackRecord.objects.get()
        assert (record.touchpoint, record.segment) == (survey.touchpoint, None)

    @pytest.mark.parametrize("tp", ["0", "-1", "x", "9" * 40, "1e3", "٣"])
    def test_nonsense_is_ignored(self, client, tp):
        survey = make_survey()
        send(client, survey, f"?tp={tp}&segment=nobody&persona=%00x", score="4")
        assert FeedbackRecord.objects.get().touchpoint == survey.touchpoint

    def test_answers_follow_a_merged_touchpoint(self, client):
        survey = make_survey()
        gone = survey.touchpoint
        gone.merged_into = make_touchpoint(gone.step)
        gone.archived_at = timezone.now()
        gone.save()
        send(client, survey, score="4")
        assert FeedbackRecord.objects.get().touchpoint == gone.merged_into

    def test_so_do_those_whose_link_names_it(self, client):
        survey = make_survey()
        step = survey.touchpoint.step
        gone, into = make_touchpoint(step), make_touchpoint(step)
        merge_touchpoints(gone, into)
        send(client, survey, f"?tp={gone.pk}", score="4")
        assert FeedbackRecord.objects.get().touchpoint == into

    def test_what_is_off_the_map_keeps_its_answers(self, client):
        survey = make_survey()
        gone = make_touchpoint(survey.touchpoint.step)
        gone.archive()
        send(client, survey, f"?tp={gone.pk}", score="4")
        assert FeedbackRecord.objects.get().touchpoint == gone


class TestPrivacy:
    def test_an_anonymous_answer_tells_nothing_but_the_day(self, client):
        handoff = make_handoff()
        survey = make_survey(handoff.to_touchpoint, handoff=handoff)
        before = datetime.now(UTC).date()
        send(
            client, survey, "?ref=4711", score="4", comment="Fine.", explained_again="no",
            email="ana@example.com", name="Ana", may_contact="on",
        )  # fmt: skip
        for row in (FeedbackRecord.objects.get(), Observation.objects.get()):
            for moment in (row.occurred_at, row.recorded_at):
                assert moment.astimezone(UTC).time().isoformat() == "12:00:00"
                assert moment.date() in {before, before + timedelta(days=1)}
        record = FeedbackRecord.objects.values().get()
        assert record["respondent_id"] is None
        assert not Respondent.objects.exists()
        assert not Identity.objects.exists()
        assert "4711" not in str(record)
        assert "ana" not in str(record).lower()
        assert "127.0.0.1" not in str(record)

    def test_a_pseudonymous_answer_has_a_random_respondent(self, client):
        survey = make_survey(privacy="pseudonymous")
        for _ in range(2):
            send(client, survey, score="4", email="ana@example.com")
        assert Respondent.objects.count() == 2
        assert not Identity.objects.exists()

    def test_a_reference_connects_the_answers_of_one_customer(self, client):
        survey = make_survey(privacy="pseudonymous")
        for _ in range(2):
            send(client, survey, "?ref=4711", score="4")
        respondent = respondent_for(survey.source.workspace, "4711")
        assert respondent.feedback_records.count() == 2

    def test_an_address_as_reference_does_not_break_the_promise(self, client):
        survey = make_survey(privacy="pseudonymous")
        known = respondent_for(survey.source.workspace, "ana@example.com")
        send(client, survey, "?ref=ana@example.com", score="4")
        assert FeedbackRecord.objects.get().respondent != known

    def test_an_identified_answer_keeps_the_address_apart_and_asks_to_use_it(self, client):
        survey = make_survey(privacy="identified")
        send(client, survey, score="2", email="Ana@Example.com", name="Ana")
        identity = Identity.objects.get()
        assert (identity.name, identity.may_contact) == ("Ana", False)
        assert FeedbackRecord.objects.get().respondent == identity.respondent
        assert identity.respondent == respondent_for(survey.source.workspace, "ana@example.com")
        send(client, survey, score="2", email="bo@example.com", name="Bo", may_contact="on")
        assert Identity.objects.get(name="Bo").may_contact

    def test_nobody_consents_for_somebody_who_is_known_already(self, client):
        survey = make_survey(privacy="identified")
        send(client, survey, score="2", email="ana@example.com", name="Ana")
        send(client, survey, score="2", email="ana@example.com", name="Eve", may_contact="on")
        identity = Identity.objects.get()
        assert (identity.name, identity.may_contact) == ("Ana", False)

    def test_consent_needs_an_address(self, client):
        response = send(client, make_survey(privacy="identified"), score="2", may_contact="on")
        assert response.status_code == 422
        assert "add your e-mail address" in response.content.decode()
        assert not FeedbackRecord.objects.exists()

    def test_an_identified_survey_may_be_answered_without_an_address(self, client):
        send(client, make_survey(privacy="identified"), score="2")
        assert not Identity.objects.exists()
        assert FeedbackRecord.objects.get().respondent


class TestOpenAndClosed:
    def test_not_open_yet_says_when(self, client):
        survey = make_survey(opens_at=datetime(2099, 5, 1, 8, tzinfo=UTC), languages=["de"])
        for response in (client.get(page_of(survey)), client.post(page_of(survey), {"score": "4"})):
            assert response.status_code == 403
            assert "1. Mai 2099" in response.content.decode()
        assert not FeedbackRecord.objects.exists()

    def test_closed(self, client):
        survey = make_survey()
        form = hidden(client.get(page_of(survey)))
        survey.close(timezone.now())
        for response in (
            client.get(page_of(survey)),
            client.post(page_of(survey), form | {"score": "4"}),
        ):
            assert response.status_code == 410
            assert "This survey is closed." in response.content.decode()
        assert not FeedbackRecord.objects.exists()

    @pytest.mark.parametrize(
        "address", ["/s/nothing/", "/s/i/nothing/", "/s/nothing/thanks/", "/s/u/x/", "/s/%00/"]
    )
    def test_unknown_addresses_say_so_in_the_visitors_language(self, client, address):
        response = client.get(address, headers={"Accept-Language": "de"})
        assert response.status_code == 404
        assert "gibt es keine Umfrage" in response.content.decode()


class TestCountsWhatWasShown:
    def test_once_for_every_look_and_never_for_a_prefetch(self, client):
        survey = make_survey()
        client.get(page_of(survey))
        client.head(page_of(survey))
        client.get(page_of(survey), headers={"Sec-Purpose": "prefetch;prerender"})
        send(client, survey, score="4")
        day = survey.days.get()
        assert (day.way, day.shown, day.answered) == ("link", 2, 1)

    def test_looking_changes_nothing_else(self, client, django_assert_max_num_queries):
        survey = make_survey()
        client.get(page_of(survey) + "?score=5&ref=1&lang=en")
        client.get(page_of(survey, "survey_thanks"))
        client.get(FORGET + "?code=AAAA-AAAA-AAAA-AAAA")
        assert SurveyDay.objects.get().answered == 0
        for model in (FeedbackRecord, Observation, Respondent, Identity, ScoreCount):
            assert not model.objects.exists()


class TestReceipts:
    @pytest.mark.parametrize("privacy", Privacy)
    def test_delete_the_answer_and_the_counts_fall(self, client, privacy):
        handoff = make_handoff()
        survey = make_survey(handoff.to_touchpoint, handoff=handoff, privacy=privacy)
        kept = send(client, survey, score="4", explained_again="yes")
        sent = send(client, survey, score="2", explained_again="yes")
        code = receipt_in(client, sent)
        assert receipt_in(client, kept) != code
        typed = " " + code.replace("-", "").lower().replace("0", "o")
        response = client.post(FORGET, {"code": typed})
        assert "Your answer is deleted." in response.content.decode()
        assert FeedbackRecord.objects.get().score == 4
        assert Observation.objects.count() == 1
        assert [(row.c2, row.c4) for row in ScoreCount.objects.all() if row.c2 or row.c4] == [
            (0, 1)
        ]
        assert Respondent.objects.count() == (0 if privacy == Privacy.ANONYMOUS else 1)

    def test_who_answered_is_forgotten_with_the_answer(self, client):
        survey = make_survey(privacy="identified")
        code = receipt_in(client, send(client, survey, score="2", email="ana@example.com"))
        client.post(FORGET, {"code": code})
        assert not Identity.objects.exists()

    def test_work_after_the_survey_closed(self, client):
        survey = make_survey()
        code = receipt_in(client, send(client, survey, score="2"))
        survey.close(timezone.now())
        client.post(FORGET, {"code": code})
        assert not FeedbackRecord.objects.exists()

    @pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "A" * 3000, "🙂" * 16, "\x00"])
    def test_an_unknown_code_deletes_nothing(self, client, code):
        survey = make_survey()
        send(client, survey, score="2")
        response = client.post(FORGET, {"code": code})
        assert response.status_code == 422
        assert FeedbackRecord.objects.count() == 1

    def test_delete_nothing_in_another_survey(self, client):
        code = receipt_in(client, send(client, make_survey(), score="2"))
        send(client, make_survey(), score="3")
        client.post(FORGET, {"code": code})
        assert FeedbackRecord.objects.get().score == 3

    def test_delete_nothing_that_is_no_survey_s(self, client):
        code = receipt_in(client, send(client, make_survey(), score="2"))
        Survey.objects.all().delete()
        assert client.post(FORGET, {"code": code}).status_code == 422
        assert FeedbackRecord.objects.exists()

    def test_are_asked_for_in_the_visitors_language(self, client):
        html = client.get(f"{FORGET}?lang=ar").content.decode()
        assert '<html lang="ar" dir="rtl"' in html

    def test_are_shown_for_some_minutes_only(self, client, monkeypatch):
        sent = send(client, make_survey(), score="2")
        receipt_in(client, sent)
        monkeypatch.setattr("feedback.surveys.receipts.RECEIPT_AGE", timedelta(seconds=-1))
        html = client.get(sent["Location"]).content.decode()
        assert "Thank you" in html
        assert "<code" not in html

    def test_are_not_stored(self, client):
        code = receipt_in(client, send(client, make_survey(), score="2"))
        stored = str(FeedbackRecord.objects.values().get())
        assert code not in stored
        assert code.replace("-", "") not in stored

"""The files of each tool are recognised, and what the tool itself writes is understood."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from feedback.imports import BadMapping, Report, RowsRefused, import_file, mapping_from
from feedback.imports.layouts import LAYOUTS, recognise
from feedback.imports.proposals.open_questions import open_questions
from feedback.imports.proposals.proposal import ColumnProposal, Proposal, Role
from feedback.imports.proposals.proposing import propose
from feedback.imports.proposals.to_mapping import mapping_content
from feedback.models import FeedbackRecord, Observation
from journeys.models import Journey
from tests.factories import make_channel, make_journey, make_stage, make_step, make_touchpoint
from tests.feedback.imports.layouts.samples import SAMPLES


@pytest.fixture
def journey(db: None) -> Journey:
    """A journey with nothing but the touchpoint Booking, so that no question is left open."""
    journey = make_journey(slug="flight")
    web = make_channel(journey.workspace, name="Web")
    make_touchpoint(make_step(make_stage(journey), title="Book"), title="Booking", channel=web)
    return journey


def proposed(journey: Journey, tool: str) -> Proposal:
    file = io.BytesIO(SAMPLES[tool].encode())
    return propose(file, journey=journey, filename="answers")


def imported(journey: Journey, tool: str, content: str = "", **options: Any) -> Report:
    mapping = mapping_from(mapping_content(proposed(journey, tool)))
    file = io.BytesIO((content or SAMPLES[tool]).encode())
    given: dict[str, Any] = {"workspace": journey.workspace, "slug": journey.slug} | options
    return import_file(file, mapping=mapping, **given)


def column(proposal: Proposal, name: str) -> ColumnProposal:
    return next(found for found in proposal.columns if found.name == name)


def by_role(proposal: Proposal) -> dict[Role, list[str]]:
    found: dict[Role, list[str]] = {}
    for one in proposal.columns:
        found.setdefault(one.role, []).append(one.name)
    found.pop(Role.IGNORE, None)
    return found


def test_every_layout_but_those_with_real_files_has_a_sample() -> None:
    assert {layout.key for layout in LAYOUTS} == {
        *SAMPLES,
        *("qualtrics_legacy", "gsa"),
    }


@pytest.mark.parametrize("tool", SAMPLES)
def test_the_tool_is_recognised_and_leaves_no_question(journey: Journey, tool: str) -> None:
    proposal = proposed(journey, tool)
    assert proposal.layout == tool
    assert proposal.questions == ()


@pytest.mark.parametrize("tool", SAMPLES)
def test_nothing_that_says_who_or_where_is_shown_or_mapped(journey: Journey, tool: str) -> None:
    proposal = proposed(journey, tool)
    shown = repr([found.samples for found in proposal.columns])
    for private in ("192.0.2.", "Chrome", "@example.com", "Ann'", "9af1", "345678", "45 67"):
        assert private not in shown
    hidden = {found.name for found in proposal.columns if found.private}
    mapped = set(mapping_from(mapping_content(proposal)).columns())
    assert not hidden & mapped


@pytest.mark.parametrize("tool", SAMPLES)
def test_the_file_is_imported_as_it_is_and_once(journey: Journey, tool: str) -> None:
    first = imported(journey, tool)
    assert first.created
    again = imported(journey, tool)
    assert (again.created, again.updated) == (0, 0)


ROLES: dict[str, dict[Role, list[str]]] = {
    "qualtrics": {
        Role.ID: ["ResponseId"],
        Role.TIME: ["RecordedDate"],
        Role.PARTIAL: ["Finished"],
        Role.SKIP: ["Status"],
        Role.RESPONDENT: ["RecipientEmail"],
        Role.LANGUAGE: ["UserLanguage"],
        Role.SCORE: ["Q1"],
        Role.COMMENT: ["Q2"],
    },
    "typeform": {
        Role.ID: ["#"],
        Role.SCORE: ["How satisfied were you with Booking?"],
        Role.COMMENT: ["Why? [1]"],
        Role.PARTIAL: ["Response Type"],
        Role.TIME: ["Submit Date (UTC)"],
    },
    "zendesk": {
        Role.ID: ["Id"],
        Role.RESPONDENT: ["Requester email"],
        Role.CHANNEL: ["Via"],
        Role.TIME: ["Solved at"],
        Role.SCORE: ["Satisfaction Score"],
        Role.REPEAT: ["Reopens"],
        Role.FIRST_RESPONSE: ["First reply time in minutes"],
        Role.WAIT: ["Requester wait time in minutes"],
    },
    "intercom": {
        Role.ID: ["Conversation ID"],
        Role.TIME: ["Updated at (America/New_York)"],
        Role.COMMENT: ["Conversation rating remark"],
        Role.SCORE: ["Conversation rating"],
    },
    "formbricks": {
        Role.ID: ["Response ID"],
        Role.TIME: ["Timestamp"],
        Role.PARTIAL: ["Finished"],
        Role.RESPONDENT: ["User ID"],
        Role.SCORE: ["1. How was Booking?"],
        Role.COMMENT: ["2. What could be better?"],
    },
    "chatwoot": {
        Role.SCORE: ["Note"],
        Role.COMMENT: ["Commentaire"],
        Role.RESPONDENT: ["E-mail"],
        Role.ID: ["Lien"],
        Role.TIME: ["Date d'enregistrement"],
    },
    "limesurvey": {
        Role.ID: ["id"],
        Role.PARTIAL: ["submitdate"],
        Role.LANGUAGE: ["startlanguage"],
        Role.RESPONDENT: ["token"],
        Role.TIME: ["datestamp"],
        Role.SCORE: ["Booking"],
        Role.COMMENT: ["BookingWhy"],
    },
    "google_forms": {
        Role.TIME: ["Timestamp"],
        Role.RESPONDENT: ["Email Address"],
        Role.SCORE: ["How was Booking?"],
        Role.COMMENT: ["Anything else to tell us?"],
    },
    "microsoft_forms": {
        Role.ID: ["Id"],
        Role.TIME: ["Completion time"],
        Role.SCORE: ["Rate Booking"],
    },
    "medallia": {
        Role.ID: ["request_id"],
        Role.TIME: ["response_received_at"],
        Role.SCORE: ["star_rating"],
        Role.COMMENT: ["comments"],
        Role.CHANNEL: ["channel"],
        Role.RESPONDENT: ["request_sent_to"],
    },
    "surveymonkey": {
        Role.ID: ["Respondent ID"],
        Role.TIME: ["End Date"],
        Role.RESPONDENT: ["Email Address"],
        Role.SCORE: ["<b>How was Booking?</b>"],
        Role.COMMENT: ["Why?"],
    },
    "delighted": {
        Role.ID: ["id"],
        Role.RESPONDENT: ["person.email"],
        Role.SCORE: ["score"],
        Role.COMMENT: ["comment"],
        Role.TIME: ["created_at"],
    },
}


@pytest.mark.parametrize("tool", SAMPLES)
def test_what_the_columns_are(journey: Journey, tool: str) -> None:
    assert by_role(proposed(journey, tool)) == ROLES[tool]


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


Kept = tuple[str, str, int | None, str, datetime, bool]
RECORDS: dict[str, list[Kept]] = {
    # The preview is no customer, and Denver is seven hours behind.
    "qualtrics": [
        ("R_1", "nps", 10, "It was quick and clear", at(2026, 3, 1, 17, 5, 1), False),
        ("R_3", "nps", 8, "", at(2026, 3, 1, 19, 5, 1), True),
    ],
    "typeform": [
        ("f9k3abcdef", "csat", 5, "Quick and clear to me", at(2026, 3, 1, 10, 2, 3), False),
        ("g8k3abcdef", "csat", 2, "Too many pages to fill", at(2026, 3, 2, 10, 2, 3), True),
    ],
    # "Offered" is no answer.
    "zendesk": [
        ("77", "csat2", 2, "", at(2026, 3, 2, 9, 30), False),
        ("79", "csat2", 1, "", at(2026, 3, 2, 11, 30), False),
    ],
    # New York is five hours behind in winter, four in summer.
    "intercom": [
        ("9001", "csat", 5, "Very kind of you", at(2026, 3, 1, 15), False),
        ("9002", "csat", 1, "", at(2026, 7, 1, 14), False),
    ],
    "formbricks": [
        ("clx1", "csat", 4, "=nothing really", at(2025, 5, 6, 14, 30), False),
        ("clx2", "csat", 3, "", at(2025, 5, 7, 14, 30), True),
    ],
    "limesurvey": [
        ("1", "csat", 5, "Ging schnell und einfach", at(2026, 3, 1, 10, 5), False),
        ("2", "csat", 2, "", at(2026, 3, 1, 11, 1), True),
    ],
    "microsoft_forms": [
        ("1", "csat", 5, "", at(2026, 3, 1, 10, 1), False),
        ("2", "csat", 4, "", at(2026, 3, 1, 11, 1), False),
    ],
    # The request without an answer is no row.
    "medallia": [("r1", "csat", 5, "Solved it at once for me", at(2026, 3, 1, 12), False)],
    # The month comes first.
    "surveymonkey": [
        ("501", "csat", 5, "It went really very well", at(2026, 3, 4, 10, 5), False),
        ("502", "csat", 2, "I did not find my seat", at(2026, 3, 5, 10, 5), False),
    ],
    "delighted": [
        ("1", "nps", 0, "Never again will I do that", at(2026, 3, 1, 10), False),
        ("2", "nps", 10, "", at(2026, 3, 2, 10), False),
    ],
}


@pytest.mark.parametrize("tool", RECORDS)
def test_the_records(journey: Journey, tool: str) -> None:
    imported(journey, tool)
    fields = ("external_id", "metric", "score", "comment", "occurred_at", "partial")
    found = FeedbackRecord.objects.order_by("external_id").values_list(*fields)
    assert list(found) == RECORDS[tool]


def test_chatwoot_in_french_without_its_last_line(journey: Journey) -> None:
    report = imported(journey, "chatwoot")
    assert (report.rows, report.created) == (2, 2)
    scores = FeedbackRecord.objects.order_by("occurred_at").values_list("score", "comment")
    assert list(scores) == [(5, "Merci beaucoup à vous"), (1, "")]


def test_google_forms_are_read_by_month_because_a_day_31_says_so(journey: Journey) -> None:
    proposal = proposed(journey, "google_forms")
    assert proposal.time_format == "%m/%d/%Y %H:%M:%S"
    imported(journey, "google_forms")
    days = FeedbackRecord.objects.values_list("occurred_at__date", flat=True)
    assert {str(day) for day in days} == {"2026-01-31", "2026-02-01"}


def test_what_a_ticket_took_is_observed(journey: Journey) -> None:
    imported(journey, "zendesk")
    found = Observation.objects.order_by("kind", "external_id")
    assert list(found.values_list("kind", "external_id", "seconds", "hit")) == [
        ("frt", "77", 1800.0, None),
        ("frt", "78", 900.0, None),
        ("repeat", "77", None, False),
        ("repeat", "78", None, True),
        ("repeat", "79", None, True),
        ("wait", "77", 2700.0, None),
        ("wait", "78", 1200.0, None),
    ]


def test_people_are_kept_as_pseudonyms_only(journey: Journey) -> None:
    imported(journey, "zendesk")
    keys = [record.respondent.key for record in FeedbackRecord.objects.all() if record.respondent]
    assert len(set(keys)) == 2
    assert not any("example" in key for key in keys)


BROKEN = {
    "qualtrics": ("Passive,8,", "Passive,8.5,", "Q1"),
    "typeform": (",2,Too", ",seven,Too", "How satisfied were you with Booking?"),
    "zendesk": (",Bad,", ",Awful,", "Satisfaction Score"),
    "intercom": ("terrible", "6", "Conversation rating"),
    "formbricks": ("2025-05-07", "2025-25-07", "Timestamp"),
    "chatwoot": ("conversations/41,", "conversations/41,yesterday", "Date d'enregistrement"),
    "limesurvey": (",2,\n", ",9,\n", "Booking"),
    "google_forms": ("2/1/2026 9", "31/1/2026 9", "Timestamp"),
    "microsoft_forms": (",,4", ",,4.5", "Rate Booking"),
    "medallia": ("r1,", ",", "request_id"),
    "surveymonkey": (",2,,KLM", ",0,,KLM", "<b>How was Booking?</b>"),
    "delighted": ('"score": 10', '"score": 11', "score"),
}


@pytest.mark.parametrize("tool", SAMPLES)
def test_a_broken_file_is_refused_by_row_and_column(journey: Journey, tool: str) -> None:
    good, bad, name = BROKEN[tool]
    assert SAMPLES[tool].count(good) == 1
    with pytest.raises(RowsRefused) as refused:
        imported(journey, tool, SAMPLES[tool].replace(good, bad))
    (problem,) = refused.value.report.problems
    assert problem.column == name
    assert problem.row > 0
    assert not FeedbackRecord.objects.exists()


def test_a_file_of_nobody_is_not_recognised() -> None:
    assert recognise([["ID", "Plan", "Booking"], ["1", "Pro", "5"]]) is None
    assert recognise([]) is None


def test_the_first_two_or_three_rows_are_enough() -> None:
    for tool, text in SAMPLES.items():
        if tool != "delighted":
            rows = list(csv.reader(io.StringIO(text)))[:3]
            found = recognise(rows)
            assert found is not None
            assert found.key == tool


def test_two_columns_cannot_both_be_the_id(journey: Journey) -> None:
    proposal = proposed(journey, "typeform")
    columns = tuple(
        replace(found, role=Role.ID) if found.name == "Why? [2]" else found
        for found in proposal.columns
    )
    with pytest.raises(BadMapping, match="both are “Id of the answer”; only one can be"):
        mapping_content(replace(proposal, columns=columns))


def test_limesurvey_in_german(journey: Journey) -> None:
    header = (
        "Antwort ID,Datum Abgeschickt,Letzte Seite,Start-Sprache,Zufallsstartwert,Zugangscode,"
        "Datum gestartet,Datum letzte Aktivität,IP-Adresse,Weiterleitungs-URL,"
    )
    content = SAMPLES["limesurvey"].partition("refurl,")[2]
    file = io.BytesIO((header + content).encode())
    proposal = propose(file, journey=journey, filename="answers")
    assert (proposal.layout, proposal.questions) == ("limesurvey", ())
    assert by_role(proposal)[Role.TIME] == ["Datum letzte Aktivität"]
    assert by_role(proposal)[Role.COMMENT] == ["BookingWhy"]
    assert "Weiterleitungs-URL" in [one.name for one in proposal.columns if one.private]


@pytest.mark.parametrize(("yes", "no"), [("WAHR", "FALSCH"), ("Vrai", "Faux")])
def test_another_word_for_finished_is_asked_for(journey: Journey, yes: str, no: str) -> None:
    # A program set to another language writes the words anew, and nobody would have finished.
    content = SAMPLES["qualtrics"].replace(",True,", f",{yes},").replace(",False,", f",{no},")
    proposal = propose(io.BytesIO(content.encode()), journey=journey, filename="answers")
    question = f"Which of {yes}, {no} in “Finished” says that somebody came to the end?"
    assert proposal.questions == (question,)
    finished = column(proposal, "Finished")
    columns = [replace(one, values=(yes,)) if one == finished else one for one in proposal.columns]
    assert not list(open_questions(replace(proposal, columns=tuple(columns))))


def test_a_file_of_broken_off_answers_alone_asks_nothing(journey: Journey) -> None:
    content = SAMPLES["qualtrics"].replace(",True,", ",False,")
    proposal = propose(io.BytesIO(content.encode()), journey=journey, filename="answers")
    assert proposal.questions == ()

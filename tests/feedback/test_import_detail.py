"""The page of one import in each of its states, and what can be done from there."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.imports.batches import ask_check, ask_run, content
from feedback.imports.report import Report
from feedback.models import BatchState, FeedbackRecord, ImportBatch
from tests.factories import make_batch, make_member, make_segment
from tests.feedback.imports.desks import BAD, GOOD, HEADER, MAPPING, make_desk

pytestmark = pytest.mark.django_db
EMPTY = content(Report("", ""))


@pytest.fixture
def journey():
    return make_desk(title="Business trip")


@pytest.fixture
def user(client, journey):
    user = make_member(journey.workspace)
    client.force_login(user)
    return user


@pytest.fixture
def page(client, user):
    """`page(batch)`: the words on its page; `page(batch, htmx=True)`: of the fragment, as HTML."""

    def page(batch: ImportBatch, *, htmx: bool = False, was: str = "") -> str:
        address = batch.get_absolute_url() + (f"?was={was}" if was else "")
        response = client.get(address, headers={"HX-Request": "true"} if htmx else {})
        assert response.status_code == 200
        html = unescape(response.content.decode())
        return html if htmx else " ".join(re.sub(r"<[^>]+>", " ", html).split())

    return page


def checked(journey, text: str = GOOD) -> ImportBatch:
    batch = make_batch(journey, text)
    ask_check(batch, MAPPING)
    batch.refresh_from_db()
    return batch


def post(client, name: str, batch: ImportBatch, **data: str):
    address = reverse(f"feedback:{name}", args=[batch.workspace.slug, batch.pk])
    response = client.post(address, data, follow=True)
    batch.refresh_from_db()
    return unescape(response.content.decode())


class TestStates:
    def test_uploaded_leads_to_the_columns(self, page, journey):
        said = page(make_batch(journey))
        assert "Say what the columns mean" in said
        assert "Explain the columns" in said

    @pytest.mark.parametrize(
        ("state", "said"), [("checking", "Checking the file"), ("running", "Importing")]
    )
    def test_at_work_shows_how_far_it_is_and_asks_again_every_second(
        self, page, journey, state, said
    ):
        now = timezone.now()
        batch = make_batch(
            journey, state=state, progress=0.25, rows=120_000, heartbeat_at=now,
            started_at=now - timedelta(seconds=60),
        )  # fmt: skip
        html = page(batch, htmx=True)
        assert said in html
        assert 'hx-trigger="every 1s"' in html
        assert re.search(r'<progress max="100" value="25" aria-label="[^"]+">25 %</progress>', html)
        assert "120,000 rows" in html
        assert "about 3 minutes left" in html
        assert "Cancel" in html

    def test_a_state_is_announced_once(self, page, journey):
        batch = make_batch(journey, state=BatchState.RUNNING, heartbeat_at=timezone.now())
        html = page(batch, htmx=True, was="queued")
        assert 'id="import-said" hx-swap-oob' in html
        assert "<title>Importing · answers.csv</title>" in html
        html = page(batch, htmx=True, was="running")
        assert "import-said" not in html
        assert "<title>" not in html

    def test_where_no_worker_comes_it_says_so(self, page, journey):
        asked = timezone.now() - timedelta(minutes=1)
        batch = make_batch(journey, state=BatchState.QUEUED, started_at=asked)
        assert "manage.py work" in page(batch)
        batch.move(BatchState.QUEUED, out_of={BatchState.QUEUED}, started_at=timezone.now())
        assert "manage.py work" not in page(batch)

    def test_where_the_worker_is_silent_it_says_so(self, page, journey):
        silent = timezone.now() - timedelta(minutes=7)
        batch = make_batch(
            journey, state=BatchState.RUNNING, started_at=silent, heartbeat_at=silent
        )
        assert "has not been heard of since" in page(batch)

    def test_checked_says_what_would_be_written(self, page, journey):
        said = page(checked(journey))
        assert "Checked; nothing is written yet" in said
        assert "New answers 3" in said
        assert "Import 3 answers" in said
        assert "every" not in page(checked(journey), htmx=True)

    def test_checked_with_problems_offers_the_good_rows_only(self, page, journey):
        html = page(checked(journey, BAD), htmx=True)
        assert "2 problems in 2 rows" in html
        assert "Import the good rows only: 1 answer" in html
        assert "choose “Correct the columns”" in html
        assert 'value="all"' not in html
        assert "is not a time" in html
        assert "Download all 2 as CSV" in html

    def test_checked_without_a_good_row_offers_no_import(self, page, journey):
        html = page(checked(journey, HEADER + "A1,2026-03-01,17,\n"), htmx=True)
        assert 'name="rows"' not in html
        assert "Correct the columns" in html

    def test_nothing_new_says_so(self, page, journey):
        ask_run(checked(journey), row_by_row=False)
        html = page(checked(journey), htmx=True)
        assert "there is nothing to import" in html
        assert 'name="rows"' not in html

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ("A1,2026-03-01,,\n", "No row holds an answer in the columns"),
            ("A1,2026-03-01,,\nA2,2026-03-01,17,\n", "No row without a problem holds an answer"),
        ],
    )
    def test_blank_rows_are_nothing_to_import(self, page, journey, rows, said):
        html = page(checked(journey, HEADER + rows), htmx=True)
        assert said in html
        assert 'name="rows"' not in html
        assert "or import the other rows" not in html

    def test_what_is_known_beside_problems_is_not_imported_again(self, page, journey):
        ask_run(checked(journey), row_by_row=False)
        html = page(checked(journey, GOOD + "A9,2026-03-01,17,\n"), htmx=True)
        assert "Everything else in this file is known already" in html
        assert 'name="rows"' not in html

    def test_waits_alone_are_something_to_import_once(self, page, journey):
        batch = make_batch(journey, "id,Wait\nA1,30\nA2,45\n")
        wait = {"column": "Wait", "kind": "wait", "unit": "seconds", "touchpoint": "Check-in desk"}
        mapping = {
            "layout": "wide", "source": {"name": "Desk"}, "columns": {"id": "id"},
            "time": {"fixed": "2026-03-01"}, "observations": [wait],
        }  # fmt: skip
        for said in ("Import 2 observations", "is known already: there is nothing to import"):
            batch.move(BatchState.CHECKED, out_of=set(BatchState))
            ask_check(batch, mapping)
            batch.refresh_from_db()
            assert said in page(batch)
            ask_run(batch, row_by_row=False)

    def test_new_segments_and_channels_are_named_before_they_are_made(self, page, journey):
        make_segment(journey.workspace, name="Basic")
        text = HEADER.replace("Why", "Why,Plan,Way") + "".join(
            f"A{n},2026-03-01,{score},,{plan},Phone\n"
            for n, (score, plan) in enumerate([(5, "Basic"), (4, "Plus"), (17, "Lost"), ("", "No")])
        )
        batch = make_batch(journey, text)
        columns = MAPPING["columns"] | {"segment": "Plan", "channel": "Way"}
        ask_check(batch, MAPPING | {"columns": columns})
        batch.refresh_from_db()
        said = page(batch)
        assert "New segments 1 Plus" in said
        assert "New channels 1 Phone" in said
        ask_run(batch, row_by_row=True)
        batch.refresh_from_db()
        assert "New segments 1 Plus" in page(batch)
        assert set(journey.workspace.segments.values_list("name", flat=True)) == {"Basic", "Plus"}
        batch.delete_files()
        assert "Plus" not in str((batch.report, batch.check_report))

    def test_of_many_new_names_the_first_are_shown(self, page, journey):
        text = HEADER + "".join(f"A{n},2026-03-01,5,S{n:02}\n" for n in range(13))
        batch = make_batch(journey, text)
        mapping = MAPPING | {"touchpoints": [{"column": "Check-in desk", "metric": "csat"}]}
        ask_check(batch, mapping | {"columns": MAPPING["columns"] | {"segment": "Why"}})
        batch.refresh_from_db()
        assert "S08, S09 and 3 more" in page(batch)

    def test_a_problem_names_the_question_of_its_column(self, page, journey):
        text = "id,Q1\nResponse,<b>How was the desk?</b>\nA1,17\n"
        batch = make_batch(journey, text)
        mapping = {
            **MAPPING, "header_rows": 2, "columns": {"id": "id"}, "time": {"fixed": "2026-03-01"},
            "touchpoints": [{"column": "Q1", "title": "Check-in desk", "metric": "csat"}],
        }  # fmt: skip
        ask_check(batch, mapping)
        batch.refresh_from_db()
        assert "<td>Q1 <small>How was the desk?</small></td>" in page(batch, htmx=True)

    def test_done_leads_to_the_map(self, page, journey):
        batch = checked(journey)
        ask_run(batch, row_by_row=False)
        html = page(batch, htmx=True)
        assert "Imported" in html
        assert f'href="{journey.get_absolute_url()}' in html
        assert "every 1s" not in html
        assert "Start again" not in html

    @pytest.mark.parametrize(
        ("days_ago", "query"),
        [([3, 4, 80, 5000], ""), ([3, 200, 300, 5000], "?period=365d"), ([5000], "?period=all")],
    )
    def test_the_map_opens_where_most_answers_lie(self, page, journey, days_ago, query):
        days = [f"{timezone.now() - timedelta(days=ago):%Y-%m-%d}" for ago in days_ago]
        rows = (f"A{number},{day},4,\n" for number, day in enumerate(days))
        batch = checked(journey, HEADER + "".join(rows))
        ask_run(batch, row_by_row=False)
        assert f'href="{journey.get_absolute_url()}{query}">Open the map' in page(batch, htmx=True)

    def test_refused_says_why_and_leads_back_to_the_columns(self, page, journey):
        batch = make_batch(journey, "Other\n1\n")
        ask_check(batch, MAPPING)
        said = page(batch)
        assert "Refused; nothing was written" in said
        assert "the column is missing" in said
        assert "Correct the columns" in said

    def test_broken_off_it_counts_problems_as_the_check_did(self, page, journey):
        batch = checked(journey, BAD)
        report = batch.check_report | {
            "cancelled": True, "rows": 1, "created": 1, "refused_rows": 1, "problem_count": 1,
        }  # fmt: skip
        batch.move(BatchState.CANCELLED, out_of={BatchState.CHECKED}, report=report)
        html = page(batch, htmx=True)
        assert "What was written until then stays." in html
        assert "2 problems in 2 rows" in html
        assert ">Import the good rows only</button>" in html

    def test_a_page_that_was_left_open_begins_nothing_without_the_file(self, client, page, journey):
        batch = checked(journey)
        batch.delete_files()
        said = post(client, "import_start", batch, rows="all")
        assert "cannot be begun any more" in said
        assert batch.stands is BatchState.CHECKED

    @pytest.mark.parametrize("begun", [make_batch, checked])
    def test_a_deleted_file_is_said_to_be_gone_and_may_come_again(self, page, journey, begun):
        batch = begun(journey)
        batch.delete_files()
        html = page(batch, htmx=True)
        assert 'name="rows"' not in html
        assert "columns" not in html
        assert "<h2>The file is gone</h2>" in html
        assert "30 days after" in html
        assert "is erased" in html
        again = reverse("feedback:import_new", args=[journey.workspace.slug])
        assert f'href="{again}?journey={journey.slug}">Upload it again' in html

    def test_what_was_broken_off_and_deleted_is_not_to_be_started_again(self, page, journey):
        batch = make_batch(journey, state=BatchState.CANCELLED, report={**EMPTY, "created": 1})
        batch.delete_files()
        said = page(batch)
        assert "What was written until then stays." in said
        assert "Start it again" not in said
        assert "Upload it again" in said

    def test_after_the_import_a_deleted_file_is_missed_by_nobody(self, page, journey):
        batch = make_batch(journey, state=BatchState.DONE, report=EMPTY)
        batch.delete_files()
        assert "Upload it again" not in page(batch)


class TestStart:
    def test_imports_all(self, client, user, journey):
        batch = checked(journey)
        assert "New answers" in post(client, "import_start", batch, rows="all")
        assert batch.state == BatchState.DONE
        assert FeedbackRecord.objects.count() == 3

    def test_imports_the_good_rows(self, client, user, journey):
        batch = checked(journey, BAD)
        post(client, "import_start", batch, rows="good")
        assert (batch.state, batch.row_by_row) == (BatchState.DONE, True)
        assert FeedbackRecord.objects.count() == 1

    def test_a_second_click_changes_nothing(self, client, user, journey):
        batch = checked(journey)
        post(client, "import_start", batch)
        said = post(client, "import_start", batch)
        assert "was begun already" in said
        assert FeedbackRecord.objects.count() == 3

    def test_what_could_not_be_checked_is_checked_again(self, client, user, journey):
        batch = make_batch(journey, GOOD, mapping=MAPPING, state=BatchState.FAILED)
        post(client, "import_start", batch)
        assert batch.state == BatchState.CHECKED

    def test_without_a_mapping_there_is_nothing_to_start(self, client, user, journey):
        batch = make_batch(journey, GOOD)
        post(client, "import_start", batch)
        assert batch.state == BatchState.MAPPING


class TestCancel:
    def test_what_waits_is_cancelled_at_once(self, client, user, journey):
        batch = make_batch(journey, GOOD, mapping=MAPPING, state=BatchState.QUEUED)
        assert "Cancelled" in post(client, "import_cancel", batch)
        assert batch.state == BatchState.CANCELLED

    def test_what_is_at_work_stops_soon(self, client, user, journey):
        batch = make_batch(journey, state=BatchState.RUNNING, heartbeat_at=timezone.now())
        assert "It stops after the rows" in post(client, "import_cancel", batch)
        assert batch.cancel_requested

    def test_what_has_ended_cannot_be(self, client, user, journey):
        batch = checked(journey)
        assert "nothing to cancel" in post(client, "import_cancel", batch)
        assert batch.state == BatchState.CHECKED


class TestProblems:
    def test_are_a_file_for_the_spreadsheet(self, client, user, journey):
        batch = checked(journey, BAD)
        address = reverse("feedback:import_problems", args=[journey.workspace.slug, batch.pk])
        response = client.get(address)
        assert response["Content-Disposition"] == 'attachment; filename="problems-answers.csv"'
        assert "no-store" in response["Cache-Control"]
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        assert text.splitlines()[0] == "row,column,value,reason"
        assert len(text.splitlines()) == 3

    def test_where_there_are_none_there_is_no_file(self, client, user, journey):
        batch = checked(journey)
        address = reverse("feedback:import_problems", args=[journey.workspace.slug, batch.pk])
        assert client.get(address).status_code == 404


class TestDelete:
    def test_takes_the_files_and_leaves_the_answers(self, client, user, journey):
        batch = checked(journey)
        ask_run(batch, row_by_row=False)
        storage, name = batch.file.storage, batch.file.name
        address = reverse("feedback:import_delete", args=[journey.workspace.slug, batch.pk])
        said = client.post(address, follow=True).content.decode()
        assert "Its answers stay." in said
        assert not ImportBatch.objects.exists()
        assert not storage.exists(name)
        assert FeedbackRecord.objects.count() == 3

    def test_not_while_it_is_at_work(self, client, user, journey):
        batch = make_batch(journey, state=BatchState.RUNNING, heartbeat_at=timezone.now())
        assert "cancel it first" in post(client, "import_delete", batch)
        assert ImportBatch.objects.exists()

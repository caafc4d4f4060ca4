"""Imports in the background: from a mapping to the report, whatever happens on the way."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.imports import batches
from feedback.imports.batches import (
    ask_check,
    ask_run,
    check_batch,
    delete_old_files,
    fail_abandoned,
    run_batch,
)
from feedback.models import BatchState, FeedbackRecord, ImportBatch, ScoreCount
from tests.factories import make_batch
from tests.feedback.imports.desks import BAD, GOOD, HEADER, MAPPING, make_desk

pytestmark = pytest.mark.django_db


def checked(content: str = GOOD) -> ImportBatch:
    batch = make_batch(make_desk(), content)
    assert ask_check(batch, MAPPING)
    batch.refresh_from_db()
    return batch


def done(batch: ImportBatch, *, row_by_row: bool = False) -> ImportBatch:
    assert ask_run(batch, row_by_row=row_by_row)
    batch.refresh_from_db()
    return batch


def problem_rows(batch: ImportBatch) -> list[list[str]]:
    with batch.problems.open("rb") as file:
        return list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"))))


class TestCheck:
    def test_says_what_would_be_written_and_writes_nothing(self):
        batch = checked()
        assert batch.state == BatchState.CHECKED
        assert batch.check_report["rows"] == 3
        # Three scores; their words belong to them.
        assert batch.check_report["created"] == 3
        assert (batch.progress, batch.finished_at, batch.message) == (1, None, "")
        assert not FeedbackRecord.objects.exists()
        assert not batch.problems

    def test_lists_every_problem_and_guards_what_a_spreadsheet_would_run(self):
        batch = checked(BAD)
        assert batch.state == BatchState.CHECKED
        assert batch.check_report["refused_rows"] == 2
        assert [problem["row"] for problem in batch.check_report["problems"]] == [3, 4]
        header, *rows = problem_rows(batch)
        assert header == ["row", "column", "value", "reason"]
        assert [row[:3] for row in rows] == [
            ["3", "Check-in desk", "9"],
            ["4", "Submitted at", "soon"],
        ]

    def test_a_formula_among_the_problems_is_text(self):
        batch = checked(HEADER + "A1,2026-03-01,=HYPERLINK(1),\n")
        assert problem_rows(batch)[1][2] == "'=HYPERLINK(1)"

    def test_a_second_check_replaces_the_problems_of_the_first(self):
        batch = checked(BAD)
        first = batch.problems.name
        assert ask_check(batch, MAPPING | {"time": {"fixed": "2026-03-01"}})
        batch.refresh_from_db()
        assert len(problem_rows(batch)) == 2
        assert not batch.problems.storage.exists(first) or batch.problems.name == first

    def test_what_cannot_be_read_is_refused_in_words(self):
        batch = make_batch(make_desk(), "Something,Else\n1,2\n")
        ask_check(batch, MAPPING)
        batch.refresh_from_db()
        assert batch.state == BatchState.REFUSED
        assert 'column "Response ID": the column is missing' in batch.message
        assert batch.finished_at is not None

    def test_a_mapping_that_makes_no_sense_is_refused_in_words(self):
        batch = make_batch(make_desk(), GOOD)
        ask_check(batch, {"layout": "wide"})
        batch.refresh_from_db()
        assert (batch.state, batch.check_report) == (BatchState.REFUSED, None)
        assert "source" in batch.message

    def test_a_file_that_is_gone_has_failed(self):
        batch = make_batch(make_desk(), GOOD)
        batch.file.storage.delete(batch.file.name)
        ask_check(batch, MAPPING)
        batch.refresh_from_db()
        assert batch.state == BatchState.FAILED
        assert "upload it again" in batch.message

    def test_a_fault_of_ours_is_a_sentence_here_and_a_traceback_in_the_log(
        self, monkeypatch, caplog
    ):
        def break_down(*args, **options):
            raise ZeroDivisionError("by nought")

        monkeypatch.setattr(batches, "import_file", break_down)
        batch = checked()
        assert batch.state == BatchState.FAILED
        assert "nought" not in batch.message
        assert "ZeroDivisionError: by nought" in caplog.text


class TestRun:
    def test_imports_and_says_so(self):
        batch = done(checked())
        assert batch.state == BatchState.DONE
        assert (batch.report["created"], batch.report["unchanged"]) == (3, 0)
        assert batch.source.name == "Desk survey"
        [first, second, third] = ScoreCount.objects.order_by("day").values_list("c5", "c4", "c1")
        assert (first, second, third) == ((1, 0, 0), (0, 1, 0), (0, 0, 1))
        assert set(FeedbackRecord.objects.values_list("external_id", flat=True)) == {
            "A1",
            "A2",
            "A3",
        }

    def test_the_same_file_again_changes_nothing(self):
        first = done(checked())
        again = make_batch(first.journey, GOOD)
        ask_check(again, MAPPING)
        again.refresh_from_db()
        assert (again.check_report["created"], again.check_report["unchanged"]) == (0, 3)
        done(again)
        assert FeedbackRecord.objects.count() == 3

    def test_the_good_rows_only(self):
        batch = done(checked(BAD), row_by_row=True)
        assert batch.state == BatchState.DONE
        assert (batch.report["created"], batch.report["refused_rows"]) == (1, 2)
        assert len(problem_rows(batch)) == 3

    def test_all_or_nothing_is_refused_where_a_row_is_wrong(self):
        batch = done(checked(BAD))
        assert batch.state == BatchState.REFUSED
        assert batch.message == "2 of 3 rows have problems."
        assert not FeedbackRecord.objects.exists()
        assert done(batch, row_by_row=True).state == BatchState.DONE

    def test_never_without_a_check(self):
        batch = make_batch(make_desk(), GOOD)
        assert not ask_run(batch, row_by_row=False)
        assert batch.state == BatchState.MAPPING

    def test_never_twice(self):
        batch = done(checked())
        assert not ask_run(batch, row_by_row=False)
        assert not ask_check(batch, MAPPING)

    def test_a_job_that_is_delivered_twice_does_nothing_the_second_time(self):
        batch = done(checked())
        before = ImportBatch.objects.values().get(pk=batch.pk)
        run_batch.call(batch.pk)
        check_batch.call(batch.pk)
        assert ImportBatch.objects.values().get(pk=batch.pk) == before

    def test_a_run_whose_worker_was_killed_is_completed_by_the_next(self):
        batch = checked()
        batch.move(BatchState.RUNNING, out_of={BatchState.CHECKED}, heartbeat_at=timezone.now())
        run_batch.call(batch.pk)
        batch.refresh_from_db()
        assert batch.state == BatchState.DONE
        assert FeedbackRecord.objects.count() == 3


class TestCancel:
    def test_before_a_worker_has_it(self):
        batch = make_batch(make_desk(), GOOD, state=BatchState.QUEUED, check_report={})
        assert batch.cancel()
        batch.refresh_from_db()
        assert batch.state == BatchState.CANCELLED
        run_batch.call(batch.pk)
        batch.refresh_from_db()
        assert batch.state == BatchState.CANCELLED
        assert not FeedbackRecord.objects.exists()

    def test_while_a_worker_has_it(self):
        batch = make_batch(make_desk(), GOOD, state=BatchState.RUNNING, heartbeat_at=timezone.now())
        assert batch.cancel()
        batch.refresh_from_db()
        assert (batch.state, batch.cancel_requested) == (BatchState.RUNNING, True)

    def test_what_a_dead_worker_has(self):
        batch = make_batch(
            make_desk(), GOOD, state=BatchState.RUNNING,
            heartbeat_at=timezone.now() - timedelta(minutes=6),
        )  # fmt: skip
        assert batch.is_abandoned
        assert batch.cancel()
        batch.refresh_from_db()
        assert batch.state == BatchState.CANCELLED

    def test_what_has_ended_stays_as_it_is(self):
        batch = done(checked())
        assert not batch.cancel()
        batch.refresh_from_db()
        assert (batch.state, batch.cancel_requested) == (BatchState.DONE, False)

    def test_one_that_is_broken_off_keeps_the_list_of_its_check(self, monkeypatch):
        batch = checked(BAD)
        monkeypatch.setattr(batches.Pulse, "should_stop", lambda pulse: True)
        assert done(batch, row_by_row=True).state == BatchState.CANCELLED
        assert batch.report["cancelled"]
        assert len(problem_rows(batch)) == 3
        monkeypatch.undo()
        assert done(batch, row_by_row=True).state == BatchState.DONE
        assert FeedbackRecord.objects.count() == 1

    def test_a_check_that_is_broken_off_leaves_nothing_to_import(self, monkeypatch):
        monkeypatch.setattr(batches.Pulse, "should_stop", lambda pulse: True)
        batch = checked()
        assert (batch.state, batch.check_report) == (BatchState.CANCELLED, None)
        assert not ask_run(batch, row_by_row=False)

    def test_started_again_it_is_completed(self):
        batch = checked()
        batch.move(BatchState.CANCELLED, out_of={BatchState.CHECKED})
        assert done(batch).state == BatchState.DONE


class TestHousekeeping:
    def test_an_import_whose_worker_is_silent_has_failed_and_can_be_started_again(self):
        now = timezone.now()
        batch = checked()
        batch.move(
            BatchState.RUNNING, out_of={BatchState.CHECKED}, heartbeat_at=now - timedelta(minutes=6)
        )
        fail_abandoned(now)
        batch.refresh_from_db()
        assert batch.state == BatchState.FAILED
        assert "Start it again" in batch.message
        assert done(batch).state == BatchState.DONE

    @pytest.mark.parametrize(
        "values", [{"heartbeat_at": None}, {"heartbeat_at": timezone.now() + timedelta(days=9)}]
    )
    def test_one_that_waits_or_works_is_left_alone(self, values):
        batch = make_batch(make_desk(), state=BatchState.QUEUED, **values)
        fail_abandoned(timezone.now())
        batch.refresh_from_db()
        assert batch.state == BatchState.QUEUED

    def test_files_go_some_time_after_the_end_and_the_entry_stays(self):
        batch = done(checked(BAD), row_by_row=True)
        storage, names = batch.file.storage, [batch.file.name, batch.problems.name]
        delete_old_files(timezone.now() + timedelta(days=29))
        assert all(map(storage.exists, names))
        delete_old_files(timezone.now() + timedelta(days=31))
        assert not any(map(storage.exists, names))
        batch.refresh_from_db()
        assert (batch.state, bool(batch.file), bool(batch.problems)) == ("done", False, False)
        # The first problems stand in the reports, too, with what is in their cells.
        assert [each["problems"] for each in (batch.check_report, batch.report)] == [[], []]
        assert batch.problem_count

    def test_what_nobody_went_on_with_goes_too(self):
        batch = make_batch(make_desk(), GOOD)
        delete_old_files(timezone.now() + timedelta(days=31))
        batch.refresh_from_db()
        assert (batch.state, bool(batch.file)) == (BatchState.CANCELLED, False)
        assert "left lying" in batch.message

    def test_what_is_at_work_keeps_its_file(self):
        batch = make_batch(make_desk(), GOOD, state=BatchState.RUNNING)
        delete_old_files(timezone.now() + timedelta(days=99))
        batch.refresh_from_db()
        assert batch.file.storage.exists(batch.file.name)


@given(
    st.lists(st.sampled_from(["check", "run", "rows", "cancel", "tidy"]), min_size=1, max_size=8),
    st.sampled_from([GOOD, BAD]),
)
@settings(max_examples=15, deadline=None)
def test_in_any_order_of_clicks_an_import_counts_each_answer_once(clicks, content):
    batch = make_batch(make_desk(), content)
    for click in clicks:
        if click == "check":
            ask_check(batch, MAPPING)
        elif click in {"run", "rows"}:
            ask_run(batch, row_by_row=click == "rows")
        elif click == "cancel":
            batch.cancel()
        else:
            fail_abandoned(timezone.now())
        batch.refresh_from_db()
    good = 3 if content == GOOD else 1
    mine = FeedbackRecord.objects.filter(touchpoint__step__stage__journey=batch.journey)
    assert mine.count() == (good if batch.state == BatchState.DONE else 0)

"""Rows become records once, whatever happens."""

from datetime import UTC, datetime

import pytest

from feedback.imports import (
    BadFile,
    BadMapping,
    CannotImport,
    Problem,
    Report,
    RowsRefused,
    names,
    writing,
)
from feedback.imports.formats import reading
from feedback.models import FeedbackRecord, ScoreCount, Source
from feedback.recording import NewAnswer, record_answers
from journeys.models import Channel, Journey, Segment
from tests.factories import make_step, make_survey, make_touchpoint
from tests.feedback.imports.conftest import LONG, WIDE, Importer
from touchpoints.models import Touchpoint

HEADER = "ID,Plan,Booking,Why,Boarding\n"
GOOD = HEADER + "1,Pro,5,Easy,3\n2,Free,2,,n/a\n3,,0,Did not book,4\n"
LONG_HEADER = "ID,Where,What,Score,Why,When,Through\n"


def said() -> set[tuple[str, str, str, int | None, str]]:
    """Return what the records say: id, touchpoint, metric, score, comment."""
    fields = ("external_id", "touchpoint__title", "metric", "score", "comment")
    return set(FeedbackRecord.objects.values_list(*fields))


def counted(title: str) -> list[int]:
    """Return how often 1 to 5 were given on a touchpoint, by the daily counts."""
    rows = ScoreCount.objects.filter(touchpoint__title=title).values_list(
        "c1", "c2", "c3", "c4", "c5"
    )
    return [sum(column) for column in zip(*rows, strict=True)]


def test_a_wide_row_is_an_answer_for_each_column(import_text: Importer, journey: Journey) -> None:
    report = import_text(GOOD)
    assert said() == {
        ("1", "Booking", "csat", 5, "Easy"),
        ("1", "Boarding", "csat", 3, ""),
        ("2", "Booking", "csat", 2, ""),
        ("3", "Booking", "", None, "Did not book"),
        ("3", "Boarding", "csat", 4, ""),
    }
    assert (report.rows, report.created, report.refused_rows) == (3, 5, 0)
    assert report.not_applicable == {"Boarding": 1, "Booking": 1}
    assert counted("Booking") == [0, 1, 0, 0, 1]
    assert set(FeedbackRecord.objects.values_list("external_id", "segment__name")) == {
        ("1", "Pro"), ("2", "Free"), ("3", None)
    }  # fmt: skip
    assert {r.occurred_at for r in FeedbackRecord.objects.all()} == {
        datetime(2026, 3, 10, 12, tzinfo=UTC)
    }
    assert set(FeedbackRecord.objects.values_list("channel__name", flat=True)) == {"Web"}


def test_a_long_row_is_an_answer(import_text: Importer) -> None:
    report = import_text(
        LONG_HEADER
        + "1,Booking,,5,Easy,2026-03-01 09:00,\n"
        + "1,boarding,ces,7,,2026-03-01 09:00,Phone\n"
        + "2,Scanning,nps,0,,2026-03-02,app\n"
        + "2,Booking,csat,0,,2026-03-02,\n"
        + "3,Booking,csat,,Never again,2026-03-02,\n",
        LONG,
    )
    assert said() == {
        ("1", "Booking", "csat", 5, "Easy"),
        ("1", "Boarding", "ces", 7, ""),
        ("2", "Scanning", "nps", 0, ""),
        ("3", "Booking", "", None, "Never again"),
    }
    assert report.not_applicable == {"Booking": 1}
    assert report.blank == 1
    channels = dict(FeedbackRecord.objects.values_list("touchpoint__title", "channel__name"))
    assert channels == {"Booking": "Web", "Boarding": "Phone", "Scanning": "App"}


def test_importing_again_changes_nothing(import_text: Importer, journey: Journey) -> None:
    import_text(GOOD)
    journey.refresh_from_db()
    records, revision = list(FeedbackRecord.objects.values()), journey.revision
    report = import_text(GOOD)
    journey.refresh_from_db()
    assert (report.created, report.updated, report.unchanged) == (0, 0, 5)
    assert list(FeedbackRecord.objects.values()) == records
    assert journey.revision == revision == 1


def test_a_changed_answer_is_updated(import_text: Importer, journey: Journey) -> None:
    import_text(GOOD)
    report = import_text(GOOD.replace("1,Pro,5,Easy,3", "1,Basic,4,Easy enough,3"))
    assert (report.created, report.updated, report.unchanged) == (0, 2, 3)
    assert ("1", "Booking", "csat", 4, "Easy enough") in said()
    segments = FeedbackRecord.objects.filter(external_id="1").values_list("segment__name")
    assert set(segments) == {("Basic",)}
    assert counted("Booking") == [0, 1, 0, 1, 0]
    journey.refresh_from_db()
    assert journey.revision == 2


def test_what_a_file_does_not_have_stays_as_it_was(import_text: Importer) -> None:
    import_text(GOOD)
    poorer = WIDE.replace('comment = "Why"', "").replace('segment = "Plan"', "")
    report = import_text("ID,Booking,Boarding\n1,4,3\n", poorer)
    assert (report.updated, report.unchanged) == (1, 1)
    record = FeedbackRecord.objects.get(external_id="1", touchpoint__title="Booking")
    assert (record.score, record.comment) == (4, "Easy")
    assert record.segment is not None
    assert record.segment.name == "Pro"


def test_answers_that_are_gone_from_the_file_stay(import_text: Importer) -> None:
    import_text(GOOD)
    import_text(HEADER + "4,Pro,5,,\n")
    assert FeedbackRecord.objects.count() == 6


def test_a_dry_run_tells_and_writes_nothing(import_text: Importer, journey: Journey) -> None:
    report = import_text(GOOD, dry_run=True)
    assert report.created == 5
    assert_untouched(journey)


def assert_untouched(journey: Journey) -> None:
    """Nothing stands in the database that an import could have put there."""
    for model in (FeedbackRecord, ScoreCount, Segment, Source):
        assert not model.objects.exists()
    assert Channel.objects.count() == 2
    journey.refresh_from_db()
    assert journey.revision == 0


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("4,Pro,6,,3", 'Row 5, column "Booking": "6" is not a score of CSAT (1–5).'),
        ("4,Pro,-1,,3", 'Row 5, column "Booking": "-1" is not a score of CSAT (1–5).'),
        ("4,Pro,4.5,,3", 'Row 5, column "Booking": "4.5" is not a whole number.'),
        ("4,Pro,good,,3", 'Row 5, column "Booking": "good" is not a whole number.'),
        (",Pro,4,,3", 'Row 5, column "ID": is empty; every row needs its id.'),
        ("4,Pro,4,,3,9", 'Row 5, column "no. 6": the row has 6 cells and the header 5'),
        ("4,Pro,4,", 'Row 5, column "Boarding": the row has 4 cells and the header 5'),
        ("1,Pro,5,Easy,4", 'Row 5, column "ID": "1" stands in row 2 already, with other answers.'),
        ("4,Pro,4,\0,3", 'Row 5, column "Why": holds a NUL byte'),
        (f"4,{'x' * 81},4,,3", f'Row 5, column "Plan": "{"x" * 59}…" is longer than the 80'),
    ],
)
def test_one_bad_row_and_nothing_is_written(
    import_text: Importer, journey: Journey, monkeypatch: pytest.MonkeyPatch, row: str, said: str
) -> None:
    monkeypatch.setattr(writing, "CHUNK", 2)
    with pytest.raises(RowsRefused) as refused:
        import_text(f"{GOOD}{row}\n5,Pro,3,,3\n")
    assert str(refused.value).startswith(said)
    assert refused.value.report.refused_rows == 1
    assert_untouched(journey)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("4,Booking,csat,5,,,", 'Row 2, column "When": is empty'),
        ("4,Booking,csat,5,,03/13/2026,", 'Row 2, column "When": "03/13/2026" is not a time'),
        ("4,Parking,csat,5,,2026-03-01,", 'Row 2, column "Where": "Parking" is not a touchpoint'),
        ("4,,csat,5,,2026-03-01,", 'Row 2, column "Where": is empty'),
        ("4,Booking,stars,5,,2026-03-01,", 'Row 2, column "What": "stars" is not a metric'),
        ("4,Board,csat,5,,2026-03-01,", 'Row 2, column "Where": "Board" may mean "Boarding"'),
        ("4,Board,csat,5,,2026-03-01,Fax", 'Row 2, column "Where": "Board" is not a touchpoint'),
    ],
)
def test_one_bad_long_row_and_nothing_is_written(
    import_text: Importer, journey: Journey, row: str, said: str
) -> None:
    with pytest.raises(RowsRefused) as refused:
        import_text(f"{LONG_HEADER}{row}\n5,Booking,csat,5,,2026-03-01,\n", LONG)
    assert str(refused.value).startswith(said)
    assert_untouched(journey)


def test_a_file_that_breaks_off_leaves_nothing(
    import_text: Importer, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "CHUNK", 2)
    for row_by_row in (False, True):
        with pytest.raises(BadFile, match="Row 5"):
            import_text(f'{GOOD}4,Pro,"5', row_by_row=row_by_row)
        assert_untouched(journey)


def test_all_problems_are_told_not_only_the_first(import_text: Importer) -> None:
    problems: list[Problem] = []
    with pytest.raises(RowsRefused) as refused:
        import_text(HEADER + ",Pro,6,,x\n" * 10, on_problem=problems.append)
    assert len(problems) == refused.value.report.problem_count == 30
    assert str(refused.value).endswith("… and 10 more.")


def test_row_by_row_keeps_the_good_rows(import_text: Importer, journey: Journey) -> None:
    problems: list[Problem] = []
    report = import_text(
        f"{GOOD}4,New,6,,3\n5,Pro,5,,5\n", row_by_row=True, on_problem=problems.append
    )
    assert (report.rows, report.refused_rows, report.created) == (5, 1, 7)
    assert [(p.row, p.column, p.value) for p in problems] == [(5, "Booking", "6")]
    assert not FeedbackRecord.objects.filter(external_id="4").exists()
    assert not Segment.objects.filter(name="New").exists()
    journey.refresh_from_db()
    assert journey.revision == 1


def test_what_the_file_says_twice_counts_once(import_text: Importer) -> None:
    report = import_text(GOOD + "1,Pro,5,Easy,3\n")
    assert (report.created, report.repeated) == (5, 2)


def test_one_id_may_answer_several_questions_of_a_long_file(import_text: Importer) -> None:
    when = ",,2026-03-01,\n"
    rows = ["1,Booking,csat,5", "1,Booking,ces,5", "1,Boarding,csat,5", "1,Booking,csat,5"]
    report = import_text(LONG_HEADER + "".join(row + when for row in rows), LONG)
    assert (report.created, report.repeated) == (3, 1)
    with pytest.raises(RowsRefused, match='column "ID": "1" stands in row 2 already'):
        import_text(LONG_HEADER + "".join(r + when for r in [*rows, "1,Booking,csat,4"]), LONG)


def test_rows_without_an_id_are_known_again(import_text: Importer) -> None:
    mapping = WIDE.replace('id = "ID"\n', "")
    text = "Plan,Booking,Why,Boarding\nPro,5,,3\nPro,5,,3\nFree,5,,3\n"
    assert import_text(text, mapping).created == 6
    again = import_text(text, mapping)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 6)
    longer = import_text(text + "Pro,5,,3\n", mapping)
    assert (longer.created, longer.unchanged) == (2, 6)
    next_month = import_text(text, mapping.replace("2026-03-10", "2026-04-10"))
    assert (next_month.created, next_month.updated) == (6, 0)


def test_two_sources_may_use_the_same_ids(import_text: Importer) -> None:
    import_text(GOOD)
    assert import_text(GOOD, WIDE.replace('"Survey"', '"Panel"')).created == 5


def test_a_source_keeps_its_kind(import_text: Importer) -> None:
    import_text(GOOD)
    with pytest.raises(BadMapping, match=r"^source.kind: "):
        import_text(GOOD, WIDE.replace('name = "Survey"', 'name = "Survey"\nkind = "review"'))


def test_a_survey_of_this_site_takes_answers_itself(
    import_text: Importer, journey: Journey
) -> None:
    make_survey(Touchpoint.objects.filter(step__stage__journey=journey)[0], title="Survey")
    with pytest.raises(BadMapping, match=r"^source.name: .* takes answers itself"):
        import_text(GOOD)
    assert not FeedbackRecord.objects.exists()


def test_segments_are_found_by_name_whatever_the_case(import_text: Importer) -> None:
    import_text(GOOD)
    import_text(HEADER + "4,pro,5,,\n5, Free ,5,,\n6,Team,5,,\n7,TEAM,5,,\n")
    assert set(Segment.objects.values_list("name", flat=True)) == {"Pro", "Free", "Team"}


def test_a_column_full_of_new_names_is_hardly_one_of_segments(
    import_text: Importer, journey: Journey
) -> None:
    rows = "".join(f"{n},Plan {n},5,,\n" for n in range(names.MOST_NEW + 1))
    with pytest.raises(RowsRefused, match=r'column "Plan": .* is it the right column'):
        import_text(HEADER + rows)
    assert_untouched(journey)


@pytest.mark.parametrize("title", ["Boarding", "Scanning"])
def test_a_touchpoint_is_found_by_its_step_and_channel(import_text: Importer, title: str) -> None:
    channel = Touchpoint.objects.get(title=title).channel.name
    mapping = WIDE.replace(
        'column = "Boarding"', f'column = "Boarding"\ntitle = "Board"\nchannel = "{channel}"'
    )
    import_text(GOOD, mapping)
    assert {row[1] for row in said()} == {"Booking", title}


def test_a_touchpoint_that_moved_to_another_step_is_still_found(
    import_text: Importer, journey: Journey
) -> None:
    import_text(GOOD)
    booking = Touchpoint.objects.get(title="Booking")
    booking.step = make_step(booking.step.stage)
    booking.save()
    assert import_text(GOOD).unchanged == 5


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ('column = "Boarding"\ntitle = "Parking"', 'Column "Boarding": "Parking" is not a touch'),
        ('column = "Boarding"\ntitle = "Board"', 'Column "Boarding": "Board" may mean "Boarding"'),
        ('column = "Boarding"\ntitle = "Booking"', 'Columns "Booking" and "Boarding" both hold'),
    ],
)
def test_a_column_without_its_touchpoint_is_refused(
    import_text: Importer, journey: Journey, new: str, said: str
) -> None:
    with pytest.raises(BadMapping) as refused:
        import_text(GOOD, WIDE.replace('column = "Boarding"', new))
    assert str(refused.value).startswith(said)
    assert_untouched(journey)


def test_two_metrics_of_one_touchpoint_are_two_columns(import_text: Importer) -> None:
    effort = 'column = "Boarding"\ntitle = "Booking"\nmetric = "ces"'
    import_text(GOOD, WIDE.replace('column = "Boarding"', effort))
    assert ("1", "Booking", "ces", 3, "") in said()


def test_a_missing_column_is_named(import_text: Importer, journey: Journey) -> None:
    with pytest.raises(BadFile, match=r'^Row 1, column "Boarding": the column is missing'):
        import_text("ID,Plan,Booking,Why\n1,Pro,5,\n")
    assert_untouched(journey)


def test_touchpoints_of_another_journey_are_out_of_reach(
    import_text: Importer, journey: Journey
) -> None:
    make_touchpoint(title="Parking")
    with pytest.raises(BadMapping, match="is not a touchpoint of the journey"):
        import_text(
            GOOD, WIDE.replace('column = "Boarding"', 'column = "Boarding"\ntitle="Parking"')
        )


def test_an_answer_that_arrives_between_check_and_writing_counts_once(
    import_text: Importer, journey: Journey
) -> None:
    import_text(HEADER + "9,Pro,5,,\n")

    def arrive(report: Report) -> None:
        touchpoint = Touchpoint.objects.get(title="Booking")
        answer = NewAnswer(touchpoint.pk, "csat", 1, "First", datetime.now(UTC), external_id="1")
        if report.phase == "check":
            record_answers(Source.objects.get(), [answer])

    report = import_text(GOOD, on_progress=arrive)
    assert (report.created, report.updated) == (4, 1)
    assert ("1", "Booking", "csat", 5, "Easy") in said()
    assert counted("Booking") == [0, 1, 0, 0, 2]


def test_a_touchpoint_that_goes_between_check_and_writing_ends_the_import(
    import_text: Importer, journey: Journey
) -> None:
    def go(report: Report) -> None:
        if report.phase == "check":
            Touchpoint.objects.filter(title="Booking").delete()

    with pytest.raises(CannotImport):
        import_text(GOOD, on_progress=go)
    assert not FeedbackRecord.objects.exists()


def test_progress_is_told_in_rows(import_text: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BLOCK", 20)
    seen: list[tuple[str, int, float]] = []
    rows = "".join(f"{n},Pro,5,,\n" for n in range(4))
    import_text(
        HEADER + rows,
        on_progress=lambda report: seen.append((report.phase, report.rows, report.progress)),
    )
    checked, written = (
        [entry for entry in seen if entry[0] == phase] for phase in ("check", "write")
    )
    assert [rows for _, rows, _ in checked] == [2, 4]
    assert [rows for _, rows, _ in written] == [4, 4]
    assert sorted(progress for *_, progress in seen) == [progress for *_, progress in seen]
    assert seen[-1][2] == 1

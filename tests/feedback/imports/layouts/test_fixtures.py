"""Real files of real tools, imported as they are; what stands in them is read here by hand."""

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feedback.imports import Report, RowsRefused, import_file, mapping_from
from feedback.imports.proposals.proposal import ColumnProposal, Proposal, Role, WordScore
from feedback.imports.proposals.proposing import propose
from feedback.imports.proposals.to_mapping import mapping_content
from feedback.models import FeedbackRecord, ScoreCount
from journeys.models import Journey
from tests.factories import make_channel, make_journey, make_stage, make_step, make_touchpoint


@pytest.fixture
def journey(db: None) -> Journey:
    journey = make_journey(slug="flight")
    channel = make_channel(journey.workspace)
    make_touchpoint(make_step(make_stage(journey), title="Fly"), title="Reclining", channel=channel)
    return journey


def raw_rows(path: Path) -> list[list[str]]:
    """Read a file without anything of ours."""
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def proposed(path: Path, journey: Journey) -> Proposal:
    with path.open("rb") as file:
        return propose(file, journey=journey, filename=path.name)


def corrected(proposal: Proposal, columns: dict[str, dict[str, Any]], **values: Any) -> Proposal:
    """Return the proposal as somebody corrects it on the page."""

    def correct(column: ColumnProposal) -> ColumnProposal:
        return replace(column, **columns.get(column.name, {}))

    return replace(proposal, columns=tuple(map(correct, proposal.columns)), **values)


def imported(content: bytes, proposal: Proposal, journey: Journey) -> Report:
    mapping = mapping_from(mapping_content(proposal))
    return import_file(
        io.BytesIO(content), mapping=mapping, workspace=journey.workspace, slug=journey.slug
    )


def scored(proposal: Proposal, metric: str = "csat") -> dict[str, Any]:
    place = proposal.places[0].touchpoint_id
    return {"role": Role.SCORE, "touchpoint_id": place, "metric": metric}


QUALTRICS = [
    ("qualtrics_sample.csv", 3, "Q1", "Q2"),
    (
        "qualtrics_sample_legacy.csv",
        2,
        "This is a multiple choice question.",
        "This is a free text question.",
    ),
]


@pytest.mark.parametrize(("name", "header_rows", "score", "comment"), QUALTRICS)
def test_qualtrics(
    shared: Path, journey: Journey, name: str, header_rows: int, score: str, comment: str
) -> None:
    path = shared / "data/layouts" / name
    proposal = proposed(path, journey)
    assert (proposal.layout_name, proposal.file.header_rows) == ("Qualtrics", header_rows)
    wanted = corrected(
        proposal,
        {score: scored(proposal), comment: {"role": Role.COMMENT, "comment_to": score}},
    )
    report = imported(path.read_bytes(), wanted, journey)
    rows = raw_rows(path)[header_rows:]
    assert report.rows == len(rows) == 1
    (cells,) = rows
    record = FeedbackRecord.objects.get()
    assert record.external_id in cells
    assert str(record.score) in cells
    assert record.comment in cells
    assert record.comment == "Hello World!"
    assert record.occurred_at == datetime(2017, 7, 18, 8, 28, 48, tzinfo=UTC)
    assert (record.partial, record.respondent) == (False, None)
    assert record.language == ("DE" if header_rows == 3 else "")
    assert ScoreCount.objects.get().c2 == 1


def test_the_tsv_of_qualtrics_is_utf_16(shared: Path, journey: Journey, tmp_path: Path) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter="\t").writerows(raw_rows(shared / "data/layouts" / QUALTRICS[0][0]))
    path = tmp_path / "answers.tsv"
    path.write_bytes(text.getvalue().encode("utf-16"))
    proposal = proposed(path, journey)
    assert (proposal.layout_name, proposal.file.header_rows) == ("Qualtrics", 3)
    imported(path.read_bytes(), corrected(proposal, {"Q1": scored(proposal)}), journey)
    assert FeedbackRecord.objects.get().external_id == "R_2YPOQ602ER1jkf1"


@pytest.mark.parametrize(("name", "header_rows", "score", "comment"), QUALTRICS)
def test_qualtrics_previews_and_partials(
    shared: Path, journey: Journey, name: str, header_rows: int, score: str, comment: str
) -> None:
    path = shared / "data/layouts" / name
    rows = raw_rows(path)
    (good,) = rows[header_rows:]
    header = rows[0] if header_rows == 3 else rows[1]
    for number, changes in enumerate(
        ({"Status": "Survey Preview"}, {"Status": "1"}, {"Finished": "0"}, {"Finished": "FALSE"})
    ):
        other = list(good)
        id_column = next(n for n, cell in enumerate(header) if cell.casefold() == "responseid")
        other[id_column] = f"R_{number}"
        for column, value in changes.items():
            other[header.index(column)] = value
        rows.append(other)
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    proposal = proposed(path, journey)
    wanted = corrected(proposal, {score: scored(proposal)})
    imported(text.getvalue().encode(), wanted, journey)
    partial = dict(FeedbackRecord.objects.values_list("external_id", "partial"))
    assert partial == {"R_2YPOQ602ER1jkf1": False, "R_2": True, "R_3": True}
    assert ScoreCount.objects.get().c2 == 1


@pytest.mark.parametrize(("name", "header_rows", "score", "comment"), QUALTRICS)
@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        (b"DE,2,", b"DE,nine,", '"nine" is not a whole number'),
        (b"DE,2,", b"DE,9,", '"9" is not a score of CSAT'),
        (b"2017-07-18 08:28:48", b"2017-13-18 08:28:48", "is not a time"),
        (b"R_2YPOQ602ER1jkf1", b"", "is empty; every row needs its id"),
    ],
)
def test_a_broken_qualtrics_file_is_refused_by_row_and_column(
    shared: Path,
    journey: Journey,
    name: str,
    header_rows: int,
    score: str,
    comment: str,
    good: bytes,
    bad: bytes,
    said: str,
) -> None:
    path = shared / "data/layouts" / name
    content = path.read_bytes()
    if good not in content:
        good, bad = (text.replace(b"DE,", b"1,") for text in (good, bad))
    assert good in content
    proposal = proposed(path, journey)
    wanted = corrected(proposal, {score: scored(proposal)})
    with pytest.raises(RowsRefused, match=said) as refused:
        imported(content.replace(good, bad), wanted, journey)
    problem = refused.value.report.problems[0]
    assert problem.row == header_rows + 1
    assert problem.column in {column.name for column in proposal.columns}
    assert not FeedbackRecord.objects.exists()


def test_gsa_thumbs(shared: Path, journey: Journey) -> None:
    path = shared / "data/layouts/gsa_a11_bom.csv"
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    proposal = proposed(path, journey)
    assert proposal.layout == "gsa"
    assert proposal.questions == ("When were these answers given? No column says it.",)
    wanted = replace(proposal, fixed_day="2026-03-10")
    header, *rows = raw_rows(path)
    imported(content, wanted, journey)
    found = FeedbackRecord.objects.order_by("external_id")
    # Thumbs up is 1 in the file and "good", 2, on the scale of bad or good.
    assert list(found.values_list("external_id", "metric", "score", "comment")) == [
        (row[0], "csat2", {"1": 2, "0": 1}[row[1]], row[header.index("question_4")]) for row in rows
    ]
    assert {record.occurred_at for record in found} == {datetime(2026, 3, 10, 12, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("good", "bad", "row", "column"),
    [
        (b"100002,1,", b"100002,2,", 3, "question_1"),
        (b"100003,", b",", 4, "external_id"),
        (b'0,"alright"', b'0,0,"alright"', 2, "no. 18"),
    ],
)
def test_a_broken_gsa_file_is_refused_by_row_and_column(
    shared: Path, journey: Journey, good: bytes, bad: bytes, row: int, column: str
) -> None:
    path = shared / "data/layouts/gsa_a11_bom.csv"
    content = path.read_bytes()
    assert content.count(good) == 1
    wanted = replace(proposed(path, journey), fixed_day="2026-03-10")
    with pytest.raises(RowsRefused) as refused:
        imported(content.replace(good, bad), wanted, journey)
    (problem,) = refused.value.report.problems
    assert (problem.row, problem.column) == (row, column)
    assert not FeedbackRecord.objects.exists()


RUDE = "Is itrude to recline your seat on a plane?"
RUDE_SCORES = {"Yes, very rude": 1, "Yes, somewhat rude": 2, "No, not rude at all": 3}


def with_words(proposal: Proposal) -> Proposal:
    words = tuple(WordScore(text=text, score=score) for text, score in RUDE_SCORES.items())
    columns = {
        RUDE: scored(proposal, "csat3") | {"words": words},
        "Gender": {"role": Role.SEGMENT},
    }
    return corrected(proposal, columns, fixed_day="2014-08-29")


def test_surveymonkey_in_words(shared: Path, journey: Journey) -> None:
    path = shared / "data/layouts/surveymonkey_flying_etiquette.csv"
    proposal = proposed(path, journey)
    assert proposal.layout_name == "SurveyMonkey"
    column = next(found for found in proposal.columns if found.name == RUDE)
    assert {word.text for word in column.words} == set(RUDE_SCORES)
    header, *rows = raw_rows(path)
    answers = Counter(row[header.index(RUDE)] for row in rows)
    report = imported(path.read_bytes(), with_words(proposal), journey)
    assert report.rows == len(rows) == 1040
    assert report.blank == answers[""]
    scores = Counter(FeedbackRecord.objects.values_list("score", flat=True))
    assert scores == {score: answers[text] for text, score in RUDE_SCORES.items()}
    genders = Counter(row[header.index("Gender")] for row in rows if row[header.index(RUDE)])
    found = Counter(FeedbackRecord.objects.values_list("segment__name", flat=True))
    assert found == {gender or None: count for gender, count in genders.items()}


def test_a_broken_surveymonkey_file_is_refused_by_row_and_column(
    shared: Path, journey: Journey
) -> None:
    path = shared / "data/layouts/surveymonkey_flying_etiquette.csv"
    proposal = with_words(proposed(path, journey))
    header, *rows = raw_rows(path)
    rows[5][header.index(RUDE)] = "Perhaps"
    rows[9][0] = ""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    with pytest.raises(RowsRefused) as refused:
        imported(text.getvalue().encode(), proposal, journey)
    problems = refused.value.report.problems
    assert [(p.row, p.column) for p in problems] == [(7, RUDE), (11, "RespondentID")]
    assert not FeedbackRecord.objects.exists()

"""A proposal says what it found; corrected, it is a mapping that any format of the file fits."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from feedback.imports import BadFile, BadMapping, Report, import_file, mapping_from, read_mapping
from feedback.imports.mappings.toml_text import toml_text
from feedback.imports.proposals.open_questions import unquestioned
from feedback.imports.proposals.proposal import Proposal, Role
from feedback.imports.proposals.proposing import propose
from feedback.imports.proposals.to_mapping import mapping_content, proposal_toml
from feedback.models import FeedbackRecord, SourceKind
from journeys.models import Journey
from tests.factories import make_source
from tests.feedback.imports.workbooks import workbook

HEADER = ["Response ID", "Date", "Customer type", "E-mail", "How was Booking?", "Why?", "Boarding"]
ROWS = [
    ["1", "24.03.2026", "Business", "ann@example.com", "5", "Two clicks, and done", "3"],
    ["2", "25.03.2026", "Leisure", "bea@example.com", "2", "I got lost on the way", ""],
    ["3", "26.03.2026", "Business", "ann@example.com", "4", "", "1"],
]
CSV = "".join(";".join(row) + "\r\n" for row in [HEADER, *ROWS]).encode()
JSON = json.dumps([dict(zip(HEADER, row, strict=True)) for row in ROWS]).encode()
LINES = b"\n".join(json.dumps(dict(zip(HEADER, row, strict=True))).encode() for row in ROWS)
FORMATS = {
    "csv": CSV,
    "tsv": CSV.replace(b";", b"\t"),
    "xlsx": workbook([HEADER, *ROWS]),
    "json": JSON,
    "json within": b'{"responses": ' + JSON + b"}",
    "lines": LINES,
}


def proposed(content: bytes, journey: Journey, filename: str = "survey.csv") -> Proposal:
    return propose(io.BytesIO(content), journey=journey, filename=filename)


def imported(content: bytes, proposal: Proposal, journey: Journey) -> Report:
    mapping = mapping_from(json.loads(json.dumps(mapping_content(proposal))))
    return import_file(
        io.BytesIO(content), mapping=mapping, workspace=journey.workspace, slug=journey.slug
    )


def records() -> list[tuple[Any, ...]]:
    fields = ("external_id", "touchpoint__title", "metric", "score", "comment")
    more = ("occurred_at", "segment__name", "respondent__key")
    return sorted(FeedbackRecord.objects.values_list(*fields, *more), key=repr)


def test_a_file_of_no_known_tool(journey: Journey) -> None:
    proposal = proposed(CSV, journey)
    assert (proposal.layout, proposal.source, proposal.questions) == ("", "survey", ())
    roles = {column.name: column.role for column in proposal.columns}
    assert list(roles.values()) == [
        Role.ID,
        Role.TIME,
        Role.SEGMENT,
        Role.RESPONDENT,
        Role.SCORE,
        Role.COMMENT,
        Role.SCORE,
    ]
    assert proposal.time_format == "%d.%m.%Y"
    assert proposal.columns[5].comment_to == "How was Booking?"
    assert proposal.columns[4].reason == "whole numbers, 2 to 5: CSAT (1–5)."


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_rows_are_the_same_records_in_every_format(journey: Journey, form: str) -> None:
    # What the CSV file says, by hand.
    proposal = proposed(CSV, journey)
    imported(CSV, proposal, journey)
    expected = records()
    assert [record[:5] for record in expected] == [
        ("1", "Boarding", "csat", 3, ""),
        ("1", "Booking", "csat", 5, "Two clicks, and done"),
        ("2", "Booking", "csat", 2, "I got lost on the way"),
        ("3", "Boarding", "csat", 1, ""),
        ("3", "Booking", "csat", 4, ""),
    ]
    FeedbackRecord.objects.all().delete()
    again = proposed(FORMATS[form], journey, f"survey.{form.split()[0]}")
    assert again.signature == proposal.signature or "json" in form or form == "lines"
    imported(FORMATS[form], again, journey)
    assert records() == expected


def test_typed_dates_of_a_workbook_are_read(journey: Journey) -> None:
    moment = datetime(2026, 3, 24, 10, 30)  # noqa: DTZ001
    rows = [[int(row[0]), moment, *row[2:]] for row in ROWS]
    content = workbook([HEADER, *rows])
    proposal = proposed(content, journey, "survey.xlsx")
    assert (proposal.time_format, proposal.sheets) == ("iso", ("Answers", "Notes"))
    imported(content, proposal, journey)
    assert {record[5] for record in records()} == {datetime(2026, 3, 24, 10, 30, tzinfo=UTC)}


@pytest.mark.parametrize("cover", [[], [[], ["Title"]], [["Export of 1 April 2026"]]])
def test_the_cover_of_a_workbook_is_passed_over(journey: Journey, cover: list[list[str]]) -> None:
    content = _with_cover(cover)
    proposal = proposed(content, journey, "survey.xlsx")
    assert (proposal.sheets, proposal.file.sheet) == (("Cover", "Data", "Notes"), "Data")
    assert imported(content, proposal, journey).created == 5


def test_a_workbook_of_covers_says_what_is_wrong_with_the_first(journey: Journey) -> None:
    with pytest.raises(BadFile, match="Row 1: the row is blank"):
        proposed(workbook([[], ["Title"]]), journey, "survey.xlsx")
    # A sheet that somebody names is not exchanged for another.
    with pytest.raises(BadFile, match="no rows below it"):
        propose(io.BytesIO(FORMATS["xlsx"]), journey=journey, sheet="Notes")


def _with_cover(cover: list[list[str]]) -> bytes:
    book = load_workbook(io.BytesIO(FORMATS["xlsx"]))
    book["Answers"].title = "Data"
    first = book.create_sheet("Cover", 0)
    for row in cover:
        first.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_day_or_month_first_is_asked_once(journey: Journey) -> None:
    content = CSV.replace(b"24.03", b"03.04").replace(b"25.03", b"04.05").replace(b"26.03", b"1.02")
    proposal = proposed(content, journey)
    assert proposal.time_format == ""
    assert [form.format for form in proposal.time_formats] == ["%d.%m.%Y", "%m.%d.%Y"]
    (question,) = proposal.questions
    assert "day first (03.04.2026 is 3 April 2026) or month first" in question
    with pytest.raises(BadMapping, match="How are the times to be read"):
        mapping_content(proposal)
    imported(content, replace(proposal, time_format="%m.%d.%Y"), journey)
    assert {f"{record[5]:%m-%d}" for record in records()} == {"03-04", "04-05", "01-02"}


def test_a_time_that_cannot_be_read_is_asked_for(journey: Journey) -> None:
    proposal = proposed(CSV.replace(b"25.03.2026", b"last week"), journey)
    assert proposal.questions == ("In which format are the times of “Date”, such as “24.03.2026”?",)


def test_the_form_of_a_proposal_is_that_of_a_mapping_file(journey: Journey) -> None:
    content = mapping_content(proposed(CSV, journey))
    assert read_mapping(toml_text(content)) == mapping_from(content)


def test_strange_names_survive_the_text_of_a_mapping(journey: Journey) -> None:
    name = 'How "was" it,\\ \t really\N{ZERO WIDTH SPACE}?'
    content = mapping_content(proposed(CSV, journey))
    content["touchpoints"][0] |= {"column": name, "values": {name: 1, "é.x": 2}}
    assert read_mapping(toml_text(content)) == mapping_from(content)


def test_a_long_file(journey: Journey) -> None:
    text = (
        "Ticket,Touchpoint,Metric,Score,Comment,Closed\n"
        "77,Booking,csat,5,All went very well for me,2026-03-10\n"
        "78,Boarding,nps,9,,2026-03-11\n"
    )
    proposal = proposed(text.encode(), journey)
    assert proposal.long
    assert proposal.questions == ()
    imported(text.encode(), proposal, journey)
    assert [record[:4] for record in records()] == [
        ("77", "Booking", "csat", 5),
        ("78", "Boarding", "nps", 9),
    ]


def test_titles_that_are_there_twice_are_told_apart(journey: Journey) -> None:
    scanning = journey.stages.get().steps.get(title="Board").touchpoints.get(title="Scanning")
    type(scanning).objects.filter(pk=scanning.pk).update(title="Boarding")
    proposal = proposed(CSV, journey)
    assert proposal.questions == ()
    assert proposal.columns[6].role is Role.IGNORE
    chosen = replace(proposal.columns[6], role=Role.SCORE, touchpoint_id=scanning.pk, metric="csat")
    wanted = replace(proposal, columns=(*proposal.columns[:6], chosen))
    assert mapping_content(wanted)["touchpoints"][1] == {
        "column": "Boarding",
        "title": "Boarding",
        "step": "Board",
        "channel": "App",
        "metric": "csat",
    }


def test_private_columns_are_never_mapped_whatever_is_wished(journey: Journey) -> None:
    content = b"ID,IP,Booking,Date\n1,192.0.2.1,5,2026-03-10\n"
    proposal = proposed(content, journey)
    address = proposal.columns[1]
    assert (address.private, address.samples) == (True, ())
    forced = replace(address, role=Role.SEGMENT)
    columns = (proposal.columns[0], forced, *proposal.columns[2:])
    assert "segment" not in mapping_content(replace(proposal, columns=columns))["columns"]


def test_an_unknown_tool_is_not_imported_without_a_look(journey: Journey) -> None:
    with pytest.raises(BadMapping, match="Which tool wrote the file"):
        unquestioned(proposed(CSV, journey))


def test_what_is_open_and_left_out_is_said_above_a_proposed_mapping(journey: Journey) -> None:
    text = proposal_toml(proposed(b"ID,IP,Mood\n1,192.0.2.1,5\n", journey))
    assert "# OPEN: Which columns hold scores? None was recognised as one." in text
    assert "# OPEN: When were these answers given? No column says it." in text
    assert "# Left out: IP: says who or where somebody is: never read." in text
    with pytest.raises(BadMapping, match=r"time\.column: name the column"):
        read_mapping(text)


@pytest.mark.parametrize(
    ("filename", "source"),
    [
        ("Spring survey.csv", "Spring survey"),
        ("spring_survey_2026-03-10.csv", "spring survey"),
        ("Travel(1-123).xlsx", "Travel"),
        ("Umfrage Q3 2026.csv", "Umfrage"),
        ("survey_2026-KW07.csv", "survey"),
        ("Model T4.csv", "Model T4"),
        ("2026.csv", "Survey"),
        ("", "Survey"),
    ],
)
def test_the_next_file_of_a_survey_has_the_same_source(
    journey: Journey, filename: str, source: str
) -> None:
    assert proposed(CSV, journey, filename).source == source


def test_a_known_source_keeps_its_kind(journey: Journey) -> None:
    make_source(journey.workspace, name="survey", kind=SourceKind.REVIEW)
    assert proposed(CSV, journey).kind == "review"

"""`manage.py import_feedback`: what it says, what it writes, how it ends."""

import csv
import tracemalloc
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from feedback.management.commands.import_feedback import ROWS_REFUSED
from feedback.models import FeedbackRecord, Source
from journeys.models import Journey, Segment
from tests.factories import make_journey, make_workspace
from tests.feedback.imports.conftest import WIDE

GOOD = b"ID,Plan,Booking,Why,Boarding\n1,Pro,5,Easy,3\n2,Free,2,,0\n"

Command = Callable[..., str]


@pytest.fixture
def run(journey: Journey, tmp_path: Path) -> Command:
    """Write the bytes into a file, import it, and return what the command said."""

    def run(content: bytes, *arguments: str, mapping: str = WIDE, slug: str = "flight") -> str:
        (tmp_path / "answers.csv").write_bytes(content)
        (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
        said = StringIO()
        files = (str(tmp_path / "answers.csv"), f"--mapping={tmp_path / 'mapping.toml'}")
        call_command("import_feedback", *files, f"--journey={slug}", *arguments, stdout=said)
        return said.getvalue()

    return run


def refusal(run: Command, content: bytes, *arguments: str, **options: str) -> CommandError:
    """Return the error with which the command ends, having written nothing."""
    with pytest.raises(CommandError) as refused:
        run(content, *arguments, **options)
    assert refused.value.returncode != 0
    for model in (FeedbackRecord, Segment, Source):
        assert not model.objects.exists()
    assert Journey.objects.filter(revision__gt=0).count() == 0
    return refused.value


def test_it_says_what_became_of_the_answers(run: Command) -> None:
    said = run(GOOD)
    assert "Read 2 rows: 3 answers created, 0 updated, 0 unchanged." in said
    assert "No answers: 1 not applicable, 0 blank." in said
    assert "Read 2 rows: 0 answers created, 0 updated, 3 unchanged." in run(GOOD)


def test_a_dry_run_says_so(run: Command) -> None:
    said = run(GOOD, "--dry-run")
    assert said.startswith("Dry run: nothing was changed.")
    assert "3 answers created" in said
    assert not FeedbackRecord.objects.exists()


BAD_FILES = {
    "damaged UTF-8": (
        GOOD + "3,Pro,5,schön,3\n".encode() + "4,Pro,5,schön,3\n".encode("cp1252"),
        'Row 5, column "Why": byte 0xf6',
    ),
    "missing column": (GOOD.replace(b"Boarding", b"x"), 'Row 1, column "Boarding": the column'),
    "6 of 5": (GOOD + b"3,Pro,6,,3\n", 'Row 4, column "Booking": "6" is not a score of CSAT (1–5)'),
    "no integer": (GOOD + b"3,Pro,4,,2.5\n", 'Row 4, column "Boarding": "2.5" is not a whole'),
    "empty": (b"", "The file is empty."),
    "header only": (GOOD.splitlines()[0], "The file has a header and no rows below it."),
    "two answers under one id": (GOOD + b"1,Pro,4,,3\n", 'Row 4, column "ID": "1" stands in row 2'),
    "cells missing": (GOOD + b"3,Pro\n", 'Row 4, column "Booking": the row has 2 cells'),
    "NUL": (GOOD + b"3,Pro,5,\0,3\n", 'Row 4, column "Why": holds a NUL byte'),
    "open quotation": (GOOD + b'3,Pro,5,"Why,3\n', 'Row 4, column "Why": the file ends inside'),
    "too many columns": (b"c," * 3_000 + b"c\n", 'Row 1, column "c": the file has 3,001 columns'),
}


@pytest.mark.parametrize(("content", "said"), BAD_FILES.values(), ids=BAD_FILES)
@pytest.mark.parametrize("mode", [(), ("--dry-run",)], ids=["", "dry run"])
def test_a_bad_file_is_refused_by_row_and_column(
    run: Command, content: bytes, said: str, mode: tuple[str, ...]
) -> None:
    message = str(refusal(run, content, *mode))
    assert message.startswith(said)
    assert message.rstrip().endswith("Nothing was imported.")


def test_a_line_of_200_mb_is_refused_in_little_memory(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.write(GOOD + b"3,Pro,5,")
        file.truncate(200 * 2**20)
    monkeypatch.setattr(Path, "write_bytes", lambda *_: 0)
    large.rename(tmp_path / "answers.csv")
    tracemalloc.start()
    try:
        error = refusal(run, b"")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert str(error).startswith('Row 4, column "Why": the row is longer than 1 MB')
    assert peak < 20 * 2**20


def test_a_bad_time_names_its_format(run: Command) -> None:
    mapping = WIDE.replace("fixed = 2026-03-10", 'column = "Why"\nformat = "%d/%m/%Y"')
    mapping = mapping.replace('comment = "Why"', "")
    error = refusal(run, b"ID,Plan,Booking,Why,Boarding\n1,Pro,5,03/13/2026,3\n", mapping=mapping)
    said = 'Row 2, column "Why": "03/13/2026" is not a time in the format "%d/%m/%Y".'
    assert str(error).startswith(said)


def test_row_by_row_lists_what_it_left_out(run: Command, tmp_path: Path) -> None:
    errors = tmp_path / "errors.csv"
    content = GOOD + b"3,Pro,=6,,9\n4,Pro,4,,4\n@5,Pro,4,,x\n"
    with pytest.raises(CommandError, match=r"^2 rows had problems and were left out") as refused:
        run(content, "--row-by-row", f"--errors={errors}")
    assert refused.value.returncode == ROWS_REFUSED
    assert set(FeedbackRecord.objects.values_list("external_id", flat=True)) == {"1", "2", "4"}
    with errors.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["row", "column", "value", "reason"],
            ["4", "Booking", "'=6", "is not a whole number."],
            ["4", "Boarding", "9", "is not a score of CSAT (1–5)."],
            ["6", "Boarding", "x", "is not a whole number."],
        ]


def test_row_by_row_needs_a_file_for_the_others(run: Command) -> None:
    assert "--errors" in str(refusal(run, GOOD, "--row-by-row"))


def test_all_or_nothing_can_list_its_problems_too(run: Command, tmp_path: Path) -> None:
    errors = tmp_path / "errors.csv"
    message = str(refusal(run, GOOD + b",Pro,6,,9\n" * 10, f"--errors={errors}"))
    assert "… and 10 more." in message
    assert "10 rows of 12 have problems. Nothing was imported." in message
    assert len(errors.read_text(encoding="utf-8-sig").splitlines()) == 31


@pytest.mark.parametrize("name", ["answers.csv", "mapping.toml"])
def test_the_list_of_problems_replaces_no_input(run: Command, tmp_path: Path, name: str) -> None:
    assert "--errors would replace" in str(refusal(run, GOOD, f"--errors={tmp_path / name}"))
    assert (tmp_path / "answers.csv").read_bytes() == GOOD
    assert (tmp_path / "mapping.toml").read_text(encoding="utf-8") == WIDE


def test_files_that_cannot_be_opened_are_named(run: Command, tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere.csv")
    for arguments in (
        [missing, "--journey=flight", f"--mapping={tmp_path}"],
        [missing, "--journey=flight", f"--mapping={tmp_path / 'nowhere.toml'}"],
        [str(tmp_path), "--journey=flight", f"--mapping={tmp_path / 'mapping.toml'}"],
    ):
        (tmp_path / "mapping.toml").write_text(WIDE, encoding="utf-8")
        with pytest.raises(CommandError, match=str(tmp_path)):
            call_command("import_feedback", *arguments)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (b'layout = "wide"\nlayuot = 1', "mapping.toml: "),
        (b"\xff", "mapping.toml is not UTF-8."),
        (b"#" * (2**20 + 1), "mapping.toml is too large for a mapping"),
    ],
)
def test_a_bad_mapping_is_named(
    journey: Journey, tmp_path: Path, mapping: bytes, said: str
) -> None:
    (tmp_path / "mapping.toml").write_bytes(mapping)
    with pytest.raises(CommandError, match=said):
        call_command(
            "import_feedback",
            str(tmp_path / "answers.csv"),
            "--journey=flight",
            f"--mapping={tmp_path / 'mapping.toml'}",
        )


def test_the_workspace_is_named_unless_only_one_has_the_journey(
    run: Command, journey: Journey
) -> None:
    other = make_journey(make_workspace(slug="other"), slug="flight")
    message = str(refusal(run, GOOD))
    assert journey.workspace.slug in message
    assert other.workspace.slug in message
    run(GOOD, f"--workspace={journey.workspace.slug}")
    assert FeedbackRecord.objects.on_journey(journey).count() == 3


def test_an_unknown_workspace_or_journey_says_what_to_do(run: Command, journey: Journey) -> None:
    message = str(refusal(run, GOOD, "--workspace=nowhere"))
    assert 'There is no workspace "nowhere"' in message
    assert journey.workspace.slug in message
    assert "--workspace" in str(refusal(run, GOOD, slug="trip"))
    error = refusal(run, GOOD, f"--workspace={journey.workspace.slug}", slug="trip")
    assert "[journey]" in str(error)


TYPEFORM = (
    "#,How was Booking?,Why?,Response Type,Start Date (UTC),Submit Date (UTC),Network ID\n"
    "f9k3,5,It was quick and clear,completed,2026-03-01 10:00:00,2026-03-01 10:02:00,9af1\n"
    "g9k3,2,I could not find a seat,completed,2026-03-01 11:00:00,2026-03-01 11:02:00,9af2\n"
)


@pytest.fixture
def run_without(journey: Journey, tmp_path: Path) -> Command:
    """Import a text without a mapping, and return what the command said."""

    def run(text: str, *arguments: str, name: str = "answers.csv") -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        said = StringIO()
        files = (str(tmp_path / name), "--journey=flight")
        call_command("import_feedback", *files, *arguments, stdout=said)
        return said.getvalue()

    return run


def test_a_known_tools_file_needs_no_mapping(run_without: Command) -> None:
    assert "Read 2 rows: 2 answers created" in run_without(TYPEFORM)
    assert Source.objects.get().name == "Typeform"
    assert list(FeedbackRecord.objects.order_by("external_id").values_list("score", "comment")) == [
        (5, "It was quick and clear"),
        (2, "I could not find a seat"),
    ]


def test_without_a_mapping_every_question_needs_a_touchpoint(run_without: Command) -> None:
    with pytest.raises(CommandError, match=r"“How was Check-in\?” about") as refused:
        run_without(TYPEFORM.replace("Booking", "Check-in"))
    assert "--propose prints a mapping to start from." in str(refused.value)
    assert not FeedbackRecord.objects.exists()


def test_a_proposed_mapping_can_be_used_as_it_is(
    run_without: Command, run: Command, tmp_path: Path
) -> None:
    text = run_without(TYPEFORM, "--propose")
    assert text.startswith("# Columns of Typeform, from the first 2 rows.")
    assert not FeedbackRecord.objects.exists()
    assert "Read 2 rows: 2 answers created" in run(TYPEFORM.encode(), mapping=text)


def test_a_proposal_needs_a_journey(run_without: Command, journey: Journey) -> None:
    journey.delete()
    with pytest.raises(CommandError, match='no journey "flight"'):
        run_without(TYPEFORM, "--propose")
    with pytest.raises(CommandError, match="has to be written by hand"):
        run_without(TYPEFORM, "--propose", f"--workspace={journey.workspace.slug}")

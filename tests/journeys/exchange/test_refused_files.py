"""A file that is not right says where and why, and writes nothing."""

import json
import re
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from jsonschema import Draft202012Validator

from journeys.exchange.content import content_of
from journeys.exchange.problems import FileRefused
from journeys.exchange.reading import read
from journeys.exchange.schema import as_text, schema
from journeys.models import Journey, Persona, Role
from tests.factories import (
    NOON,
    make_emotion_assessment,
    make_journey,
    make_member,
    make_stage,
    make_step,
    make_user,
    make_workspace,
)
from tests.journeys.exchange.random_maps import RandomMap
from tests.journeys.exchange.test_round_trip import taken_away

pytestmark = pytest.mark.django_db

GOOD: dict[str, Any] = {
    "schema": "cxjourney/journey/1",
    "journey": {"title": "Trip"},
    "stages": [{"id": 1, "title": "Airport"}],
    "steps": [{"id": 1, "stage": 1, "title": "Check in"}, {"id": 2, "stage": 1, "title": "Wait"}],
    "lanes": [{"id": 1, "kind": "doing"}, {"id": 2, "kind": "touchpoints"}],
    "cards": [{"id": 1, "lane": 1, "step": 1, "text": "Queues"}],
    "touchpoints": [
        {"id": 1, "step": 1, "channel": "Desk", "title": "Desk"},
        {"id": 2, "step": 2, "channel": "Desk", "title": "Gate"},
    ],
    "libraries": {
        "channels": [{"name": "Desk"}],
        "teams": [{"slug": "a", "name": "A"}, {"slug": "b", "name": "B"}],
    },
}


def changed(*path: Any, to: Any) -> bytes:
    """Return the good file as JSON, one line for each value, with one value changed."""
    content = json.loads(json.dumps(GOOD))
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return json.dumps(content, indent=1).encode()


def refusal(content: bytes, name: str = "map.json") -> str:
    with pytest.raises(FileRefused) as refused:
        read(name, BytesIO(content))
    return str(refused.value)


def line(content: bytes, text: str) -> int:
    """Return the line on which something stands first."""
    return content.decode().partition(text)[0].count("\n") + 1


def handoff(**values: Any) -> list[dict[str, Any]]:
    ends = {"from_touchpoint": 1, "to_touchpoint": 2, "from_team": "a", "to_team": "b"}
    return [ends | values]


def test_the_good_file_is_good() -> None:
    assert read("map.json", BytesIO(json.dumps(GOOD).encode())).content == GOOD


@pytest.mark.parametrize(
    ("path", "value", "marks", "reason"),
    [
        (("lanes", 0, "kind"), "anger", "anger", "“anger” is none of goals, doing"),
        (("cards", 0, "severity"), 9, ": 9", "9 is too much: 4 is the most"),
        (("cards", 0, "text"), 5, ": 5", "5 is not what is expected here: a text"),
        (("cards", 0, "text"), "x" * 501, "xxx", "this has 501 characters; 500 are the most"),
        (("cards", 0, "step"), 77, ": 77", "there is no step 77 in this file"),
        (("cards", 0, "lane"), True, "true", "True is not what is expected here"),
        (("steps", 1, "id"), 1, '"Wait"', "there are two steps with the id 1"),
        (("cards", 0, "persona"), "nobody", "nobody", "there is no persona “nobody”"),
        (("journey", "review_by"), "soon", "soon", "“soon” is not a date"),
        (("stages", 0, "titel"), "x", '"Airport"', "“titel” is not known here; did you mean"),
        (("touchpoints", 1, "step"), 1, '"Gate"', "another one has the same step and channel"),
        (("lanes", 0, "kind"), "touchpoints", "", "another one has the same kind"),
        (("handoffs",), handoff(to_touchpoint=1), "", "handoff between two touchpoints"),
        (("handoffs",), handoff(to_team="a"), "", "handoff between two teams"),
        (("images",), {"a.png": "AAAA"}, "AAAA", "not a JPEG, PNG"),
        (("images",), {"a.png": "%"}, "%", "this is not base64"),
        (("images",), {"../a.png": "AAAA"}, "", "is not written as it must be"),
        (("cards", 0, "text"), "a\0b", "u0000", "a character that is none"),
        (("schema",), "cxjourney/journey/2", "schema", "another version of this format"),
    ],
)
def test_names_line_and_reason(path: Any, value: Any, marks: str, reason: str) -> None:
    content = changed(*path, to=value)
    said = refusal(content)
    assert reason in said
    if marks and "titel" not in path and path[0] != "touchpoints" and path[-1] != "id":
        assert said.startswith(f"Line {line(content, marks)}: ")
    assert said.startswith("Line ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"schema": "cxjourney/journey/1",\n "journey": {', "Line 2"),
        (b"[1, 2]", "this is not a journey"),
        (b'{"schema": "cxjourney/map/1"}', "this is a map as the API gives it"),
        (b"\xff\xfe", "Line 1: this is not UTF-8 text"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": 1, "a": 2}', "stands twice in one object"),
        (b'{"a": ' + b"9" * 5000 + b"}", ""),
    ],
)
def test_refuses_what_is_no_journey(content: bytes, reason: str) -> None:
    assert reason in refusal(content)


def test_refuses_files_of_other_kinds() -> None:
    assert "“.pdf” is not known here" in refusal(b"", "map.pdf")
    assert "This is not an XLSX workbook" in refusal(b"PK", "map.xlsx")
    assert "This is not a zip file of CSV tables" in refusal(b"x", "map.zip")


def zipped(files: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def repacked(content: bytes, name: str, edit: Any) -> bytes:
    """Return an archive in which one file is another."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    return zipped(files | {name: edit(files[name])})


def test_refuses_bombs() -> None:
    assert "unpacks to more than" in refusal(zipped({"cards.csv": b"0" * 21 * 2**20}), "map.zip")
    workbook = taken_away(make_journey(), "xlsx").content
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'
    said = refusal(repacked(workbook, "xl/workbook.xml", lambda _: bomb), "map.xlsx")
    assert "document type" in said


def test_refuses_what_names_one_large_file_again_and_again() -> None:
    workbook = taken_away(make_journey(), "xlsx").content
    with zipfile.ZipFile(BytesIO(workbook)) as archive:
        sheets = re.findall(rb"<sheet .*?/>", archive.read("xl/workbook.xml"))
    [cards] = [each for each in sheets if b'"Cards"' in each]
    again = repacked(workbook, "xl/workbook.xml", lambda text: text.replace(cards, 12 * cards))
    large = b"<worksheet>" + b" " * 19 * 2**20 + b"</worksheet>"
    with zipfile.ZipFile(BytesIO(workbook)) as archive:
        number = sheets.index(cards) + 1
        assert f"xl/worksheets/sheet{number}.xml" in archive.namelist()
    said = refusal(repacked(again, f"xl/worksheets/sheet{number}.xml", lambda _: large), "map.xlsx")
    assert "unpacks to more than 200 MB" in said


def test_refuses_tables_that_are_too_long_too_wide_or_there_twice() -> None:
    said = refusal(zipped({"cards.csv": b"Text\n" + b"\n" * 50_001}), "map.zip")
    assert said == "cards.csv: it has more than 50,000 rows."
    said = refusal(zipped({"cards.csv": b"Text\n" + b"," * 100 + b"x"}), "map.zip")
    assert said == "cards.csv, line 2: it has more than 100 columns."
    said = refusal(zipped({"a/cards.csv": b"Text", "b/Cards.csv": b"Text"}), "map.zip")
    assert said == "“a/cards.csv” and “b/Cards.csv” are the same table: leave one out."


@pytest.mark.parametrize(
    ("sheet", "number", "reason"),
    [
        (2, b"2958466", "is not a date"),
        (2, b"9" * 400, "is not a date"),
        (7, b"9" * 400, "is too much: 2 is the most"),
    ],
)
def test_refuses_numbers_that_are_too_large(sheet: int, number: bytes, reason: str) -> None:
    journey = make_journey(review_by=NOON.date())
    make_emotion_assessment(make_step(make_stage(journey)), score=-1.5)
    day = (NOON.date() - date(1899, 12, 30)).days
    edited = repacked(
        taken_away(journey, "xlsx").content,
        f"xl/worksheets/sheet{sheet}.xml",
        lambda text: re.sub(rf"<v>({day}|-1.5)<".encode(), b"<v>" + number + b"<", text),
    )
    assert reason in refusal(edited, "map.xlsx")


def test_refuses_a_file_that_is_wrong_all_over() -> None:
    said = refusal(changed("cards", to=[0] * 2000)).splitlines()
    assert len(said) == 21
    assert said[-1] == "And at least 980 problems more."
    twice = b",".join(b'"%d": 0' % number for number in range(100_000))
    assert "“99999” stands twice" in refusal(b"{" + twice + b', "99999": 0}')


def test_names_sheet_row_and_column() -> None:
    journey = RandomMap(4, ["x"], make_workspace()).journey()
    files = taken_away(journey, "csv").content
    said = refusal(repacked(files, "stages.csv", lambda text: text + b"99,,\r\n"), "map.zip")
    assert "stages.csv, line" in said
    said = refusal(
        repacked(files, "stages.csv", lambda text: text.replace(b"Title", b"Titel")), "map.zip"
    )
    assert "stages.csv: the column “Titel” is not known; did you mean “Title”?" in said


def test_a_word_that_contradicts_its_number_is_told() -> None:
    content = json.dumps(GOOD).encode()
    found = read("map.json", BytesIO(content)).content
    from journeys.exchange.csv_folder import write_folder
    from journeys.exchange.tables import tables_of

    files = repacked(
        write_folder(tables_of(found)), "cards.csv", lambda text: text.replace(b"Check in", b"Wait")
    )
    [note] = read("map.zip", BytesIO(files)).notes
    assert note.startswith("cards.csv, line 2, column “Step”: the words are not those")


def test_the_published_schema_is_the_one_in_use() -> None:
    published = Path(__file__).parents[3] / "static" / "schema" / "journey-1.json"
    assert published.read_text(encoding="utf-8") == as_text()
    Draft202012Validator.check_schema(schema())
    journey = RandomMap(3, ["x"], make_workspace()).journey()
    Draft202012Validator(schema()).validate(content_of(journey))


class TestPage:
    @pytest.fixture
    def home(self):
        return make_workspace(slug="air")

    def post(self, client, content: bytes, **more: Any) -> Any:
        file = SimpleUploadedFile("map.json", content)
        return client.post("/w/air/journeys/new/import/", {"file": file} | more)

    def test_makes_a_journey_and_reports(self, client, home) -> None:
        user = make_member(home)
        client.force_login(user)
        assert client.get("/w/air/journeys/new/import/").status_code == 200
        assert b"journeys/new/import/" in client.get("/w/air/journeys/new/").content
        response = self.post(client, json.dumps(GOOD).encode(), title="Mine")
        [journey] = home.journeys.all()
        assert (journey.title, journey.owner) == ("Mine", user)
        assert response["Location"] == journey.get_absolute_url()
        page = client.get(response["Location"]).content.decode()
        assert "is imported from map.json" in page
        assert "New channels of the workspace: “Desk”." in page

    def test_refuses_and_writes_nothing(self, client, home) -> None:
        client.force_login(make_member(home))
        response = self.post(client, changed("lanes", 0, "kind", to="anger"))
        assert response.status_code == 422
        assert "“anger” is none of" in response.content.decode()
        assert not Journey.objects.exists()
        assert not Persona.objects.exists()
        assert self.post(client, b"").status_code == 422

    def test_is_for_those_who_edit(self, client, home) -> None:
        client.force_login(make_member(home, Role.VIEWER))
        assert self.post(client, json.dumps(GOOD).encode()).status_code == 403
        client.force_login(make_user())
        assert self.post(client, json.dumps(GOOD).encode()).status_code == 404
        assert not Journey.objects.exists()


def test_the_command_imports_or_says_why_not(tmp_path: Path, capsys: Any) -> None:
    home = make_workspace(slug="air")
    file = tmp_path / "map.json"
    file.write_bytes(json.dumps(GOOD).encode())
    call_command("import_map", str(file), workspace="air")
    assert home.journeys.get().slug == "trip"
    assert "Imported “Trip” as trip." in capsys.readouterr().out
    file.write_bytes(b"{}")
    with pytest.raises(CommandError, match=r"(?s)not a journey.*Nothing was imported"):
        call_command("import_map", str(file), workspace="air")
    with pytest.raises(CommandError, match="There is no workspace"):
        call_command("import_map", str(file), workspace="sea")

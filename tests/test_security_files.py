"""Files that are meant to harm: bombs, entities, two kinds in one, names that climb."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import DEFUSEDXML
from PIL import Image

from feedback.imports import BadFile
from feedback.imports.formats import archive as imported_archives
from feedback.imports.formats import open_table
from feedback.imports.mappings.mapping import FileShape
from feedback.privacy import traces
from journeys.admin.formats import FileRefused as TableRefused
from journeys.admin.formats import XlsxFile
from journeys.admin.photos import RULES
from journeys.exchange.problems import FileRefused
from journeys.exchange.workbook import read_workbook
from journeys.pictures import read_picture
from tests.feedback.imports.workbooks import workbook

PAIRS = zip("abcdefgh", "bcdefghi", strict=True)
GROWING = "".join(f"<!ENTITY {b} '{10 * f'&{a};'}'>" for a, b in PAIRS)
LAUGHS = f"<!DOCTYPE x [<!ENTITY a 'ha'>{GROWING}]>"
SHEET = "xl/worksheets/sheet1.xml"
NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_part(name: str, content: bytes, **others: bytes) -> bytes:
    """Return a workbook with one of its parts replaced."""
    packed, parts = BytesIO(), {name: content, **others}
    with zipfile.ZipFile(BytesIO(workbook([["A"], [1]]))) as old:
        kept = {each: old.read(each) for each in old.namelist()}
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for each, text in (kept | parts).items():
            new.writestr(each, text)
    return packed.getvalue()


def imported(content: bytes) -> None:
    list(open_table(BytesIO(content), FileShape()))


def of_admins(content: bytes) -> None:
    XlsxFile().create_dataset(content)


def of_maps(content: bytes) -> None:
    read_workbook(content)


readers = pytest.mark.parametrize("read", [imported, of_admins, of_maps])
REFUSALS = (BadFile, TableRefused, FileRefused)


def laughing(before: str = "", encoding: str = "utf-8") -> bytes:
    return (
        f"<?xml version='1.0' encoding='{encoding}'?>{before}{LAUGHS}"
        f"<worksheet xmlns='{NS}'><sheetData><row><c t='inlineStr'><is><t>&i;</t></is></c></row>"
        "</sheetData></worksheet>"
    ).encode(encoding)


def test_openpyxl_reads_without_entities() -> None:
    assert DEFUSEDXML


@readers
@pytest.mark.parametrize("before", ["", f"<!--{'x' * 10_000}-->"], ids=["at once", "far in"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_of_a_sheet_are_refused(
    read: Callable[[bytes], None], before: str, encoding: str
) -> None:
    with pytest.raises(REFUSALS):
        read(with_part(SHEET, laughing(before, encoding)))


@readers
def test_entities_elsewhere_in_a_workbook_do_not_grow(read: Callable[[bytes], None]) -> None:
    core = f"<?xml version='1.0'?><!--{'x' * 5000}-->{LAUGHS}<coreProperties>&i;</coreProperties>"
    try:
        read(with_part("docProps/core.xml", core.encode()))
    except REFUSALS:
        return  # Refused, or read without: a billion characters would have ended the test.


def test_what_only_pretends_to_be_a_sheet_is_bounded_like_all_that_is_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imported_archives, "MOST_HELD", 100_000)
    with zipfile.ZipFile(BytesIO(workbook([["A"], [1]]))) as old:
        types = old.read("[Content_Types].xml")
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    texts = "xl/worksheets/texts.xml"
    again = types.replace(
        b"</Types>",
        b'<Override PartName="/%s" ContentType="%s"/></Types>' % (texts.encode(), kind),
    )
    content = with_part(texts, b"<sst/>" + b" " * 200_000, **{"[Content_Types].xml": again})
    with pytest.raises(BadFile, match="of different texts"):
        imported(content)


@readers
def test_a_zip_within_a_zip_is_not_opened(read: Callable[[bytes], None]) -> None:
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"0" * 10_000_000)
    with pytest.raises(REFUSALS):
        read(with_part(SHEET, inner.getvalue()))


@readers
def test_a_hundred_thousand_empty_parts_are_refused(read: Callable[[bytes], None]) -> None:
    many = BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        archive.writestr("xl/workbook.xml", "")
        for number in range(10_500):
            archive.writestr(f"{number}", "")
    with pytest.raises(REFUSALS):
        read(many.getvalue())


def test_who_is_erased_does_not_wait_for_a_bomb_to_be_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It goes unopened: it was refused when it was to be imported."""
    monkeypatch.setattr(traces, "MOST_UNPACKED", 10)
    name = default_storage.save("imports/bomb.xlsx", ContentFile(workbook([["A"], [1]])))
    nobody: Any = SimpleNamespace(is_named_in_raw=lambda text: 1 / 0)
    assert traces._named_in_file(nobody, default_storage, name, ["utf-8"])


def test_a_picture_that_is_a_page_as_well_keeps_nothing_of_it() -> None:
    """A GIF or JPEG may end in anything: what is stored was drawn anew."""
    drawn = BytesIO()
    Image.new("RGB", (20, 20), "red").save(drawn, "JPEG", comment=b"<script>alert(1)</script>")
    both = drawn.getvalue() + b"<html><script>alert(1)</script>"
    kept = read_picture(SimpleUploadedFile("../../page.html", both), RULES)
    assert b"script" not in kept.read()
    assert kept.name.endswith(".jpg")
    assert "/" not in kept.name
    assert "page" not in kept.name


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"GIF89a<script>alert(1)</script>",
        b"%PDF-1.7",
    ],
)
def test_what_is_no_picture_is_none_whatever_its_name_says(content: bytes) -> None:
    with pytest.raises(ValidationError):
        read_picture(SimpleUploadedFile("a.png", content, "image/png"), RULES)

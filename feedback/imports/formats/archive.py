"""Whether a workbook can be opened without filling the memory: it is a zip file full of XML."""

import zipfile
from collections import defaultdict
from typing import BinaryIO

from defusedxml import ElementTree

from feedback.imports.problems import BadFile, Problem

MOST_FILES = 2_000
MOST_UNPACKED = 2 * 2**30
# These are held in memory, every text of them once. Sheets are streamed.
MOST_HELD = 64 * 2**20
# A sheet of equal rows shrinks to about a hundredth; a bomb to a thousandth.
MOST_RATIO = 400
SMALL = 2**20
START = 4096


def check_archive(file: BinaryIO) -> None:
    """Raise BadFile unless the file is a workbook of bearable size; go back to its start."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        raise _refused("is a damaged or locked workbook; save it anew as .xlsx.") from None
    file.seek(0)


def _check(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise _refused("is a zip file, but not an Excel workbook (.xlsx).")
    if len(parts) > MOST_FILES:
        raise _refused(f"holds {len(parts):,} parts; a workbook has {MOST_FILES:,} at most.")
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _refused(f"unpacks to more than {MOST_UNPACKED // 2**30} GB; send it as CSV.")
    sheets = _sheets(archive)
    for part in parts:
        if part.file_size > SMALL and part.file_size > MOST_RATIO * part.compress_size:
            raise _refused(f"unpacks {part.filename} to more than {MOST_RATIO} times its size.")
        if part.file_size > MOST_HELD and part.filename not in sheets:
            limit = f"{MOST_HELD // 2**20} MB"
            raise _refused(f"holds more than {limit} of different texts; send it as CSV.")
        with archive.open(part) as opened:
            if b"<!DOCTYPE" in opened.read(START):
                raise _refused("declares entities of its own, as no workbook does.")


def _sheets(archive: zipfile.ZipFile) -> set[str]:
    """Return the parts that are streamed: what the workbook calls a sheet, and nothing beside."""
    if "[Content_Types].xml" not in archive.namelist():
        raise _refused("is a damaged or locked workbook; save it anew as .xlsx.")
    with archive.open("[Content_Types].xml") as opened:
        content = opened.read(SMALL)
    try:
        declared = ElementTree.fromstring(content, forbid_dtd=True)
    except (ElementTree.ParseError, ValueError):
        raise _refused("is a damaged or locked workbook; save it anew as .xlsx.") from None
    kinds: dict[str, set[bool]] = defaultdict(set)
    for part in declared:
        name = part.get("PartName", "").lstrip("/")
        kinds[name].add(part.get("ContentType", "").endswith(".worksheet+xml"))
    return {name for name, of_sheets in kinds.items() if of_sheets == {True}}


def _refused(reason: str) -> BadFile:
    return BadFile(Problem(0, "", "", reason))

"""In which encoding a file was written, decided once for the whole file."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import BinaryIO

from feedback.imports.formats.reading import UTF_8_MARK
from feedback.imports.problems import BadFile, Problem

CHUNK = 2**20
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def sniffed_encoding(file: BinaryIO) -> str:
    """Return "utf-8", or "cp1252" as Excel for Windows writes it. Reads through, and goes back.

    UTF-8 can be told from anything else by its form. A file with its mark, or one in which most
    characters beyond ASCII have that form, is UTF-8 with some damage: its rows will say where.
    """
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    marked = file.read(len(UTF_8_MARK)) == UTF_8_MARK
    file.seek(0)
    good = bad = 0
    chunk = UTF_8_MARK
    while chunk and not marked:
        chunk = file.read(CHUNK)
        # Decoded even where it is all ASCII: the character before may have been cut in two.
        text = decode(chunk, final=not chunk)
        if not text.isascii():
            # The character itself may well stand in the file.
            replaced = text.count(REPLACEMENT) - chunk.count(REPLACEMENT.encode())
            bad += replaced
            good += len(text) - len(text.encode("ascii", "ignore")) - replaced
    file.seek(0)
    return "cp1252" if bad > good else "utf-8"


@contextmanager
def in_utf_8(file: BinaryIO) -> Iterator[BinaryIO]:
    """Give the file from its beginning; of one in UTF-16, a copy in UTF-8, gone afterwards.

    UTF-16 is what Qualtrics and Excel write as TSV and as "Unicode text". Raises BadFile where the
    file breaks its rules.
    """
    file.seek(0)
    marked = file.read(len(UTF_16_MARKS[0])) in UTF_16_MARKS
    file.seek(0)
    if not marked:
        yield file
        return
    with TemporaryFile() as copy:
        _copy_utf_16(file, copy)
        copy.seek(0)
        yield copy


def _copy_utf_16(file: BinaryIO, copy: BinaryIO) -> None:
    decode = codecs.getincrementaldecoder("utf-16")().decode
    chunk = b"more"
    while chunk:
        chunk = file.read(CHUNK)
        try:
            text = decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            reason = f"the file is UTF-16, and damaged ({error.reason}); save it as CSV in UTF-8."
            raise BadFile(Problem(0, "", "", reason)) from None
        copy.write(text.encode())

"""In which encoding a file was written, decided once for the whole file."""

import codecs
from typing import BinaryIO

from feedback.imports.formats.reading import UTF_8_MARK

CHUNK = 2**20
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

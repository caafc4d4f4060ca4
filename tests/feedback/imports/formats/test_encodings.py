"""The encoding is decided once for a file, and the rows below follow it."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.imports import BadFile
from feedback.imports.formats import encodings, open_table
from feedback.imports.formats.encodings import sniffed_encoding
from feedback.imports.mappings.mapping import FileShape


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"", "utf-8"),
        (b"plain", "utf-8"),
        ("schön".encode(), "utf-8"),
        ("schön".encode("cp1252"), "cp1252"),
        ("“quoted” 5 €".encode("cp1252"), "cp1252"),
        (b"\xef\xbb\xbf" + "schön".encode("cp1252"), "utf-8"),
        ("über schön".encode() + b"\xff", "utf-8"),
        ("\N{REPLACEMENT CHARACTER}".encode(), "utf-8"),
        (b"cut off \xc3", "cp1252"),
    ],
)
def test_the_encoding_of(content: bytes, encoding: str) -> None:
    file = io.BytesIO(content)
    assert sniffed_encoding(file) == encoding
    assert file.tell() == 0


@given(text=st.text(st.characters(blacklist_categories=["Cs"])), chunk=st.integers(1, 9))
def test_utf_8_is_known_wherever_it_is_cut(text: str, chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encodings, "CHUNK", chunk)
        assert sniffed_encoding(io.BytesIO(b"\xef\xbb\xbf" + text.encode())) == "utf-8"
        if "\N{REPLACEMENT CHARACTER}" not in text:
            assert sniffed_encoding(io.BytesIO(text.encode())) == "utf-8"


def test_windows_letters_are_read_without_anybody_saying_so() -> None:
    table = open_table(io.BytesIO("Größe;Wert\nschön;5\n".encode("cp1252")), FileShape())
    assert table.header.names == ["Größe", "Wert"]
    assert [row.cells for row in table] == [["schön", "5"]]


def test_utf_16_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadFile, match="the file is UTF-16; save it as CSV in UTF-8"):
        open_table(io.BytesIO("A\tB\n1\t2\n".encode("utf-16")), FileShape())

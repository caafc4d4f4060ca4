"""The encoding is decided once for a file, and the rows below follow it."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.imports import BadFile
from feedback.imports.formats import encodings, open_table
from feedback.imports.formats.encodings import in_utf_8, sniffed_encoding
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


@given(
    text=st.text(st.characters(blacklist_categories=["Cs"]), min_size=1),
    encoding=st.sampled_from(["utf-16-le", "utf-16-be"]),
    chunk=st.integers(1, 9),
)
def test_utf_16_becomes_utf_8_wherever_it_is_cut(text: str, encoding: str, chunk: int) -> None:
    file = io.BytesIO(("\ufeff" + text).encode(encoding))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encodings, "CHUNK", chunk)
        with in_utf_8(file) as plain:
            assert plain.read() == text.encode()


def test_anything_else_is_left_as_it_is() -> None:
    file = io.BytesIO("schön".encode("cp1252"))
    file.read(2)
    with in_utf_8(file) as plain:
        assert plain is file
        assert plain.tell() == 0
    assert not file.closed


def test_damaged_utf_16_is_refused_with_what_to_do() -> None:
    content = "A\tB\n1\t2\n".encode("utf-16")[:-1]
    with (
        pytest.raises(BadFile, match=r"UTF-16, and damaged \(truncated data\); save it as CSV"),
        in_utf_8(io.BytesIO(content)),
    ):
        pass

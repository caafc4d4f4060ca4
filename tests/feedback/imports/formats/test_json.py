"""JSON of every usual form is read object by object, and nothing deep or large gets in."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.imports import BadFile
from feedback.imports.formats import json_objects, open_table
from feedback.imports.formats.json_table import flattened
from feedback.imports.formats.reading import Row
from feedback.imports.mappings.mapping import FileShape

ANSWERS: list[dict[str, Any]] = [
    {"id": 1, "score": 9, "person": {"email": "a@example.com", "tags": ["x", "y"]}},
    {"id": 12345678901234567890123, "score": 4.0, "late": None, "done": True},
]


def read(content: str | bytes, **given: Any) -> tuple[list[str], list[Row]]:
    raw = content.encode() if isinstance(content, str) else content
    table = open_table(io.BytesIO(raw), FileShape(), **given)
    return table.header.names, list(table)


FORMS = {
    "array": json.dumps(ANSWERS),
    "indented": json.dumps(ANSWERS, indent=4),
    "within": json.dumps({"page": 1, "more": {"of": [1, 2]}, "responses": ANSWERS, "next": None}),
    "as Zendesk": json.dumps({"satisfaction_ratings": ANSWERS, "next_page": None, "count": 2}),
    "as Intercom": json.dumps({"type": "conversation.list", "conversations": ANSWERS}),
    "within, indented": json.dumps({"count": 12, "data": ANSWERS}, indent=1),
    "lines": "".join(json.dumps(answer) + "\n" for answer in ANSWERS),
    "lines with blank ones": "\n\n".join(json.dumps(answer) for answer in ANSWERS),
    "with a mark": "\ufeff" + json.dumps(ANSWERS),
}


@pytest.mark.parametrize("form", FORMS)
def test_all_forms_are_one_table(form: str) -> None:
    names, rows = read(FORMS[form])
    assert names == ["id", "score", "person.email", "person.tags", "late", "done"]
    assert [row.cells for row in rows] == [
        ["1", "9", "a@example.com", "x; y", "", ""],
        ["12345678901234567890123", "4.0", "", "", "", "true"],
    ]
    assert [row.problem for row in rows] == [None, None]


def test_things_in_lists_are_numbered() -> None:
    assert flattened({"notes": [{"text": "fine"}, {"text": "late"}]}) == {
        "notes.1.text": "fine",
        "notes.2.text": "late",
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"field": {"id": "7", "ref": "nps"}}, {"field": {"id": "why"}}),
        ({"question": {"id": "nps"}}, {"question_id": "why"}),
    ],
)
def test_answers_are_called_by_their_question_although_one_was_skipped(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    both = flattened({"answers": [first | {"number": 9}, second | {"text": "fine"}]})
    assert (both["answers.nps.number"], both["answers.why.text"]) == ("9", "fine")
    skipped = flattened({"answers": [second | {"text": "late"}, {"text": "?"}, second | {"n": 1}]})
    assert skipped["answers.why.text"] == "late"
    assert (skipped["answers.2.text"], skipped["answers.3.n"]) == ("?", "1")


def test_a_question_that_is_called_like_a_number_takes_no_place() -> None:
    found = flattened({"answers": [{"question_id": 2, "n": 9}, {"n": 8}, {"n": 7}]})
    assert found == {
        "answers.2.question_id": "2",
        "answers.2.n": "9",
        "answers.3.n": "8",
        "answers.4.n": "7",
    }


def test_questions_have_their_own_ids() -> None:
    found = flattened({"questions": [{"id": 41, "answers": [{"id": 5, "text": "fine"}]}]})
    assert found["questions.41.answers.1.text"] == "fine"


def test_a_field_that_only_a_late_object_has_is_found_when_it_is_wanted() -> None:
    many = [{"id": n} for n in range(2_500)] + [{"id": 2_500, "why": "late"}]
    assert read(json.dumps(many))[0] == ["id"]
    names, rows = read(json.dumps(many), wanted={"why"})
    assert names == ["id", "why"]
    assert (rows[0].cells, rows[-1].cells) == (["0", ""], ["2500", "late"])


def test_a_bad_line_is_its_own_problem() -> None:
    lines = [b'{"id": 1}', b"{broken}", b"[1]", b'{"id": "\xff"}', b'{"id": NaN}', b'{"id": 2}']
    _, rows = read(b"\n".join(lines))
    assert [row.number for row in rows if row.problem is None] == [1, 6]
    said = [str(row.problem) for row in rows if row.problem]
    assert said[0].startswith("Row 2: the line is no JSON: ")
    assert said[1] == "Row 3: the line is no object with named fields."
    assert said[2] == "Row 4: the line is not UTF-8, as JSON must be."
    assert said[3].startswith("Row 5: the line is no JSON: ")


def deep(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


@pytest.mark.parametrize(
    "content",
    [
        f"[{deep(10_000)}]",
        "[" * 10_000 + "]" * 10_000,
        f'{{"a": {deep(10_000)}, "data": []}}',
        f'{{"data": [{{"a": {"[" * 10_000}{"]" * 10_000}}}]}}\n',
        f"[{deep(50)}]",
    ],
)
def test_ten_thousand_levels_are_refused(content: str) -> None:
    with pytest.raises(BadFile):
        read(content)


def test_a_line_of_ten_thousand_levels_is_its_own_problem() -> None:
    _, rows = read(f'{{"id": 1}}\n{deep(10_000)}\n{deep(20)}\n')
    assert [str(row.problem) for row in rows[1:]] == [
        f"Row {number}: the object is nested too deeply." for number in (2, 3)
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "The file is empty."),
        ("[]", "its list is empty"),
        ('{"data": []}', "its list is empty"),
        ('{\n"surveys": [{"a": 1}],\n"b": [2]\n}', "holds no list of answers under one of"),
        ("[1, 2]", "Row 1: the file is no object"),
        ('[{"a": 1}', "Row 1: the file is broken: it ends where , or ]"),
        ('[{"a": 1} {"a": 2}]', 'Row 1: the file is broken: it has "{" where'),
        ('[{"a": 1}, {"a": tru', "Row 2: the file is broken"),
        ('[{"a": "' + "x" * 1_200_000 + '"}]', "Row 1: the file has a value of more than 1 MB"),
        (
            '{"a": "' + "x" * 1_200_000 + '"}\n{"a": 1}',
            "a value of more than 1 MB|longer than 1 MB",
        ),
        ('[{"' + '": 1, "'.join(map(str, range(2_001))) + '": 1}]', "more than 2,000 fields"),
        (b'[{"a": "\xff"}]', "is not UTF-8"),
    ],
)
def test_what_is_no_table_is_refused(content: str | bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        read(content, filename="answers.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(
    objects=st.lists(
        st.dictionaries(st.sampled_from("abc"), JSON, max_size=3), min_size=1, max_size=6
    ),
    chunk=st.integers(1, 40),
    within=st.booleans(),
)
def test_it_reads_what_the_standard_library_reads(
    objects: list[dict[str, Any]], chunk: int, within: bool
) -> None:
    text = json.dumps({"count": 3, "items": objects} if within else objects)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_objects, "CHUNK", chunk)
        found = [value for _, value in json_objects.read_objects(io.BytesIO(text.encode()))]
    assert (
        found
        == json.loads(text, parse_int=str, parse_float=str)["items" if within else slice(None)]
    )

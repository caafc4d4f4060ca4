"""Rows read many at once say what they say when each is read alone."""

import io
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from feedback.imports import Problem, import_file, read_mapping
from feedback.imports.formats import reading
from feedback.imports.formats.reading import Block
from feedback.imports.rows.columns import ColumnReader, Part
from feedback.imports.rows.identity import row_hash
from feedback.models import FeedbackRecord, Observation
from journeys.models import Journey, Segment
from tests.feedback.imports.conftest import LONG, WIDE

MORE = """
[[observations]]
column = "Wait"
kind = "wait"
unit = "minutes"
touchpoint = "Booking"
[[skip]]
column = "Status"
values = ["preview"]
[partial]
column = "Done"
finished = ["1"]
"""
COLUMNS = 'respondent = "Mail"\nlanguage = "Lang"\n'
MAPPINGS = {
    "wide": WIDE.replace('segment = "Plan"\n', 'segment = "Plan"\n' + COLUMNS)
    + 'comment = "Why"\n[[touchpoints]]\ncolumn = "Effort"\ntitle = "Booking"\nmetric = "ces"\n'
    + 'comment = "How"\n'
    + MORE,
    "long": LONG.replace('channel = "Through"\n', 'channel = "Through"\n' + COLUMNS) + MORE,
}
MAPPINGS["wide, no id"] = MAPPINGS["wide"].replace('id = "ID"\n', "")
TIMES = (
    "2026-03-01",
    "2026-03-01 09:00",
    "2026-03-01T09:00:00Z",
    "2026-03-01T09:00+02:00",
    "",
)
CELLS: dict[str, tuple[str, ...]] = {
    "ID": ("1", "2", "3", "4", "5", " 6 ", "'-7", "jo@example.com", ""),
    "Plan": ("Pro", "pro", "Free", "", "x" * 81),
    "Booking": ("1", "5", "4.0", "n/a", "0", "6", "", "5 stars"),
    "Why": ("", "Fine", "'=1+1", "Call jo@example.com", "Two\nlines"),
    "Boarding": ("1", "2", "", "N/A", "half"),
    "Effort": ("7", "", "8"),
    "How": ("", "With effort"),
    "Where": ("Booking", "boarding", "Board", "Parking", ""),
    "What": ("csat", "nps", "", "stars"),
    "Score": ("1", "3", "10", "0", "n/a", "", "x"),
    "Through": ("", "Web", "app", "Fax"),
    "When": TIMES,
    "Mail": ("", "jo@example.com", "c-17"),
    "Lang": ("", "de", "a language of its own"),
    "Wait": ("", "0", "1.5", "-1", "soon"),
    "Status": ("", "Preview", "IP Address"),
    "Done": ("1", "0", ""),
}


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes]:
    """A mapping and a file for it: mostly usual cells, now and then a bad one or a whole row."""
    name = draw(st.sampled_from(sorted(MAPPINGS)))
    mapping = read_mapping(MAPPINGS[name])
    columns = sorted(set(mapping.columns()))
    cell = {key: st.sampled_from(CELLS[key][:3]) | st.sampled_from(CELLS[key]) for key in columns}
    rows = draw(
        st.lists(st.tuples(*(cell[key] for key in columns)).map(list), min_size=1, max_size=12)
    )
    for row in draw(st.lists(st.sampled_from(rows), max_size=3)):
        rows.append(row)
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    odd = draw(st.lists(st.sampled_from(["", ",,", "a,b", '"\0"' + "," * (len(columns) - 1)])))
    return name, "\n".join([",".join(columns), *lines, *odd[:2]]).encode()


def outcome(journey: Journey, name: str, content: bytes) -> tuple[Any, ...]:
    """Import the good rows; return report, problems and what is kept, having taken it back."""
    problems: list[Problem] = []
    with transaction.atomic():
        report = import_file(
            io.BytesIO(content),
            mapping=read_mapping(MAPPINGS[name]),
            workspace=journey.workspace,
            slug=journey.slug,
            row_by_row=True,
            on_problem=problems.append,
        )
        left_out = {"id", "source_id", "recorded_at", "segment_id", "channel_id", "respondent_id"}
        kept = [
            sorted(
                repr({name: value for name, value in row.items() if name not in left_out})
                for row in model.objects.values(*fields)
            )
            for model, fields in (
                (
                    FeedbackRecord,
                    [
                        *(field.attname for field in FeedbackRecord._meta.concrete_fields),
                        *("segment__name", "channel__name", "respondent__key"),
                    ],
                ),
                (Observation, [field.attname for field in Observation._meta.concrete_fields]),
                (Segment, ["name"]),
            )
        ]
        transaction.set_rollback(True)
    return report, problems, kept


def left_alone(self: ColumnReader, block: Block) -> Part:
    """Read nothing at once."""
    return Part(left=set(range(len(block.rows))), hashes=[row_hash(row) for row in block.rows])


REPEATED = b"1,3,de,c-17,3,,Web,1.5,nps,2026-03-01 09:00,Booking,Fine\n"
"""Rows with the keys of others are left alone, also where sound ones say more of the same wait."""
AROUND = b"Done,ID,Lang,Mail,Score,Status,Through,Wait,What,When,Where,Why\n" + b"".join(
    (REPEATED, b"1,3,de,c-17,5,,Web,0,csat,2026-03-01 10:00,boarding,Fine\n", REPEATED)
)


@settings(
    max_examples=30,
    deadline=None,
    # An example is a handful of rows already; to shrink it takes minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(("long", AROUND))
@given(files())
def test_rows_read_at_once_say_what_they_say_alone(
    journey: Journey, case: tuple[str, bytes]
) -> None:
    at_once = outcome(journey, *case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ColumnReader, "read", left_alone)
        patch.setattr(reading, "BLOCK", 100)
        alone = outcome(journey, *case)
    assert at_once == alone

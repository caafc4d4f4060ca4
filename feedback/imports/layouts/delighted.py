"""Delighted: the answers of its API as JSON, or a CSV file with properties of its own."""

from feedback.imports.layouts.tool import (
    HeaderRows,
    Known,
    ToolLayout,
    has,
    left_out,
    plain,
    private,
    the_id,
    the_person,
    the_time,
)
from feedback.imports.proposals.proposal import Role

_API = has({"survey type", "score", "permalink", "created at"})


def _fits(rows: HeaderRows) -> bool:
    return _API(rows) or any(plain(name).startswith("delighted ") for name in rows[0])


LAYOUTS = (
    ToolLayout(
        key="delighted",
        name="Delighted",
        fits=_fits,
        closed=True,
        known=(
            the_id("id", "response id", "survey response id"),
            the_time("created at", "responded at", "response date", "date", "updated at"),
            Known(role=Role.SCORE, names=("score",), reason="the one question of the survey."),
            Known(role=Role.COMMENT, names=("comment",), reason="the customer's words."),
            the_person("person email", "email", "person id", "person"),
            private("name", "person name", "phone number", "person phone number"),
            private(pattern=r"(?:person_properties\.)?Delighted (?:Browser|Operating System).*"),
            left_out("permalink", "survey type", "tags", "notes"),
        ),
    ),
)

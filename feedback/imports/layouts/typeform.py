"""Typeform: the response's token under "#", then the questions, which may repeat."""

from feedback.imports.layouts.tool import (
    HeaderRows,
    ToolLayout,
    finished,
    has,
    left_out,
    private,
    the_id,
    the_time,
)

_ENDS = has({"start date utc", "submit date utc"}, {"network id", "submit date utc"})


def _fits(rows: HeaderRows) -> bool:
    return bool(rows and rows[0]) and rows[0][0].strip() == "#" and _ENDS(rows)


LAYOUTS = (
    ToolLayout(
        key="typeform",
        name="Typeform",
        fits=_fits,
        known=(
            the_id(pattern="#"),
            the_time("submit date utc", "stage date utc", "start date utc"),
            finished("response type", values=("completed",)),
            private("network id"),
            left_out("tags", "ending"),
            left_out(pattern=r"\[?Other\]?", reason="an option's own words."),
        ),
    ),
)

"""Google Forms: a time and then the questions; there is no id."""

from feedback.imports.layouts.tool import (
    HeaderRows,
    ToolLayout,
    left_out,
    plain,
    the_person,
    the_time,
)

TIMES = (
    *("timestamp", "zeitstempel", "horodateur", "marca temporal", "informazioni cronologiche"),
    *("carimbo de data hora", "tijdstempel", "tidsstämpel", "sygnatura czasowa"),
)


def _fits(rows: HeaderRows) -> bool:
    return bool(rows) and len(rows[0]) > 1 and plain(rows[0][0]) in TIMES


LAYOUTS = (
    ToolLayout(
        key="google_forms",
        name="Google Forms",
        fits=_fits,
        own_ids=False,
        known=(
            the_time(*TIMES),
            the_person("email address", "e mail adresse", "username", "adresse e mail"),
            left_out("score", "punktzahl", reason="points of a quiz."),
        ),
    ),
)

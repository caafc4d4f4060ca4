"""Qualtrics: three header rows (ids, questions, JSON), or two in its legacy form.

Files in which somebody deleted the second or third row are taken as well.
"""

import json

from feedback.imports.layouts.tool import (
    HeaderRows,
    Known,
    ToolLayout,
    finished,
    has,
    left_out,
    plain,
    private,
    the_id,
    the_language,
    the_person,
    the_time,
)
from feedback.imports.mappings.mapping import HeaderNames
from feedback.imports.proposals.proposal import Role

# Previews and tests by the survey's makers, and spam; by their words and by their codes.
NOT_CUSTOMERS = (
    *("Survey Preview", "1", "Survey Test", "2", "Spam", "8"),
    *("Preview Spam", "9", "Offline Survey Preview", "17"),
)
KNOWN = (
    the_id("responseid"),
    the_time("recordeddate", "enddate", "startdate"),
    finished("finished", values=("1", "True", "Yes")),
    Known(
        role=Role.SKIP,
        names=("status",),
        values=NOT_CUSTOMERS,
        reason="previews, tests and spam are passed over.",
    ),
    the_language("userlanguage"),
    the_person("recipientemail", "emailaddress", "externalreference", "externaldatareference"),
    private("ipaddress", "recipientlastname", "recipientfirstname", "name"),
    private("locationlatitude", "locationlongitude", "locationaccuracy"),
    left_out("progress", "duration in seconds", "responseset", "distributionchannel"),
    left_out(pattern=r".*_NPS_GROUP", reason="derived from the score beside it."),
    left_out(
        pattern=r".* - (?:Parent )?(?:Topics|Topic .*|Sentiment.*)", reason="added by Qualtrics."
    ),
    private(pattern=r".*_(?:Browser|Version|Operating System|Resolution)"),
    left_out(pattern=r".*_(?:First Click|Last Click|Page Submit|Click Count)"),
)


def _import_ids(rows: HeaderRows) -> bool:
    return len(rows) > 2 and any('"ImportId"' in cell for cell in rows[2])


def _timezone(rows: HeaderRows) -> str:
    """Return the zone that the third row names, as in {"ImportId":"startDate","timeZone":"Z"}."""
    for cell in rows[2]:
        try:
            zone = json.loads(cell).get("timeZone", "")
        except (ValueError, AttributeError):
            continue
        if zone:
            return "UTC" if zone == "Z" else str(zone)
    return "UTC"


_HAS_IDS = has({"responseid", "recordeddate"}, {"responseid", "startdate", "finished"})


def _labels(rows: HeaderRows) -> bool:
    """True when the second row repeats the names in words: ResponseId over "Response ID"."""
    if not _HAS_IDS(rows) or len(rows) < 2:
        return False
    names = [plain(cell) for cell in rows[0]]
    below = rows[1][names.index("responseid")]
    return " " in below.strip() or "-" in below


LAYOUTS = (
    ToolLayout(
        key="qualtrics",
        name="Qualtrics",
        fits=_import_ids,
        header_rows=3,
        known=KNOWN,
        timezone=_timezone,
    ),
    ToolLayout(
        key="qualtrics_legacy",
        name="Qualtrics",
        fits=has({"responseid", "startdate", "finished"}, row=1),
        header_rows=2,
        header_names=HeaderNames.SECOND,
        known=KNOWN,
    ),
    ToolLayout(key="qualtrics", name="Qualtrics", fits=_labels, header_rows=2, known=KNOWN),
    ToolLayout(key="qualtrics", name="Qualtrics", fits=_HAS_IDS, known=KNOWN),
)

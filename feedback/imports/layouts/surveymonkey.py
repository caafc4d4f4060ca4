"""SurveyMonkey: questions in the first row, carried on to the right, and options in the second."""

from feedback.imports.layouts.tool import (
    HeaderRows,
    ToolLayout,
    left_out,
    plain,
    private,
    the_id,
    the_person,
    the_time,
)
from feedback.imports.mappings.mapping import HeaderNames

KNOWN = (
    the_id("respondentid", "respondent id"),
    the_time("end date", "enddate", "date modified", "start date", "startdate", "date created"),
    the_person("email address", "emailaddress", "email"),
    private("ip address", "ipaddress", "first name", "firstname", "last name", "lastname"),
    left_out("collectorid", "collector id"),
    left_out(pattern=r"custom[ _]?(?:data|value|variable)s?.*", reason="set by the sender."),
)


def _first_is_id(rows: HeaderRows) -> bool:
    return bool(rows and rows[0]) and plain(rows[0][0]) in {"respondentid", "respondent id"}


def _two_rows(rows: HeaderRows) -> bool:
    """True when nothing stands below the id: the second row holds options."""
    return _first_is_id(rows) and len(rows) > 1 and not rows[1][0].strip()


LAYOUTS = (
    ToolLayout(
        key="surveymonkey",
        name="SurveyMonkey",
        fits=_two_rows,
        header_rows=2,
        header_names=HeaderNames.JOINED,
        known=KNOWN,
        month_first=True,
    ),
    ToolLayout(
        key="surveymonkey",
        name="SurveyMonkey",
        fits=_first_is_id,
        known=KNOWN,
        month_first=True,
    ),
)

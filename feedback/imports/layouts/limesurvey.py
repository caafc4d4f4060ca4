"""LimeSurvey: question codes or full questions behind the response's own columns."""

from feedback.imports.layouts.tool import (
    ToolLayout,
    finished,
    has,
    left_out,
    private,
    the_id,
    the_language,
    the_person,
    the_time,
)

LAYOUTS = (
    ToolLayout(
        key="limesurvey",
        name="LimeSurvey",
        fits=has(
            {"id", "submitdate", "lastpage", "startlanguage"},
            {"response id", "date submitted", "last page", "start language"},
            {"antwort id", "datum abgeschickt", "letzte seite", "start sprache"},
        ),
        own_ids=False,
        known=(
            the_id("id", "response id", "antwort id"),
            # Not the date of submission: broken-off answers have none, and without time stamps
            # it is always 1980.
            the_time(
                *("datestamp", "date last action", "datum letzte aktivität"),
                *("startdate", "date started", "datum gestartet"),
            ),
            finished("submitdate", "date submitted", "datum abgeschickt", values=()),
            the_language("startlanguage", "start language", "start sprache"),
            the_person("token", "access code", "zugangscode"),
            private("ipaddr", "ip address", "ip adresse"),
            private("refurl", "referrer url", "weiterleitungs url"),
            left_out("seed", "zufallsstartwert", "zufallsgeneratorstartwert"),
            left_out("lastpage", "last page", "letzte seite"),
            left_out(pattern=r"(?:interviewtime|groupTime\d+|.+Time)"),
        ),
    ),
)

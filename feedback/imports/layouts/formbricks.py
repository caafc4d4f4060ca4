"""Formbricks: numbered questions between the response's own columns and the person's attributes."""

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
        key="formbricks",
        name="Formbricks",
        fits=has({"no", "response id", "timestamp", "finished"}),
        known=(
            the_id("response id"),
            the_time("timestamp"),
            finished("finished", values=("Yes", "True", "1")),
            the_person("user id", "verified email", "person email", "person userid"),
            the_language("person language", "language"),
            private("url", "country", "ip address", pattern=r"(?:userAgent|meta) - .*"),
            private(pattern=r"person\..*"),
            left_out("no", "survey id", "formbricks id internal", "tags", "quotas", "source"),
            left_out(pattern=r".* - Option ID", reason="the id of the option beside it."),
        ),
    ),
)

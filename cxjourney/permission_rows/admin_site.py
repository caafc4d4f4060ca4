"""Rows of the admin site."""

from cxjourney.permission_rows.lines import Lines

ROWS: dict[str, Lines] = {
    "Admin site": (
        (
            "Open the admin site",
            "ADMIN_SITE",
            {
                "GET": "admin:index admin:app_list admin:autocomplete admin:jsi18n "
                "admin:password_change admin:password_change_done",
                "POST": "admin:index admin:app_list admin:password_change",
            },
        ),
        (
            "Come to the page for signing in",
            "PUBLIC",
            {"GET": "admin:login", "POST": "admin:login"},
        ),
        ("Sign out there", "ADMIN_SITE", {"POST": "admin:logout"}),
        (
            "Set somebody’s password",
            "SUPERUSER",
            {
                "GET": "admin:auth_user_password_change",
                "POST": "admin:auth_user_password_change",
            },
        ),
        (
            "Open what is not there",
            "NOWHERE",
            {"GET": "admin/(?P<url>.*)$", "POST": "admin/(?P<url>.*)$"},
        ),
    ),
}

# What admins keep; a model that is new in the admin site is named in one of these.
_CONTENT = (
    "journeys_journey journeys_stage journeys_step journeys_emotionassessment journeys_channel "
    "journeys_segment journeys_persona feedback_caserule feedback_frictioninput "
    "feedback_frictionassessment feedback_feedbackrecord feedback_observation "
    "feedback_opportunity feedback_criterion feedback_outcomemetric feedback_source "
    "feedback_survey feedback_theme touchpoints_team touchpoints_handoff touchpoints_touchpoint"
)
_RECORDED = "feedback_erasure feedback_frictionformula"
_SEEN = "feedback_case feedback_delivery journeys_auditentry"
_PEOPLE = "journeys_user"
_WORKSPACES = "journeys_workspace"
_ALL = f"{_CONTENT} {_RECORDED} {_SEEN} {_PEOPLE} {_WORKSPACES}"
_BOTH = ("GET", "POST")

ADMIN_MODELS: tuple[tuple[str, str, tuple[str, ...], str, str], ...] = (
    ("See what there is, and its history", "ADMIN_SITE", _BOTH, "changelist history old", _ALL),
    (
        "Keep personas, libraries, maps and feedback",
        "ADMIN_SITE",
        _BOTH,
        "add change delete",
        _CONTENT,
    ),
    ("Erase a customer, set a friction formula", "ADMIN_SITE", _BOTH, "add", _RECORDED),
    ("Read what nobody changes there", "ADMIN_SITE", ("GET",), "change", f"{_RECORDED} {_SEEN}"),
    ("Change what is recorded once", "NOBODY", ("POST",), "change", f"{_RECORDED} {_SEEN}"),
    ("Delete what is recorded once", "NOBODY", _BOTH, "delete", f"{_RECORDED} {_SEEN}"),
    ("Add a case, a delivery or an entry of the audit log", "NOBODY", _BOTH, "add", _SEEN),
    ("Change a workspace and its members", "ADMIN_SITE", _BOTH, "change", _WORKSPACES),
    ("See a member’s account", "ADMIN_SITE", ("GET",), "change", _PEOPLE),
    ("Change an account", "SUPERUSER", ("POST",), "change", _PEOPLE),
    (
        "Add and delete accounts and workspaces",
        "SUPERUSER",
        _BOTH,
        "add delete",
        f"{_PEOPLE} {_WORKSPACES}",
    ),
    (
        "Bring in and take away tables",
        "ADMIN_SITE",
        _BOTH,
        "import export",
        "journeys_persona journeys_channel touchpoints_team",
    ),
    (
        "Confirm what a table brings in",
        "ADMIN_SITE",
        ("POST",),
        "process_import",
        "journeys_persona journeys_channel touchpoints_team",
    ),
    ("Duplicate a persona", "ADMIN_SITE", ("POST",), "duplicate", "journeys_persona"),
    (
        "Archive and restore touchpoints",
        "ADMIN_SITE",
        ("POST",),
        "archive restore",
        "touchpoints_touchpoint",
    ),
    (
        "Merge touchpoints",
        "ADMIN_SITE",
        _BOTH,
        "merge",
        "touchpoints_touchpoint",
    ),
)

"""The rows of the table of permissions, by part of the site.

A row says what one does there, to whom it answers (a name of `permissions.Access`), and at which
addresses, by method or methods. Put a new address into the row that says what it is for.
"""

_Lines = tuple[tuple[str, str, dict[str, str]], ...]

ROWS: dict[str, _Lines] = {
    "Account": (
        ("Sign in, and set a new password by e-mail", "PUBLIC", {
            "GET POST": "login password_reset password_reset_confirm",
            "GET": "password_reset_done password_reset_complete",
        }),
        ("Choose a workspace, change the password, read notices, sign out", "PERSON", {
            "GET POST": "password_change",
            "GET": "home password_change_done journeys:notice_list",
            "POST": "logout journeys:notices_read journeys:notice_mails",
        }),
    ),
    "Maps": (
        ("See journeys and personas", "READ", {
            "GET": "journeys:journey_list journeys:journey_map journeys:journey_outline "
            "journeys:map_parts journeys:journey_present journeys:card_image "
            "journeys:card_image_full journeys:persona_list journeys:persona_detail "
            "journeys:persona_photo journeys:view_list",
        }),
        ("See history and versions, compare two", "READ", {
            "GET": "journeys:journey_history journeys:journey_diff journeys:version_list "
            "journeys:version_detail",
        }),
        ("Hear changes live, be seen on the map", "READ", {
            "GET": "journeys:journey_live",
            "POST": "journeys:live_here",
        }),
        ("Take a map or a persona away as a file; cancel and repeat one’s own files", "READ", {
            "GET POST": "journeys:workspace_export journeys:journey_export",
            "GET": "journeys:export_preview journeys:export_opened journeys:export_detail "
            "journeys:export_file journeys:persona_file",
            "POST": "journeys:export_cancel journeys:export_again journeys:export_now",
        }),
        ("Read what others said about a map", "READ", {
            "GET": "journeys:comment_list journeys:comment_place",
            "POST": "journeys:comments_read",
        }),
        ("Comment, resolve and reopen; change and remove one’s own comments", "COMMENT", {
            "GET": "journeys:comment_people",
            "POST": "journeys:comment_create journeys:comment_edit journeys:comment_resolve "
            "journeys:comment_reopen journeys:comment_remove",
        }),
        ("Change a map", "EDIT", {
            "GET POST": "journeys:journey_edit journeys:stage_create journeys:stage_edit "
            "journeys:step_create journeys:step_edit journeys:feeling_assess "
            "journeys:lane_create journeys:lane_edit journeys:card_create "
            "journeys:card_edit touchpoints:touchpoint_create "
            "touchpoints:touchpoint_edit touchpoints:touchpoint_copy "
            "touchpoints:touchpoint_split touchpoints:handoff_create "
            "touchpoints:handoff_edit feedback:touchpoint_merge",
            "GET": "touchpoints:touchpoint_archived",
            "POST": "journeys:journey_undo journeys:journey_redo journeys:stage_move "
            "journeys:stage_copy journeys:stage_merge journeys:stage_remove "
            "journeys:step_move journeys:step_copy journeys:step_split "
            "journeys:step_split_stage journeys:step_merge journeys:step_remove "
            "journeys:lane_move journeys:lane_line journeys:lane_remove "
            "journeys:card_paste journeys:card_move journeys:card_copy "
            "journeys:card_split journeys:card_merge journeys:card_remove "
            "touchpoints:touchpoint_move touchpoints:touchpoint_archive "
            "touchpoints:touchpoint_restore touchpoints:handoff_remove",
        }),
        ("Keep and restore versions; save views, rename and delete one’s own", "EDIT", {
            "POST": "journeys:version_create journeys:version_restore journeys:view_list "
            "journeys:view_rename journeys:view_delete",
        }),
        ("Make a journey: from a template, a file, a copy; keep one as a template", "EDIT", {
            "GET POST": "journeys:journey_create journeys:journey_import "
            "journeys:journey_duplicate journeys:template_create",
            "POST": "journeys:template_delete journeys:sub_journey_create",
        }),
        ("Give a member another role in one journey (its owner may, too)", "ADMINISTER", {
            "GET POST": "journeys:journey_roles",
        }),
    ),
    "Numbers and what follows from them": (
        ("See evidence, dashboards, comparisons, drivers, teams, outcomes and alerts", "READ", {
            "GET": "feedback:touchpoint_evidence feedback:workspace_dashboard "
            "feedback:journey_dashboard feedback:journey_compare "
            "feedback:journey_drivers feedback:team_list feedback:team_detail "
            "feedback:outcome_list feedback:outcome_detail feedback:alert_list "
            "feedback:alert_detail",
            "POST": "feedback:journey_drivers_compute",
        }),
        ("Snooze, close and reopen alerts", "EDIT", {
            "POST": "feedback:alert_snooze feedback:alert_close feedback:alert_reopen",
        }),
        ("Write down outcome metrics and their points", "EDIT", {
            "GET POST": "feedback:outcome_create feedback:outcome_edit "
            "feedback:outcome_point_create feedback:outcome_point_table "
            "feedback:outcome_point_edit",
            "POST": "feedback:outcome_archive feedback:outcome_point_delete",
        }),
        ("See opportunities, and take them away as files", "READ", {
            "GET": "feedback:opportunity_list feedback:opportunity_board "
            "feedback:opportunity_matrix feedback:opportunity_detail "
            "feedback:opportunity_file",
        }),
        ("Work on opportunities, solutions and actions", "EDIT", {
            "GET POST": "feedback:opportunity_create feedback:opportunity_edit "
            "feedback:opportunity_delete feedback:solution_edit feedback:action_edit",
            "POST": "feedback:opportunity_state feedback:opportunity_place "
            "feedback:opportunity_scores feedback:evidence_create "
            "feedback:evidence_delete feedback:solution_create feedback:action_create "
            "feedback:action_state",
        }),
        ("Choose the criteria by which opportunities are scored", "ADMINISTER", {
            "GET POST": "feedback:criterion_list feedback:criterion_edit",
            "POST": "feedback:criterion_delete",
        }),
        ("Set up outgoing webhooks", "ADMINISTER", {
            "GET POST": "feedback:alert_hook_detail",
            "GET": "feedback:alert_hook_list",
            "POST": "feedback:alert_hook_create feedback:alert_hook_secret "
            "feedback:alert_hook_test feedback:alert_hook_delete",
        }),
    ),
    "Single customers": (
        ("See how many cases there are, their figures and rules; that one is there", "READ", {
            "GET": "feedback:case_list feedback:case_figures feedback:case_rule_list "
            "feedback:case_detail",
        }),
        ("Read cases, answer customers, write follow-ups, see a customer’s answers", "CUSTOMERS", {
            "GET POST": "feedback:follow_up_create",
            "GET": "feedback:follow_up_detail feedback:customer_timeline",
            "POST": "feedback:case_step",
        }),
        ("Look a customer up by address", "ADMINISTER", {
            "GET POST": "feedback:customer_search",
        }),
        ("Set the rules by which cases open", "ADMINISTER", {
            "GET POST": "feedback:case_rule_create feedback:case_rule_edit",
            "POST": "feedback:case_rule_delete",
        }),
    ),
    "Feedback": (
        ("Write down what a customer said; count a day", "EDIT", {
            "GET POST": "feedback:note_create feedback:friction_input_create",
        }),
        ("See surveys, and how many answered", "READ", {
            "GET": "feedback:survey_list feedback:survey_detail feedback:survey_qr",
        }),
        ("Make surveys and hand them out", "EDIT", {
            "GET POST": "feedback:survey_create feedback:survey_edit feedback:survey_invite",
            "POST": "feedback:survey_close feedback:survey_reopen feedback:survey_retry "
            "feedback:survey_links",
        }),
        ("Import files of answers; set up webhooks that bring them in", "CUSTOMERS", {
            "GET POST": "feedback:import_new feedback:import_mapping feedback:webhook_edit",
            "GET": "feedback:import_list feedback:import_detail feedback:import_problems "
            "feedback:webhook_list",
            "POST": "feedback:import_start feedback:import_cancel feedback:import_delete "
            "feedback:mapping_delete feedback:webhook_create feedback:webhook_replay",
        }),
        ("Answer a survey that one has the link of; delete one’s answer; unsubscribe", "PUBLIC", {
            "GET POST": "feedback:survey_answer feedback:survey_embed feedback:survey_kiosk "
            "feedback:invitation_answer feedback:survey_forget "
            "feedback:survey_unsubscribe",
            "GET": "feedback:survey_thanks feedback:survey_embed_thanks "
            "feedback:survey_kiosk_thanks feedback:invitation_thanks",
        }),
        ("Deliver to a webhook: whoever signs with its secret", "PUBLIC", {
            "POST": "feedback:webhook_receive",
        }),
    ),
    "API, signed in": (
        ("Read the API’s document", "PUBLIC", {
            "GET": "api:schema",
        }),
        ("Read the API’s pages; list the journeys and outcome metrics that one sees", "PERSON", {
            "GET": "api_docs api:api-root api:journey-list api:outcome-list",
        }),
        ("Read a journey, its map and its files, an outcome metric", "READ", {
            "GET": "api:journey-detail api:journey-map api:journey-export api:outcome-detail",
        }),
        ("Send answers, observations and points of outcome metrics", "EDIT", {
            "POST": "api:feedback api:feedback-bulk api:observation api:observation-bulk",
            "PUT": "api:outcome-points",
        }),
        ("See one’s API tokens, and revoke them", "READ", {
            "GET": "journeys:token_list",
            "POST": "journeys:token_revoke",
        }),
        ("Make an API token", "EDIT", {
            "POST": "journeys:token_create",
        }),
    ),
    "Admin site": (
        ("Open the admin site", "ADMIN_SITE", {
            "GET POST": "admin:index admin:app_list admin:password_change",
            "GET": "admin:autocomplete admin:jsi18n admin:password_change_done",
        }),
        ("Come to the page for signing in", "PUBLIC", {
            "GET POST": "admin:login",
        }),
        ("Sign out there", "ADMIN_SITE", {
            "POST": "admin:logout",
        }),
        ("Set somebody’s password", "SUPERUSER", {
            "GET POST": "admin:auth_user_password_change",
        }),
        ("Open what is not there", "NOWHERE", {
            "GET POST": "admin/(?P<url>.*)$",
        }),
    ),
}  # fmt: skip

# What admins keep; a model that is new in the admin site is named in one of these.
_CONTENT = (
    "journeys_journey journeys_stage journeys_step journeys_emotionassessment journeys_channel "
    "journeys_segment journeys_persona feedback_caserule feedback_frictioninput "
    "feedback_frictionassessment feedback_feedbackrecord feedback_observation "
    "feedback_opportunity feedback_criterion feedback_outcomemetric feedback_source "
    "feedback_survey feedback_theme touchpoints_team touchpoints_handoff touchpoints_touchpoint"
)
_RECORDED = "feedback_erasure feedback_frictionformula"
_SEEN = "feedback_case feedback_delivery"
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
    ("Add a case or a delivery", "NOBODY", _BOTH, "add", _SEEN),
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

# What a token needs beside what its person may: one of its scopes. "none" takes no token.
TOKENS: dict[tuple[str, str], str] = {
    ("api:schema", "GET"): "public",
    ("api:api-root", "GET"): "none",
    ("api:journey-list", "GET"): "read",
    ("api:journey-detail", "GET"): "read",
    ("api:journey-map", "GET"): "read",
    ("api:journey-export", "GET"): "read",
    ("api:outcome-list", "GET"): "read",
    ("api:outcome-detail", "GET"): "read",
    ("api:outcome-points", "PUT"): "feedback",
    ("api:feedback", "POST"): "feedback",
    ("api:feedback-bulk", "POST"): "feedback",
    ("api:observation", "POST"): "feedback",
    ("api:observation-bulk", "POST"): "feedback",
}

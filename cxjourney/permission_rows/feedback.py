"""Rows of how feedback comes in, and of the API."""

from cxjourney.permission_rows.lines import Lines

ROWS: dict[str, Lines] = {
    "Feedback": (
        (
            "Write down what a customer said; count a day",
            "EDIT",
            {
                "GET": "feedback:note_create feedback:friction_input_create",
                "POST": "feedback:note_create feedback:friction_input_create",
            },
        ),
        (
            "See surveys, and how many answered",
            "READ",
            {"GET": "feedback:survey_list feedback:survey_detail feedback:survey_qr"},
        ),
        (
            "Make surveys and hand them out",
            "EDIT",
            {
                "GET": "feedback:survey_create feedback:survey_edit feedback:survey_invite",
                "POST": "feedback:survey_create feedback:survey_edit feedback:survey_close "
                "feedback:survey_reopen feedback:survey_invite feedback:survey_retry "
                "feedback:survey_links",
            },
        ),
        (
            "Import files of answers; set up webhooks that bring them in",
            "CUSTOMERS",
            {
                "GET": "feedback:import_list feedback:import_new feedback:import_detail "
                "feedback:import_mapping feedback:import_problems feedback:webhook_list "
                "feedback:webhook_edit",
                "POST": "feedback:import_new feedback:import_mapping feedback:import_start "
                "feedback:import_cancel feedback:import_delete feedback:mapping_delete "
                "feedback:webhook_create feedback:webhook_edit feedback:webhook_replay",
            },
        ),
        (
            "Answer a survey that one has the link of; delete one’s answer; unsubscribe",
            "PUBLIC",
            {
                "GET": "feedback:survey_answer feedback:survey_thanks feedback:survey_embed "
                "feedback:survey_embed_thanks feedback:survey_kiosk feedback:survey_kiosk_thanks "
                "feedback:invitation_answer feedback:invitation_thanks feedback:survey_forget "
                "feedback:survey_unsubscribe",
                "POST": "feedback:survey_answer feedback:survey_embed feedback:survey_kiosk "
                "feedback:invitation_answer feedback:survey_forget feedback:survey_unsubscribe",
            },
        ),
        (
            "Deliver to a webhook: whoever signs with its secret",
            "PUBLIC",
            {"POST": "feedback:webhook_receive"},
        ),
    ),
    "API, signed in": (
        ("Read the API’s document", "PUBLIC", {"GET": "api:schema"}),
        (
            "Read the API’s pages; list the journeys and outcome metrics that one sees",
            "PERSON",
            {"GET": "api_docs api:api-root api:journey-list api:outcome-list"},
        ),
        (
            "Read a journey, its map and its files, an outcome metric",
            "READ",
            {"GET": "api:journey-detail api:journey-map api:journey-export api:outcome-detail"},
        ),
        (
            "Send answers, observations and points of outcome metrics",
            "EDIT",
            {
                "POST": "api:feedback api:feedback-bulk api:observation api:observation-bulk",
                "PUT": "api:outcome-points",
            },
        ),
        (
            "See one’s API tokens, and revoke them",
            "READ",
            {"GET": "journeys:token_list", "POST": "journeys:token_revoke"},
        ),
        ("Make an API token", "EDIT", {"POST": "journeys:token_create"}),
    ),
}

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

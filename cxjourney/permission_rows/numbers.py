"""Rows of what is measured, and of what follows from it."""

from cxjourney.permission_rows.lines import Lines

ROWS: dict[str, Lines] = {
    "Numbers and what follows from them": (
        (
            "See evidence, dashboards, comparisons, drivers, teams, outcome metrics and alerts",
            "READ",
            {
                "GET": "feedback:touchpoint_evidence feedback:workspace_dashboard "
                "feedback:journey_dashboard feedback:journey_compare feedback:journey_drivers "
                "feedback:team_list feedback:team_detail feedback:outcome_list "
                "feedback:outcome_detail feedback:alert_list feedback:alert_detail",
                "POST": "feedback:journey_drivers_compute",
            },
        ),
        (
            "Snooze, close and reopen alerts",
            "EDIT",
            {"POST": "feedback:alert_snooze feedback:alert_close feedback:alert_reopen"},
        ),
        (
            "Write down outcome metrics and their points",
            "EDIT",
            {
                "GET": "feedback:outcome_create feedback:outcome_edit "
                "feedback:outcome_point_create feedback:outcome_point_table "
                "feedback:outcome_point_edit",
                "POST": "feedback:outcome_create feedback:outcome_edit feedback:outcome_archive "
                "feedback:outcome_point_create feedback:outcome_point_table "
                "feedback:outcome_point_edit feedback:outcome_point_delete",
            },
        ),
        (
            "See opportunities, and take them away as files",
            "READ",
            {
                "GET": "feedback:opportunity_list feedback:opportunity_board "
                "feedback:opportunity_matrix feedback:opportunity_detail "
                "feedback:opportunity_file",
            },
        ),
        (
            "Work on opportunities, solutions and actions",
            "EDIT",
            {
                "GET": "feedback:opportunity_create feedback:opportunity_edit "
                "feedback:opportunity_delete feedback:solution_edit feedback:action_edit",
                "POST": "feedback:opportunity_create feedback:opportunity_edit "
                "feedback:opportunity_delete feedback:opportunity_state "
                "feedback:opportunity_place feedback:opportunity_scores "
                "feedback:evidence_create feedback:evidence_delete feedback:solution_create "
                "feedback:solution_edit feedback:action_create feedback:action_edit "
                "feedback:action_state",
            },
        ),
        (
            "Choose the criteria by which opportunities are scored",
            "ADMINISTER",
            {
                "GET": "feedback:criterion_list feedback:criterion_edit",
                "POST": "feedback:criterion_list feedback:criterion_edit feedback:criterion_delete",
            },
        ),
        (
            "Set up outgoing webhooks",
            "ADMINISTER",
            {
                "GET": "feedback:alert_hook_list feedback:alert_hook_detail",
                "POST": "feedback:alert_hook_create feedback:alert_hook_detail "
                "feedback:alert_hook_secret feedback:alert_hook_test feedback:alert_hook_delete",
            },
        ),
    ),
    "Single customers": (
        (
            "See how many cases there are, their figures and rules; of one, that it is there",
            "READ",
            {
                "GET": "feedback:case_list feedback:case_figures feedback:case_rule_list "
                "feedback:case_detail",
            },
        ),
        (
            "Read cases, answer customers, write follow-ups, see a customer’s answers",
            "CUSTOMERS",
            {
                "GET": "feedback:follow_up_create feedback:follow_up_detail "
                "feedback:customer_timeline",
                "POST": "feedback:case_step feedback:follow_up_create",
            },
        ),
        (
            "Look a customer up by address",
            "ADMINISTER",
            {"GET": "feedback:customer_search", "POST": "feedback:customer_search"},
        ),
        (
            "Set the rules by which cases open",
            "ADMINISTER",
            {
                "GET": "feedback:case_rule_create feedback:case_rule_edit",
                "POST": "feedback:case_rule_create feedback:case_rule_edit "
                "feedback:case_rule_delete",
            },
        ),
    ),
}

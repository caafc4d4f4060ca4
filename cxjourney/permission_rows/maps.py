"""Rows of maps and personas."""

from cxjourney.permission_rows.lines import Lines

ROWS: dict[str, Lines] = {
    "Maps": (
        (
            "See journeys and personas",
            "READ",
            {
                "GET": "journeys:journey_list journeys:journey_map journeys:journey_outline "
                "journeys:map_parts journeys:journey_present journeys:card_image "
                "journeys:card_image_full journeys:persona_list journeys:persona_detail "
                "journeys:persona_photo journeys:view_list",
            },
        ),
        (
            "See history and versions, compare two",
            "READ",
            {
                "GET": "journeys:journey_history journeys:journey_diff journeys:version_list "
                "journeys:version_detail",
            },
        ),
        (
            "Hear changes live, be seen on the map",
            "READ",
            {"GET": "journeys:journey_live", "POST": "journeys:live_here"},
        ),
        (
            "Take a map or a persona away as a file; cancel and repeat one’s own files",
            "READ",
            {
                "GET": "journeys:workspace_export journeys:journey_export journeys:export_preview "
                "journeys:export_opened journeys:export_detail journeys:export_file "
                "journeys:persona_file",
                "POST": "journeys:workspace_export journeys:journey_export journeys:export_cancel "
                "journeys:export_again journeys:export_now",
            },
        ),
        (
            "Read what others said about a map",
            "READ",
            {
                "GET": "journeys:comment_list journeys:comment_place",
                "POST": "journeys:comments_read",
            },
        ),
        (
            "Comment, resolve and reopen; change and remove one’s own comments",
            "COMMENT",
            {
                "GET": "journeys:comment_people",
                "POST": "journeys:comment_create journeys:comment_edit journeys:comment_resolve "
                "journeys:comment_reopen journeys:comment_remove",
            },
        ),
        (
            "Change a map",
            "EDIT",
            {
                "GET": "journeys:journey_edit journeys:stage_create journeys:stage_edit "
                "journeys:step_create journeys:step_edit journeys:feeling_assess "
                "journeys:lane_create journeys:lane_edit journeys:card_create "
                "journeys:card_edit touchpoints:touchpoint_create "
                "touchpoints:touchpoint_archived touchpoints:touchpoint_edit "
                "touchpoints:touchpoint_copy touchpoints:touchpoint_split "
                "touchpoints:handoff_create touchpoints:handoff_edit feedback:touchpoint_merge",
                "POST": "journeys:journey_edit journeys:journey_undo journeys:journey_redo "
                "journeys:stage_create journeys:stage_edit journeys:stage_move "
                "journeys:stage_copy journeys:stage_merge journeys:stage_remove "
                "journeys:step_create journeys:step_edit journeys:step_move "
                "journeys:step_copy journeys:step_split journeys:step_split_stage "
                "journeys:step_merge journeys:step_remove journeys:feeling_assess "
                "journeys:lane_create journeys:lane_edit journeys:lane_move "
                "journeys:lane_line journeys:lane_remove journeys:card_create "
                "journeys:card_paste journeys:card_edit journeys:card_move "
                "journeys:card_copy journeys:card_split journeys:card_merge "
                "journeys:card_remove "
                "touchpoints:touchpoint_create touchpoints:touchpoint_edit "
                "touchpoints:touchpoint_move touchpoints:touchpoint_copy "
                "touchpoints:touchpoint_split touchpoints:touchpoint_archive "
                "touchpoints:touchpoint_restore touchpoints:handoff_create "
                "touchpoints:handoff_edit touchpoints:handoff_remove feedback:touchpoint_merge",
            },
        ),
        (
            "Keep and restore versions; save views, rename and delete one’s own",
            "EDIT",
            {
                "POST": "journeys:version_create journeys:version_restore journeys:view_list "
                "journeys:view_rename journeys:view_delete",
            },
        ),
        (
            "Make a journey: from a template, a file, a copy; keep one as a template",
            "EDIT",
            {
                "GET": "journeys:journey_create journeys:journey_import "
                "journeys:journey_duplicate journeys:template_create",
                "POST": "journeys:journey_create journeys:journey_import "
                "journeys:journey_duplicate journeys:template_create "
                "journeys:template_delete journeys:sub_journey_create",
            },
        ),
        (
            "Give a member another role in one journey (its owner may, too)",
            "ADMINISTER",
            {"GET": "journeys:journey_roles", "POST": "journeys:journey_roles"},
        ),
        (
            "Share a journey by a link, and take the link back",
            "EDIT",
            {
                "GET": "journeys:share_list journeys:share_create journeys:share_detail "
                "journeys:share_edit journeys:share_qr",
                "POST": "journeys:share_create journeys:share_edit journeys:share_revoke",
            },
        ),
        ("See all links of a workspace", "ADMINISTER", {"GET": "journeys:share_overview"}),
        (
            "Look at a shared map, and comment on it where the link allows: whoever has the link",
            "PUBLIC",
            {
                "GET": "journeys:shared_map journeys:shared_embed journeys:shared_enter "
                "journeys:shared_picture journeys:shared_picture_full journeys:shared_comments "
                "journeys:shared_place",
                "POST": "journeys:shared_enter journeys:shared_place",
            },
        ),
    ),
}

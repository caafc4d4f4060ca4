"""Rows of signing in, and of who is a member."""

from cxjourney.permission_rows.lines import Lines

ROWS: dict[str, Lines] = {
    "Account": (
        (
            "Sign in, also by a second factor, a passkey or single sign-on",
            "PUBLIC",
            {
                "GET": "account_login account_inactive account_signup mfa_authenticate "
                "mfa_login_webauthn openid_connect_login openid_connect_callback "
                "socialaccount_login_cancelled socialaccount_login_error socialaccount_signup",
                "POST": "account_login mfa_authenticate mfa_login_webauthn openid_connect_login",
            },
        ),
        (
            "Set a new password, confirm an address, accept an invitation: by a link in an e-mail",
            "PUBLIC",
            {
                "GET": "account_reset_password account_reset_password_done "
                "account_reset_password_from_key account_reset_password_from_key_done "
                "account_confirm_email account_invitation",
                "POST": "account_reset_password account_reset_password_from_key "
                "account_confirm_email account_invitation",
            },
        ),
        (
            "Set up a server on which nobody has an account, by the link that it prints",
            "PUBLIC",
            {"GET": "account_first_owner", "POST": "account_first_owner"},
        ),
        (
            "Choose a workspace, read notices, sign out",
            "PERSON",
            {
                "GET": "home journeys:notice_list",
                "POST": "account_logout journeys:notices_read journeys:notice_mails",
            },
        ),
        (
            "Keep one’s own account: address, password, second factor, sessions",
            "PERSON",
            {
                "GET": "account_overview account_reauthenticate account_email "
                "account_change_password account_set_password mfa_index mfa_reauthenticate "
                "mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes "
                "mfa_generate_recovery_codes mfa_download_recovery_codes mfa_list_webauthn "
                "mfa_add_webauthn mfa_reauthenticate_webauthn mfa_remove_webauthn "
                "mfa_edit_webauthn socialaccount_connections account_session_list",
                "POST": "account_reauthenticate account_email account_change_password "
                "account_set_password mfa_reauthenticate mfa_activate_totp mfa_deactivate_totp "
                "mfa_generate_recovery_codes mfa_add_webauthn mfa_reauthenticate_webauthn "
                "mfa_remove_webauthn mfa_edit_webauthn socialaccount_connections "
                "account_session_end_others account_session_end",
            },
        ),
        ("Tell search engines to stay away", "PUBLIC", {"GET": "robots"}),
    ),
    "People": (
        (
            "See who is a member; leave",
            "READ",
            {"GET": "journeys:people_list", "POST": "journeys:workspace_leave"},
        ),
        (
            "Invite people, change their roles, remove them",
            "ADMINISTER",
            {
                "POST": "journeys:invitation_create journeys:invitation_renew "
                "journeys:invitation_revoke journeys:member_role journeys:member_remove",
            },
        ),
        (
            "Read the audit log, and take it away",
            "ADMINISTER",
            {"GET": "journeys:audit_list", "POST": "journeys:audit_file"},
        ),
    ),
}

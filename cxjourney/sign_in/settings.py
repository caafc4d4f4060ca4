"""What django-allauth is told: part of the settings, which take all of it over."""

from urllib.parse import urlsplit

from cxjourney import env

_HTTPS = env.text("SITE_URL").startswith("https://")

# People sign in by e-mail; who has no invitation gets no account (cxjourney/sign_in/).
ACCOUNT_ADAPTER = "cxjourney.sign_in.accounts.Accounts"
ACCOUNT_FORMS = {
    "login": "cxjourney.sign_in.forms.SignIn",
    "change_password": "cxjourney.sign_in.forms.ChangePassword",
    "set_password": "cxjourney.sign_in.forms.SetPassword",
    "reset_password": "cxjourney.sign_in.forms.ResetPassword",
    "reset_password_from_key": "cxjourney.sign_in.forms.NewPassword",
    "add_email": "cxjourney.sign_in.forms.ChangeEmail",
    "reauthenticate": "cxjourney.sign_in.forms.Reauthenticate",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_CHANGE_EMAIL = True
# An accepted invitation proves the address, and so does a link to a new password.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Whoever types a stranger's address does not make us write to them.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _HTTPS else "http"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Attempts, seconds or minutes, and what is counted: an address of the network, or of a person.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key"}

MFA_ADAPTER = "cxjourney.sign_in.second_factor.SecondFactors"
MFA_FORMS = {
    "authenticate": "cxjourney.sign_in.forms.SecondFactor",
    "reauthenticate": "cxjourney.sign_in.forms.SecondFactorAgain",
    "activate_totp": "cxjourney.sign_in.forms.ActivateApp",
    "add_webauthn": "cxjourney.sign_in.forms.AddPasskey",
    "edit_webauthn": "cxjourney.sign_in.forms.RenamePasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "cxjourney"
# Clocks differ; one step of 30 seconds either way.
MFA_TOTP_TOLERANCE = 1
# Nobody gets an account for an address that nobody vouched for, so nobody is locked out by it.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Browsers hand out passkeys over HTTPS and on localhost only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _HTTPS
# Leads whoever has no second factor to the page that sets one up.
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", default=False)

# How often the list of sessions learns that one is in use, in seconds; 0 is never.
SESSION_NOTED_SECONDS = 300

# OpenID Connect, with one provider. It is off without OIDC_SERVER_URL.
OIDC_SERVER_URL = env.text("OIDC_SERVER_URL").rstrip("/")
# Where its pages are. A form that leads to one of them passes our content security policy.
OIDC_ORIGINS = (
    env.words("OIDC_ORIGINS", "{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL)))
    if OIDC_SERVER_URL
    else []
)
OIDC_NAME = env.text("OIDC_NAME", "single sign-on")
# Lets whoever the provider knows have an account, with or without an invitation.
OIDC_CREATES_ACCOUNTS = env.flag("OIDC_CREATES_ACCOUNTS", default=False)
# Only addresses of these domains may come in by it; empty allows all.
OIDC_DOMAINS = [domain.lower() for domain in env.words("OIDC_DOMAINS")]
# For providers that leave the claim email_verified out though their addresses are proved.
OIDC_EMAILS_ARE_VERIFIED = env.flag("OIDC_EMAILS_ARE_VERIFIED", default=False)
SOCIALACCOUNT_ADAPTER = "cxjourney.sign_in.single_sign_on.SingleSignOn"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_QUERY_EMAIL = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "oidc"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": env.text("OIDC_CLIENT_ID"),
                "secret": env.text("OIDC_CLIENT_SECRET"),
                "settings": {
                    "server_url": OIDC_SERVER_URL,
                    "verified_email": OIDC_EMAILS_ARE_VERIFIED,
                },
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}

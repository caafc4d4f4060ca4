"""Addresses below /account/, each with a page of ours: what the library has more of is left out."""

from allauth.account import views as account
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.http import require_POST

from cxjourney.sign_in import first_owner, joining, overview, sessions, single_sign_on

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.account_overview, name="account_overview"),
    path("login/", account.login, name="account_login"),
    path("logout/", require_POST(account.logout), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    # There is none; the library links to it where it may not.
    path("signup/", overview.no_signup, name="account_signup"),
    path("invitation/<str:token>/", joining.invitation_accept, name="account_invitation"),
    path("first-owner/<str:token>/", first_owner.first_owner, name="account_first_owner"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("email/", account.email, name="account_email"),
    re_path(
        r"^email/(?P<key>[-:\w]+)/$",
        account.confirm_email,
        name="account_confirm_email",
    ),
    path("password/", account.password_change, name="account_change_password"),
    path("password/first/", account.password_set, name="account_set_password"),
    path("reset/", account.password_reset, name="account_reset_password"),
    path("reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("second-factor/", include("allauth.mfa.urls")),
    path("oidc/connected/", social.connections, name="socialaccount_connections"),
    path("oidc/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("oidc/error/", social.login_error, name="socialaccount_login_error"),
    path("oidc/signup/", overview.no_signup, name="socialaccount_signup"),
    # Without a provider in the settings, these are not there (404).
    path("oidc/<slug:provider_id>/login/", single_sign_on.begin, name="openid_connect_login"),
    path(
        "oidc/<slug:provider_id>/login/callback/",
        openid_connect.callback,
        name="openid_connect_callback",
    ),
    path("sessions/", sessions.session_list, name="account_session_list"),
    path("sessions/end/", sessions.session_end_others, name="account_session_end_others"),
    path("sessions/<int:pk>/end/", sessions.session_end, name="account_session_end"),
]

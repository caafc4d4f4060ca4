"""Every address of the site; the apps' own lists stand beside their views."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, include, path

from cxjourney import views

handler400 = "cxjourney.errors.bad_request"
handler403 = "cxjourney.errors.permission_denied"
handler404 = "cxjourney.errors.page_not_found"
handler500 = "cxjourney.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("robots.txt", views.robots, name="robots"),
    path("account/login/", auth.LoginView.as_view(), name="login"),
    path("account/logout/", auth.LogoutView.as_view(), name="logout"),
    path("account/password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path(
        "account/password/done/",
        auth.PasswordChangeDoneView.as_view(),
        name="password_change_done",
    ),
    path("account/reset/", auth.PasswordResetView.as_view(), name="password_reset"),
    path("account/reset/sent/", auth.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path(
        "account/reset/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "account/reset/done/",
        auth.PasswordResetCompleteView.as_view(),
        name="password_reset_complete",
    ),
    path("admin/", admin.site.urls),
    path("api/docs/", views.api_docs, name="api_docs"),
    path("api/", include("cxjourney.api")),
    path("", include("journeys.urls")),
    path("", include("touchpoints.urls")),
    path("", include("feedback.urls")),
]

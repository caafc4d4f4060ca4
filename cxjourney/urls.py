"""Every address of the site; the apps' own lists stand beside their views."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from cxjourney import views

handler400 = "cxjourney.errors.bad_request"
handler403 = "cxjourney.errors.permission_denied"
handler404 = "cxjourney.errors.page_not_found"
handler429 = "cxjourney.errors.too_many_requests"
handler500 = "cxjourney.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("robots.txt", views.robots, name="robots"),
    path("account/", include("cxjourney.sign_in.urls")),
    path("admin/", admin.site.urls),
    path("api/docs/", views.api_docs, name="api_docs"),
    path("api/", include("cxjourney.api")),
    path("", include("journeys.urls")),
    path("", include("touchpoints.urls")),
    path("", include("feedback.urls")),
]

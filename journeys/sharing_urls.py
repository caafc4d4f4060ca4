"""Addresses of sharing: below the map for members, below /share/ for whoever has a link."""

from django.urls import path

from journeys.views.sharing import commenting, links, visiting

LINKS = "w/<slug:workspace>/journeys/<slug:slug>/share/"
SHARED = "share/<str:token>/"

urlpatterns = [
    path(LINKS, links.share_list, name="share_list"),
    path(f"{LINKS}new/", links.share_create, name="share_create"),
    path(f"{LINKS}<int:pk>/", links.share_detail, name="share_detail"),
    path(f"{LINKS}<int:pk>/edit/", links.share_edit, name="share_edit"),
    path(f"{LINKS}<int:pk>/revoke/", links.share_revoke, name="share_revoke"),
    path(f"{LINKS}<int:pk>/qr.svg", links.share_qr, name="share_qr"),
    path("w/<slug:workspace>/shared/", links.share_overview, name="share_overview"),
    path(SHARED, visiting.shared_map, name="shared_map"),
    path(f"{SHARED}embed/", visiting.shared_embed, name="shared_embed"),
    path(f"{SHARED}enter/", visiting.shared_enter, name="shared_enter"),
    path(f"{SHARED}cards/<int:pk>/image/", visiting.shared_picture, name="shared_picture"),
    path(
        f"{SHARED}cards/<int:pk>/image/full/",
        visiting.shared_picture,
        {"full": True},
        name="shared_picture_full",
    ),
    path(f"{SHARED}comments/", commenting.shared_comments, name="shared_comments"),
    path(f"{SHARED}comments/at/", commenting.shared_place, name="shared_place"),
]

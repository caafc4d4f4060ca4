"""Addresses of conversations, below the map's own, and of what tells people of them."""

from django.urls import path

from journeys.views import comments, notices

COMMENTS = "w/<slug:workspace>/journeys/<slug:slug>/comments/"

urlpatterns = [
    path(COMMENTS, comments.comment_list, name="comment_list"),
    path(f"{COMMENTS}at/", comments.comment_place, name="comment_place"),
    path(f"{COMMENTS}people/", comments.comment_people, name="comment_people"),
    path(f"{COMMENTS}new/", comments.comment_create, name="comment_create"),
    path(f"{COMMENTS}<int:pk>/edit/", comments.comment_edit, name="comment_edit"),
    path(f"{COMMENTS}<int:pk>/resolve/", comments.comment_resolve, name="comment_resolve"),
    path(f"{COMMENTS}<int:pk>/reopen/", comments.comment_reopen, name="comment_reopen"),
    path(f"{COMMENTS}<int:pk>/remove/", comments.comment_remove, name="comment_remove"),
    path(f"{COMMENTS}read/", notices.place_read, name="comments_read"),
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("notices/mails/", notices.notice_mails, name="notice_mails"),
]

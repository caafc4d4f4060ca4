"""Addresses of the people of a workspace."""

from django.urls import path

from journeys.views import people

urlpatterns = [
    path("w/<slug:workspace>/people/", people.people_list, name="people_list"),
    path("w/<slug:workspace>/people/invite/", people.invitation_create, name="invitation_create"),
    path("w/<slug:workspace>/people/leave/", people.workspace_leave, name="workspace_leave"),
    path(
        "w/<slug:workspace>/people/invitations/<int:pk>/again/",
        people.invitation_renew,
        name="invitation_renew",
    ),
    path(
        "w/<slug:workspace>/people/invitations/<int:pk>/revoke/",
        people.invitation_revoke,
        name="invitation_revoke",
    ),
    path("w/<slug:workspace>/people/<int:pk>/role/", people.member_role, name="member_role"),
    path("w/<slug:workspace>/people/<int:pk>/remove/", people.member_remove, name="member_remove"),
]

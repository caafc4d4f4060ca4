"""Addresses of the audit log."""

from django.urls import path

from journeys.views import audit

urlpatterns = [
    path("w/<slug:workspace>/audit/", audit.audit_list, name="audit_list"),
    path("w/<slug:workspace>/audit/file/", audit.audit_file, name="audit_file"),
]

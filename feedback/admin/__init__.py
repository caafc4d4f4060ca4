"""The admin pages of everything that customers said, and of what it is counted by."""

from django.contrib import admin
from django_tasks_db.models import DBTaskResult

from feedback.admin import friction, inbound, records, sources

__all__ = ["friction", "inbound", "records", "sources"]

# A queue for all workspaces, which no admin of one should see.
admin.site.unregister(DBTaskResult)

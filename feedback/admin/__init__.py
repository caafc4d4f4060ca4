"""The admin pages of everything that customers said, and of what it is counted by."""

from django.contrib import admin
from django_tasks_db.models import DBTaskResult

from feedback.admin import (
    cases,
    erasures,
    friction,
    inbound,
    observations,
    opportunities,
    outcomes,
    records,
    sources,
    surveys,
    themes,
    touchpoints,
)

__all__ = [
    "cases",
    "erasures",
    "friction",
    "inbound",
    "observations",
    "opportunities",
    "outcomes",
    "records",
    "sources",
    "surveys",
    "themes",
    "touchpoints",
]

# A queue for all workspaces, which no admin of one should see.
admin.site.unregister(DBTaskResult)

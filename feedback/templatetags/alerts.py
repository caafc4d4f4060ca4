"""What the head of every page says about alerts."""

from typing import Any

from django import template
from django.db.models import Count, IntegerField, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from feedback.models import Alert
from journeys.models import Notice, User, Workspace

register = template.Library()


@register.simple_tag(takes_context=True)
def open_alerts(context: Any, workspace: Workspace) -> int:
    """Return how many alerts of a workspace ask for attention.

    The bell beside it counts notices: both are asked in one query, and it finds its own there.
    """
    request = context["request"]
    user = request.user
    mine = Alert.objects.awake(timezone.now()).filter(workspace=workspace.pk)
    unread = Notice.objects.visible_to(user).unread()
    counted = User.objects.filter(pk=user.pk).annotate(
        alerts=_count(mine, "workspace"), unread=_count(unread, "user")
    )
    found = counted.values_list("alerts", "unread").first()
    alerts, request._unread_notices = found or (0, 0)
    return int(alerts)


def _count(rows: Any, by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))

"""What the head of every page says about alerts."""

from typing import Any

from django import template
from django.db.models import IntegerField, QuerySet, Subquery
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
    counted = User.objects.filter(pk=user.pk).order_by().values_list(_Count(mine), _Count(unread))
    alerts, request._unread_notices = next(iter(counted), (0, 0))
    return int(alerts)


class _Count(Subquery):
    """How many rows a query finds: cheaper to say than one that groups, and 0 where none are."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS found)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk"))

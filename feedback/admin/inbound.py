"""The admin's log of what other tools delivered: to be read, and to be played again."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from feedback.models import Delivery, DeliveryState
from feedback.push.bodies import BadBody, parsed
from feedback.webhooks import replay
from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter


@admin.register(Delivery)
class DeliveryAdmin(WorkspaceContentAdmin):
    """Deliveries of webhooks, as they came."""

    list_display = ["received_at", "webhook", "state", "created", "updated", "times", "why"]
    list_select_related = ("webhook__source",)
    list_filter = ["state", ("webhook", OwnRelatedFilter), "received_at"]
    search_fields = ["delivery_id", "body", "reason"]
    search_help_text = "Search in the id, the body and the reason."
    actions = ["play_again"]
    fields = [
        "webhook",
        "delivery_id",
        "received_at",
        "times",
        "state",
        "reason",
        "created",
        "updated",
        "replayed_at",
        "as_it_came",
    ]
    readonly_fields = ["as_it_came"]

    @admin.display(description="reason")
    def why(self, delivery: Delivery) -> str:
        """Return the first line of the reason."""
        return delivery.reason.partition("\n")[0] or "–"

    @admin.display(description="body")
    def as_it_came(self, delivery: Delivery) -> str:
        """Return the body, its JSON indented where it is JSON."""
        try:
            text = json.dumps(parsed(delivery.body, mend=True), indent=2, ensure_ascii=False)
        except BadBody:
            text = delivery.body
        return format_html("<pre>{}</pre>", text or "Blanked: bodies are kept for 30 days.")

    @admin.action(description="Play again")
    def play_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Read the chosen bodies anew, as their webhooks are mapped now; the oldest first."""
        played = [replay(delivery) for delivery in queryset.order_by("pk")]
        recorded = sum(delivery.state == DeliveryState.RECORDED for delivery in played)
        messages.success(request, f"Of {len(played)} deliveries, {recorded} are recorded now.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody: only a signed call makes one."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody: it is a log."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody: what is not in the log would be taken for new when it comes again."""
        return False

"""What other systems send: webhooks, their log, and calls of the API that may come twice."""

import base64
import secrets
from typing import Self

from django.db import models

from feedback.models.sources import Source
from feedback.models.surveys import new_token
from journeys.models import ApiToken, Journey
from journeys.models.workspaces import WorkspaceContentQuerySet


def new_secret() -> str:
    """Return a random secret for signatures: 192 bits, as Standard Webhooks writes them."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


class Provider(models.TextChoices):
    """Who sends, and so how the body is signed and laid out."""

    FORMBRICKS = "formbricks", "Formbricks"
    TYPEFORM = "typeform", "Typeform"
    ZENDESK = "zendesk", "Zendesk"
    GENERIC = "generic", "Generic (Standard Webhooks)"


class WebhookQuerySet(WorkspaceContentQuerySet["Webhook"]):
    """Webhooks, by workspace."""

    workspace_path = "source__workspace"

    def with_deliveries(self) -> Self:
        """Annotate `delivery_count`, `latest_at` and `refused_count`."""
        return self.annotate(
            delivery_count=models.Count("deliveries"),
            latest_at=models.Max("deliveries__received_at"),
            refused_count=models.Count(
                "deliveries",
                filter=models.Q(
                    deliveries__state__in=[DeliveryState.REFUSED, DeliveryState.FAILED]
                ),
            ),
        )


class Webhook(models.Model):
    """An address that a tool sends answers to, signed with `secret`.

    `mapping` says which of the tool's questions belongs to which touchpoint and metric.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="webhooks")
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="webhooks")
    provider = models.CharField(max_length=10, choices=Provider.choices)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    secret = models.CharField(max_length=200, default=new_secret)
    mapping = models.JSONField(default=dict, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(provider__in=Provider.values), name="webhook_provider_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} → {self.source}"


class DeliveryState(models.TextChoices):
    """What became of a delivery."""

    RECORDED = "recorded"
    NOTHING = "nothing", "Held no answer"
    REFUSED = "refused"
    FAILED = "failed"


class DeliveryQuerySet(WorkspaceContentQuerySet["Delivery"]):
    """Deliveries, by workspace."""

    workspace_path = "webhook__source__workspace"

    def waiting(self) -> Self:
        """Keep what was not recorded and can still be read again."""
        return self.exclude(state=DeliveryState.RECORDED).exclude(body="")


class Delivery(models.Model):
    """One signed call of a webhook, kept so that an admin can read it and play it again."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    delivery_id = models.CharField(max_length=200)
    received_at = models.DateTimeField(auto_now_add=True)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=DeliveryState.choices)
    reason = models.TextField(blank=True)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    times = models.PositiveIntegerField(default=1, help_text="How often it was delivered.")
    replayed_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["webhook", "delivery_id"], name="delivery_once"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.delivery_id}"


class IdempotencyKey(models.Model):
    """The answer to a call of the API that may be made again: the same key gets it again."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="idempotency_keys")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="Of the request's body.")
    status = models.PositiveSmallIntegerField()
    response = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return self.key

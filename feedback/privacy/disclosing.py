"""All that is stored about a person, to be handed to them."""

from typing import Any

from feedback.closing.forgetting import words_of
from feedback.models import (
    Delivery,
    FeedbackRecord,
    Identity,
    ImportBatch,
    Invitation,
    Observation,
    Respondent,
)
from feedback.privacy.person import Person
from feedback.privacy.traces import traces_of
from journeys.auditing import audit
from journeys.models import AuditKind, User


def disclosure(person: Person, *, by: User | None = None) -> dict[str, Any]:
    """Return what is stored, ready for JSON; times in UTC. What only mentions them says so.

    That it was asked for is written down, but not of whom.
    """
    traces = traces_of(person)
    audit(
        AuditKind.DISCLOSURE,
        "Took away all that is stored about a customer.",
        by=by,
        workspace=person.workspace,
    )
    return {
        "workspace": person.workspace.name,
        "looked_for": list(person.words),
        "identities": list(
            Identity.objects.filter(pk__in=traces.identities).values(
                "email", "name", "may_contact", "recorded_at"
            )
        ),
        "pseudonyms": list(
            Respondent.objects.filter(pk__in=traces.respondents).values(
                "created_at", "invited_at", "unsubscribed_at"
            )
        ),
        "answers": _answers(traces.own),
        "mentioned_in": _answers(traces.mentions),
        "observations": list(
            Observation.objects.filter(pk__in=traces.observations).values(
                "kind", "seconds", "hit", "occurred_at", "external_id"
            )
        ),
        "invitations": list(
            Invitation.objects.filter(pk__in=traces.invitations).values(
                "survey__title", "language", "created_at", "sent_at", "answered_on"
            )
        ),
        "webhook_deliveries": list(
            Delivery.objects.filter(pk__in=traces.deliveries).values("received_at", "body")
        ),
        "cases": words_of(traces.cases),
        "uploaded_files": list(
            ImportBatch.objects.filter(pk__in=traces.imports).values("filename", "created_at")
        ),
    }


def _answers(ids: frozenset[int]) -> list[dict[str, Any]]:
    records = (
        FeedbackRecord.objects.filter(pk__in=ids)
        .select_related("source", "touchpoint__step__stage__journey", "segment", "channel")
        .order_by("occurred_at", "pk")
    )
    return [
        {
            "journey": record.touchpoint.step.stage.journey.title,
            "touchpoint": record.touchpoint.title,
            "source": record.source.name,
            "occurred_at": record.occurred_at,
            "recorded_at": record.recorded_at,
            "metric": record.metric,
            "score": record.score,
            "comment": record.comment,
            "segment": record.segment.name if record.segment else "",
            "channel": record.channel.name if record.channel else "",
            "language": record.language,
            "partial": record.partial,
            "id_in_source": record.external_id,
        }
        for record in records
    ]

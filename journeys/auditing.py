"""Keeping account of what people may have to answer for: sign-ins, roles, sharing, exports, …"""

from typing import Any

from django.http import HttpRequest

from journeys.clients import client_address, network_of
from journeys.models import AuditEntry, AuditKind, User, Workspace
from journeys.models.workspaces import Visitor


def audit(
    kind: AuditKind,
    text: str,
    *,
    by: Visitor | None,
    workspace: Workspace | None = None,
    request: HttpRequest | None = None,
    **facts: Any,
) -> AuditEntry:
    """Write down what happened, in a sentence that needs no other row to be understood.

    It belongs into the transaction of the event itself. `facts` are values for programs, as JSON
    has them; secrets and what customers said never are among them. Of the address only the network
    is kept.
    """
    actor = by if isinstance(by, User) else None
    longest = AuditEntry._meta.get_field("text").max_length or 0
    return AuditEntry.objects.create(
        kind=kind,
        text=text if len(text) <= longest else f"{text[: longest - 2]} …",
        workspace=workspace,
        actor=actor,
        actor_name=f"{actor} <{actor.email}>"[:254] if actor else "",
        facts=facts,
        address=network_of(client_address(request)) if request else None,
    )

"""The pseudonym of a customer: the same for one address everywhere in a workspace."""

import hashlib
import hmac

from django.conf import settings

from feedback.models import Respondent
from journeys.models import Workspace


def respondent_key(workspace: Workspace, identifier: str) -> str:
    """Return the HMAC-SHA256 of an e-mail address or customer id, in hexadecimal.

    Its key is the server's secret together with the workspace, so that nobody can try out
    addresses against it, and two workspaces do not share pseudonyms.
    """
    secret = f"respondent:{workspace.pk}:{settings.SECRET_KEY}".encode()
    return hmac.new(secret, identifier.strip().casefold().encode(), hashlib.sha256).hexdigest()


def respondent_for(workspace: Workspace, identifier: str) -> Respondent:
    """Return the respondent of that address or id, made when it is first seen."""
    found, _ = Respondent.objects.get_or_create(
        workspace=workspace, key=respondent_key(workspace, identifier)
    )
    return found

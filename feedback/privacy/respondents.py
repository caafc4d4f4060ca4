"""The pseudonym of a customer: the same for one address everywhere in a workspace."""

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings

from feedback.models import Respondent
from journeys.models import Workspace

# SQLite takes some thousand parameters per query, in its oldest supported version 999.
KEYS_PER_QUERY = 300


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


def respondent_ids(
    workspace: Workspace, identifiers: Iterable[str], *, make: bool = True
) -> dict[str, int]:
    """Return the respondents of many addresses or ids, made where they are first seen.

    Without `make`, those that are not there yet are missing from the answer.
    """
    keys = {
        identifier: respondent_key(workspace, identifier) for identifier in sorted(set(identifiers))
    }
    wanted = sorted(set(keys.values()))
    if make:
        # In the order of their keys, so that two writers never wait for each other in a circle.
        Respondent.objects.bulk_create(
            [Respondent(workspace=workspace, key=key) for key in wanted],
            ignore_conflicts=True,
            batch_size=KEYS_PER_QUERY,
        )
    known: dict[str, int] = {}
    for start in range(0, len(wanted), KEYS_PER_QUERY):
        some = wanted[start : start + KEYS_PER_QUERY]
        found = Respondent.objects.filter(workspace=workspace, key__in=some).order_by()
        known |= dict(found.values_list("key", "pk"))
    return {identifier: known[key] for identifier, key in keys.items() if key in known}

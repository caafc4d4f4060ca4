"""Versions that are kept by themselves: the map as it was before somebody began to edit again.

That is the end of the last session and the start of this one at once. Older ones are thinned out:
of each day one after a week, of each month one after a quarter. Those with a title stay for ever.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from journeys.editing.figures import measure
from journeys.editing.snapshots import content_of
from journeys.models import Change, Journey, User, Version

PAUSE = timedelta(minutes=30)
"""An edit that comes later than this after the last one begins a session."""
ALL_FOR = timedelta(days=7)
DAILY_FOR = timedelta(days=90)


def before_session(journey: Journey) -> Version | None:
    """Return the map as it stands, unsaved, where an edit begins a session now.

    One query where it does not.
    """
    changes = Change.objects.filter(journey=journey).order_by("-revision")
    last = changes.values_list("at", flat=True).first()
    if last is not None and timezone.now() - last <= PAUSE:
        return None
    return Version(journey=journey, revision=journey.revision, content=content_of(journey))


def keep(version: Version, *, by: User) -> None:
    """Save a version of before an edit; what it measured follows once the edit is through.

    Nobody waits for the figures while the journey is locked.
    """
    version.by = by
    version.save()
    _thin(version)
    transaction.on_commit(lambda: _add_figures(version), robust=True)


def _add_figures(version: Version) -> None:
    version.figures = measure(version.journey, version.content)
    version.save(update_fields=["figures"])


def _thin(newest: Version) -> None:
    automatic = Version.objects.filter(journey=newest.journey_id, title="").order_by("-pk")
    older = automatic.filter(at__lt=newest.at - ALL_FOR).values_list("pk", "at")
    gone, seen = [], set()
    for pk, at in older:
        slot = at.strftime("%Y-%m-%d" if newest.at - at <= DAILY_FOR else "%Y-%m")
        if slot in seen:
            gone.append(pk)
        seen.add(slot)
    Version.objects.filter(pk__in=gone).delete()

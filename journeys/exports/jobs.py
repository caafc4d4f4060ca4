"""Exports in the background: asked for on a page, made by the worker one after another.

Doing one again does no harm. Where no worker runs, the page that waits makes the file itself.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django_tasks import task

from journeys.auditing import audit
from journeys.exports import Exported, formats
from journeys.exports.choices import Choices
from journeys.exports.making import Stopped, make, make_set
from journeys.maps.filters import MapFilterForm, MapFilters
from journeys.models import AuditKind, Export, ExportState, Journey, User
from journeys.models.exports import WORKING

logger = logging.getLogger(__name__)

MOST_WAITING = 10
"""Of one person, at the same time."""
ENTRIES_KEPT = timedelta(days=30)


class TooMany(Exception):
    """The person has as many exports waiting as one may have; says so in a sentence."""


def ask(user: User, journeys: Sequence[Journey], choices: Choices, filters: MapFilters) -> Export:
    """Order a file of journeys that the person was found to see, and remember the choices.

    Raises TooMany.
    """
    if Export.objects.filter(by=user).working().count() >= MOST_WAITING:
        raise TooMany(
            f"{MOST_WAITING} of your exports are waiting. Let some finish, or cancel them."
        )
    kept = dict(choices.parameters())
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(export_choices=kept)
        export = Export.objects.create(by=user, choices=kept, query=filters.query(zoom=100))
        export.journeys.set(journeys)
        titles = ", ".join(f"“{each.title}”" for each in journeys)
        audit(
            AuditKind.EXPORT,
            f"Had a file made, {formats()[choices.format].label}, of {titles}.",
            by=user,
            workspace=journeys[0].workspace,
            export=export.pk,
            format=choices.format,
            journeys=[each.pk for each in journeys],
        )
        make_export.enqueue(export.pk)
    return export


def ask_again(export: Export) -> Export:
    """Order the same file once more, as an export of its own."""
    journeys = list(export.journeys.all())
    assert export.by is not None  # noqa: S101  (nobody else sees it)
    return ask(export.by, journeys, Choices.kept(export.choices), filters_of(export))


def filters_of(export: Export) -> MapFilters:
    """Return the filters that were asked for, up to today."""
    return MapFilterForm(QueryDict(export.query), today=timezone.now().date()).filters


@task()
def make_export(export_id: int) -> None:
    """Make the file of an export; what an earlier worker left half done is begun again."""
    export = Export.objects.select_related("by").filter(pk=export_id).first()
    if export is None:
        return
    mine = {ExportState.QUEUED}
    if export.in_background:
        # The queue gives a job to one worker at a time, so the one that had it is gone.
        mine.add(ExportState.RUNNING)
    run(export, out_of=mine, in_background=True)


def run(export: Export, *, out_of: set[ExportState], in_background: bool = False) -> None:
    """Make an export's file here and now, unless it was taken or cancelled meanwhile."""
    began = {"heartbeat_at": timezone.now(), "progress": 0, "in_background": in_background}
    if not export.move(ExportState.RUNNING, out_of=out_of, **began):
        return
    try:
        _keep(export, _make(export))
    except Stopped:
        return
    except Exception:
        logger.exception("Export %s failed.", export.pk)
        _fail(
            export,
            "Something went wrong on the server while the file was made. Nothing on the map has "
            "changed. Its log says more, under the number of this export.",
        )


def _make(export: Export) -> Exported:
    journeys = list(
        Journey.objects.visible_to(export.by)
        .filter(exports=export)
        .select_related("workspace", "owner")
        .order_by("title", "pk")
        if export.by
        else ()
    )
    if not journeys:
        _fail(export, "The journey is gone, or you may not see it any more.")
        raise Stopped
    choices, filters = Choices.kept(export.choices), filters_of(export)

    def reached(share: float) -> None:
        """Note how far it is; stop where the owner has cancelled it."""
        here = Export.objects.filter(pk=export.pk, state=ExportState.RUNNING)
        if not here.update(progress=min(share, 0.99), heartbeat_at=timezone.now()):
            raise Stopped

    if len(journeys) == 1:
        return make(journeys[0], choices, filters, reached=reached)
    name = journeys[0].workspace.slug
    return make_set(journeys, choices, filters, name=name, reached=reached)


def _keep(export: Export, made: Exported) -> None:
    ending = made.filename.rpartition(".")[2]
    export.file.save(f"{uuid4().hex}.{ending}", ContentFile(made.content), save=False)
    now = timezone.now()
    kept = export.move(
        ExportState.DONE,
        out_of={ExportState.RUNNING},
        progress=1,
        notes=list(made.notes),
        file=export.file.name,
        filename=made.filename,
        content_type=made.content_type,
        size=len(made.content),
        heartbeat_at=now,
        finished_at=now,
    )
    if not kept:
        export.file.delete(save=False)


def _fail(export: Export, message: str) -> None:
    now = timezone.now()
    export.move(ExportState.FAILED, out_of={ExportState.RUNNING}, message=message, finished_at=now)


def cancel(export: Export) -> bool:
    """Take an export back; whoever makes it stops at its next step. False where it had ended."""
    return export.move(ExportState.CANCELLED, out_of=WORKING, finished_at=timezone.now())


def fail_abandoned(now: datetime) -> None:
    """Say of exports whose maker is gone that they failed; they may be asked for again."""
    for export in Export.objects.abandoned(now):
        _fail(export, "Whoever made the file stopped in the middle. Try again.")


def delete_old_files(now: datetime) -> None:
    """Delete files that were kept long enough, and entries long after them."""
    limit = now - timedelta(hours=settings.EXPORT_KEEP_HOURS)
    for export in Export.objects.filter(finished_at__lt=limit).exclude(file=""):
        export.delete_file()
    Export.objects.filter(finished_at__lt=now - ENTRIES_KEPT, file="").delete()

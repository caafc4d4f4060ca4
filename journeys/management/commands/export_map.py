"""`manage.py export_map SLUG --format json`: a journey's map as a file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import timezone

from journeys.exports import export, formats
from journeys.exports.gathering import gather
from journeys.exports.options import ExportOptions
from journeys.maps.filters import MapFilterForm
from journeys.models import Journey


class Command(BaseCommand):
    """Writes the map that the page shows, under the same filters."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the journey, the format, and what to filter by."""
        parser.add_argument("slug", help="the journey's name in its address")
        parser.add_argument("--workspace", help="needed where two workspaces use the same slug")
        parser.add_argument("--format", choices=list(formats()), default="json")
        parser.add_argument(
            "--filter", default="", metavar="QUERY", help="as in the address: period=all&segment=…"
        )
        parser.add_argument("--output", type=Path, help="a file; standard output without it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build the map and write the file."""
        journey = self._journey(options["slug"], options["workspace"])
        form = MapFilterForm(QueryDict(options["filter"]), today=timezone.now().date())
        filters = form.filters
        if form.problems:
            raise CommandError(" ".join(form.problems))
        chosen = ExportOptions()
        material = gather(journey, filters=filters, options=chosen)
        exported = export(material, options["format"], chosen)
        if options["output"]:
            options["output"].write_bytes(exported.content)
            self.stdout.write(f"Wrote {options['output']}, {len(exported.content):,} bytes.")
        else:
            sys.stdout.buffer.write(exported.content)

    def _journey(self, slug: str, workspace: str | None) -> Journey:
        journeys = Journey.objects.filter(slug=slug).select_related("workspace", "owner")
        if workspace:
            journeys = journeys.filter(workspace__slug=workspace)
        match list(journeys):
            case [journey]:
                return journey
            case []:
                raise CommandError(f"There is no journey “{slug}”.")
            case several:
                names = ", ".join(journey.workspace.slug for journey in several)
                raise CommandError(f"Several workspaces have “{slug}”: add --workspace ({names}).")

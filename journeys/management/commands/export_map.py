"""Write a journey's map, or all journeys of a workspace, as a file."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import timezone

from journeys.exports import Exported, formats
from journeys.exports.choices import LANGUAGES, MEGAPIXELS, ORIENTATIONS, Choices
from journeys.exports.making import make, make_set
from journeys.exports.options import PAPERS, ExportOptions
from journeys.maps.build import lane_keys
from journeys.maps.filters import MapFilterForm, MapFilters
from journeys.models import Journey, Lane, Workspace


class Command(BaseCommand):
    """Writes the map that the page shows, under the same filters; notes go to standard error."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the journey, the format and its options, and what to filter by."""
        parser.add_argument("slug", nargs="?", help="the journey's name in its address")
        parser.add_argument("--workspace", help="needed where two workspaces use the same slug")
        parser.add_argument(
            "--all", action="store_true", help="all journeys of --workspace, as one ZIP archive"
        )
        parser.add_argument("--format", choices=list(formats()), default="json")
        parser.add_argument("--paper", choices=list(PAPERS), default="a3")
        parser.add_argument("--orientation", choices=list(ORIENTATIONS), default="landscape")
        parser.add_argument(
            "--tiled", action="store_true", help="at reading size, over as many sheets as it takes"
        )
        parser.add_argument("--megapixels", type=int, choices=list(MEGAPIXELS), default=8)
        parser.add_argument("--no-metrics", dest="metrics", action="store_false")
        parser.add_argument("--comments", action="store_true")
        parser.add_argument("--language", choices=list(LANGUAGES), default="en")
        parser.add_argument("--lanes", nargs="+", metavar="LANE", help="these lanes and no other")
        parser.add_argument("--hide", nargs="+", metavar="LANE", help="all lanes but these")
        parser.add_argument(
            "--filter", default="", metavar="QUERY", help="as in the address: period=all&segment=…"
        )
        parser.add_argument("--output", type=Path, help="a file; standard output without it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the file and write it."""
        form = MapFilterForm(QueryDict(options["filter"]), today=timezone.now().date())
        filters = form.filters
        if form.problems:
            raise CommandError(" ".join(form.problems))
        names = ("paper", "orientation", "tiled", "metrics", "comments", "language", "megapixels")
        chosen = ExportOptions(**{name: options[name] for name in names})
        made = self._made(Choices(options["format"], chosen), filters, options)
        for note in made.notes:
            self.stderr.write(note)
        if options["output"]:
            options["output"].write_bytes(made.content)
            self.stdout.write(f"Wrote {options['output']}, {len(made.content):,} bytes.")
        else:
            sys.stdout.buffer.write(made.content)

    def _made(self, choices: Choices, filters: MapFilters, options: dict[str, Any]) -> Exported:
        if options["all"]:
            home, journeys = self._all_of(options["workspace"], options["slug"])
            filters = _with_lanes(filters, journeys, options)
            return make_set(journeys, choices, filters, name=home)
        if not options["slug"]:
            raise CommandError("Name a journey, or ask for --all of a --workspace.")
        journey = self._journey(options["slug"], options["workspace"])
        return make(journey, choices, _with_lanes(filters, [journey], options))

    def _all_of(self, workspace: str | None, slug: str | None) -> tuple[str, list[Journey]]:
        if slug:
            raise CommandError(f"--all takes every journey: leave out “{slug}”.")
        homes = Workspace.objects.filter(slug=workspace) if workspace else Workspace.objects.all()
        match list(homes[:2]):
            case [home]:
                journeys = home.journeys.select_related("workspace", "owner")
                found = list(journeys.order_by("title", "pk"))
                if not found:
                    raise CommandError(f"“{home}” has no journeys.")
                return home.slug, found
            case []:
                raise CommandError(f"There is no workspace “{workspace}”.")
            case _:
                raise CommandError("There are several workspaces: say which by --workspace.")

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


def _with_lanes(
    filters: MapFilters, journeys: Sequence[Journey], options: dict[str, Any]
) -> MapFilters:
    """Return the filters with those lanes hidden that are not wanted."""
    keys: set[str] = set()
    for journey in journeys:
        lanes = Lane.objects.current().filter(journey=journey).order_by("position")
        keys |= set(lane_keys(lanes).values())
    wanted, unwanted = set(options["lanes"] or ()), set(options["hide"] or ())
    if unknown := (wanted | unwanted) - keys:
        raise CommandError(
            f"There is no lane {', '.join(sorted(unknown))}. Lanes: {', '.join(sorted(keys))}."
        )
    hidden = unwanted | (keys - wanted if wanted else set())
    return replace(filters, hidden=filters.hidden | hidden)

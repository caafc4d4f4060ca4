"""`manage.py import_map FILE --workspace SLUG`: a journey from a file that an export made."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from journeys.exchange.problems import FileRefused
from journeys.exchange.reading import read
from journeys.exchange.writing import write
from journeys.models import Workspace


class Command(BaseCommand):
    """Makes a new journey; see docs/exchange.md."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, the workspace, and another title."""
        parser.add_argument("file", type=Path, help="JSON, XLSX, zipped CSV or Mermaid")
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--title", help="as the file says, if not given")
        parser.add_argument(
            "--actors", choices=["personas", "teams"], default="personas",
            help="what the actors of a Mermaid diagram become",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, write, and say what was made; a file that is not right writes nothing."""
        path: Path = options["file"]
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(f"There is no workspace “{options['workspace']}”.")
        try:
            with path.open("rb") as file:
                found = read(path.name, file, actors=options["actors"])
            made = write(workspace, found.content, by=None, title=options["title"])
        except FileRefused as refusal:
            raise CommandError(f"{refusal}\nNothing was imported.") from None
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from None
        self.stdout.write(f"Imported “{made.journey}” as {made.journey.slug}.")
        for note in (*found.notes, *made.notes):
            self.stdout.write(note)

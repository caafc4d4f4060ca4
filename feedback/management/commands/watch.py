"""`manage.py watch`: looks for alerts now, in all workspaces or in one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils import timezone

from feedback.alerting.watching import watch_workspace
from journeys.models import Workspace


class Command(BaseCommand):
    """Open and close alerts by today's numbers; `work` does it hourly. See docs/alerts.md."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the workspace and --quiet."""
        parser.add_argument("workspace", nargs="?", help="A workspace's slug; all, if not given.")
        parser.add_argument(
            "--quiet", action="store_true", help="Tell nobody: no notice, e-mail or webhook."
        )

    def handle(self, *, workspace: str | None, quiet: bool, **options: Any) -> None:
        """Watch, and say in a line for each workspace what changed."""
        workspaces = Workspace.objects.order_by("pk")
        if workspace:
            workspaces = workspaces.filter(slug=workspace)
            if not workspaces:
                raise CommandError(f"There is no workspace “{workspace}”.")
        for each in workspaces:
            outcome = watch_workspace(each, timezone.now(), tells=not quiet)
            self.stdout.write(f"{each}: {outcome}.")

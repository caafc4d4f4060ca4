"""`manage.py load_demo`: the simulated demo workspace, built once."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils import timezone

from feedback.demo.load import SlugTaken, load_demo


class Command(BaseCommand):
    """Build the simulated demo workspace; see docs/demo.md. A second run changes nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --fresh and --today."""
        parser.add_argument(
            "--fresh", action="store_true", help="Replace the demo, and what was done in it."
        )
        parser.add_argument(
            "--today",
            type=_day,
            metavar="YYYY-MM-DD",
            help="The day on which the simulated year ends; today, if not given.",
        )

    def handle(self, *, fresh: bool, today: date | None, **options: Any) -> None:
        """Load the demo and say in one line what is there now."""
        today = today or timezone.localdate()
        try:
            loaded = load_demo(today=today, fresh=fresh)
        except SlugTaken as problem:
            raise CommandError(f"{problem} Nothing was changed.") from None
        if not loaded.created:
            self.stdout.write(
                f"“{loaded.workspace}” is there already and stays as it is; --fresh builds it anew."
            )
            return
        self.stdout.write(
            f"Loaded “{loaded.workspace}”: {loaded.journeys} journeys, "
            f"{loaded.touchpoints} touchpoints, {loaded.answers:,} simulated answers "
            f"in the year before {today.day} {today:%B %Y}."
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a day such as 2026-11-22.") from None

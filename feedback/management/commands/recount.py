"""`manage.py recount`: proves the daily counts against the records, and mends them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from feedback import recounting


class Command(BaseCommand):
    """Mend the daily counts from the records; with --check, only say what is wrong."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --check."""
        parser.add_argument(
            "--check",
            action="store_true",
            help="Change nothing; exit with status 1 where the counts are wrong.",
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        """Say per table what is wrong, touchpoint by touchpoint, and what became of it."""
        found = recounting.check() if check else recounting.repair()
        for compared in found:
            self._say(compared, mended=not check)
        if check and any(compared.wrong for compared in found):
            raise CommandError("The counts are wrong; `manage.py recount` mends them.")

    def _say(self, compared: recounting.Compared, *, mended: bool) -> None:
        if not compared.wrong:
            self.stdout.write(f"{compared.table}: right")
            return
        for difference in compared.first:
            self.stdout.write(f"  {difference}")
        if more := compared.wrong - len(compared.first):
            self.stdout.write(f"  and {more:,} more")
        rows = "1 row" if compared.wrong == 1 else f"{compared.wrong:,} rows"
        self.stdout.write(f"{compared.table}: {rows} wrong{', mended' if mended else ''}")

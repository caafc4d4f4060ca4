"""`manage.py work`: does in the background what takes longer than a page may."""

import os
import sys
from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.autoreload import run_with_reloader

from cxjourney.worker import Worker, end_with

NICE = 5
"""How far the worker stands back behind the web server where a processor is short."""


class Command(BaseCommand):
    """Do the jobs that wait (imports, mails, …), one after another, and tidy up every hour."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --once, --reload, and what `start` says to its own worker."""
        parser.add_argument(
            "--once", action="store_true", help="End as soon as nothing waits any more."
        )
        parser.add_argument("--reload", action="store_true", help="Restart after every edit.")
        parser.add_argument("--until-stdin-closes", action="store_true", help=SUPPRESS)

    def handle(self, *, once: bool, reload: bool, until_stdin_closes: bool, **options: Any) -> None:
        """Work until a signal ends it."""
        worker = Worker(once=once)
        if until_stdin_closes:
            end_with(sys.stdin.fileno())
        if reload:
            run_with_reloader(worker.run)
        else:
            worker.configure_signals()
            if not once:
                os.nice(NICE)
            worker.run()

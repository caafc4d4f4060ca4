"""`manage.py disclose`: writes what is stored about a person, as JSON."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder

from feedback.management.commands.erase import sought
from feedback.privacy.disclosing import disclosure


class Command(BaseCommand):
    """Write everything that a workspace stores about a person; see docs/privacy.md."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the address, the workspace and what else to look for."""
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument(
            "--also",
            action="append",
            default=[],
            metavar="TEXT",
            help="Another name, number or id of the person to look for; may be repeated.",
        )

    def handle(self, *, email: str, workspace: str, also: list[str], **options: Any) -> None:
        """Write the JSON to standard output."""
        found = disclosure(sought(email, workspace, also))
        self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False))

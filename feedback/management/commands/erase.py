"""`manage.py erase`: forgets a person, or everybody once more after a restore."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from feedback.privacy.erasing import Effect, ImportRuns, erase, erase_again, foresee
from feedback.privacy.person import NotLookedFor, Person
from journeys.models import Workspace


class Command(BaseCommand):
    """Erase a person from a workspace by e-mail address; see docs/privacy.md."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the address, the workspace and what else to look for."""
        parser.add_argument("email", nargs="?", metavar="EMAIL")
        parser.add_argument("--workspace", metavar="SLUG")
        parser.add_argument(
            "--also",
            action="append",
            default=[],
            metavar="TEXT",
            help="Another name, number or id of the person to look for; may be repeated.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would go, and change nothing."
        )
        parser.add_argument(
            "--again",
            action="store_true",
            help="After a restore: do all erasures that were ever made once more.",
        )

    def handle(self, *, email: str | None, again: bool, dry_run: bool, **options: Any) -> None:
        """Erase, and say how much went."""
        try:
            if again:
                if email or dry_run or options["workspace"] or options["also"]:
                    raise CommandError("--again takes nothing else: it repeats all erasures.")
                self._again()
                return
            person = sought(email, options["workspace"], options["also"])
            if dry_run:
                self.stdout.write(f"Nothing was changed. This would go: {told(foresee(person))}.")
                return
            _, effect = erase(person)
        except ImportRuns as problem:
            raise CommandError(f"{problem} Nothing was erased.") from None
        except (OSError, ValueError) as problem:
            raise CommandError(f"{problem}\nNothing was erased.") from None
        self.stdout.write(f"Erased: {told(effect)}.")

    def _again(self) -> None:
        done = erase_again()
        for entry, effect in done:
            if effect:
                self.stdout.write(
                    f"  {entry.key[:8]}… of {entry.erased_at:%Y-%m-%d}: {told(effect)}"
                )
        came_back = sum(1 for _, effect in done if effect)
        self.stdout.write(f"{len(done):,} erasures repeated; {came_back:,} had come back.")


def sought(email: str | None, slug: str | None, also: list[str]) -> Person:
    """Return whom to look for; raises CommandError, or NotLookedFor for what is no address."""
    if not email or not slug:
        raise CommandError("Name the person's e-mail address, and --workspace SLUG.")
    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is None:
        known = ", ".join(Workspace.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f'There is no workspace "{slug}" (there are: {known}).')
    try:
        return Person.by_address(workspace, email, also)
    except NotLookedFor as problem:
        raise CommandError(str(problem)) from None


def told(effect: Effect) -> str:
    """Return what an erasure does, in words."""
    return (
        f"{effect.identities:,} identities, {effect.comments:,} comments, "
        f"{effect.answers_unlinked:,} answers kept without a trace of the person, "
        f"{effect.answers_deleted:,} answers deleted, {effect.invitations:,} invitations, "
        f"{effect.deliveries:,} webhook bodies, {effect.files:,} uploaded files, "
        f"{effect.cases:,} cases wiped"
    )

"""A change made in the admin changes the maps that show it."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from django.db import transaction

from journeys.models import Journey


def lock(journeys: Iterable[int]) -> None:
    """Lock journeys before what they show is written, in the order in which everybody does."""
    ids = set(journeys)
    if ids:
        list(Journey.objects.select_for_update().filter(pk__in=ids).order_by("pk").values("pk"))


@contextmanager
def changing(journeys: Iterable[int]) -> Iterator[None]:
    """Open the change of several journeys: each one's revision rises by one, or nothing happens."""
    with transaction.atomic(), ExitStack() as stack:
        for journey in Journey.objects.filter(pk__in=set(journeys)).order_by("pk"):
            stack.enter_context(journey.changing())
        yield

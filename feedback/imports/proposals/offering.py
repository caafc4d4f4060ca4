"""Which saved mappings are worth offering for a file: those whose columns it has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from feedback.imports.mappings.mapping import Mapping
from feedback.imports.mappings.mapping_file import mapping_from
from feedback.imports.problems import BadMapping
from feedback.imports.proposals.proposal import Proposal
from feedback.models import SavedMapping


@dataclass(frozen=True, slots=True)
class Offer:
    """A saved mapping, how many columns it names, and how many of them the file has."""

    saved: SavedMapping
    named: int
    there: int
    measures: bool
    """True when one of these ends as a number on the map."""

    @property
    def fits(self) -> bool:
        """True when the file has all of its columns."""
        return self.there == self.named


def offers(saved: Iterable[SavedMapping], proposal: Proposal) -> Iterator[Offer]:
    """Yield the mappings that can be used, each with how well it fits the columns of a file."""
    names = {column.name for column in proposal.columns}
    for each in saved:
        try:
            mapping = mapping_from(each.content)
        except BadMapping:
            continue
        wanted = set(mapping.columns())
        measures = not names.isdisjoint(_measured(mapping))
        yield Offer(each, len(wanted), len(wanted & names), measures)


def _measured(mapping: Mapping) -> Iterator[str]:
    if mapping.score:
        yield mapping.score
    yield from (touchpoint.column for touchpoint in mapping.touchpoints if touchpoint.column)
    yield from (observation.column for observation in mapping.observations)

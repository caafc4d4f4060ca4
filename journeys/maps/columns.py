"""Blocks of what is known of somebody, put into columns, and on as many pages as they take."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, Protocol, Self, TypeVar


class Block(Protocol):
    """Something with a height at a width in points, which can be parted where it is too high."""

    def height(self, width: float) -> float:
        """Return how high it stands."""

    def parted(self, width: float, room: float) -> tuple[Self, Self | None]:
        """Return the part that stands in the room, or the least there can be, and the rest."""


B = TypeVar("B", bound=Block)


@dataclass(eq=False)
class Column(Generic[B]):
    """A column, being filled from the top."""

    width: float
    room: float
    blocks: list[B] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = self.room

    def take(self, block: B, gap: float) -> None:
        """Put a block below the others."""
        self.blocks.append(block)
        self.left -= block.height(self.width) + gap


def flow(
    blocks: Iterable[B], *, width: float, rooms: Iterable[float], across: int, gap: float
) -> list[list[Column[B]]]:
    """Return at least one page of columns, `across` to a page, whose heights `rooms` gives.

    Each block stands where most room is left. It is parted only where it is higher than a page, or
    where much would stay empty otherwise; then it goes on further to the right or on the next page.
    """
    heights = iter(rooms)

    def empty() -> list[Column[B]]:
        room = next(heights)
        return [Column[B](width, room) for _ in range(across)]

    pages = [empty()]
    for block in blocks:
        rest: B | None = block
        free = pages[-1]
        while rest:
            column = max(free, key=lambda each: each.left, default=None)
            if column and rest.height(width) <= column.left + 0.01:
                column.take(rest, gap)
                break
            if not column or (column.blocks and _waits(rest, column)):
                free = empty()
                pages.append(free)
                continue
            held, rest = rest.parted(width, column.left)
            column.take(held, gap)
            free = free[free.index(column) + 1 :]
    return pages


def _waits(block: B, column: Column[B]) -> bool:
    """Say whether a block is better left for the next page than parted."""
    return block.height(column.width) <= column.room or column.left < column.room / 4

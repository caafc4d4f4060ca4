"""Hits among a base: abandonments among starts, errors among attempts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `base`. Raises ValueError unless 0 <= hits <= base."""

    hits: int
    base: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.base:
            raise ValueError(f"{self.hits} of {self.base} is not a rate.")

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.hits + other.hits, self.base + other.base)

    @property
    def value(self) -> float | None:
        """The share in 0..1, None for a base of 0."""
        return self.hits / self.base if self.base else None

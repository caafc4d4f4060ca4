"""Whose answers a side is about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Who:
    """Whose answers count: everybody's, or those of one segment or of one channel.

    `persona` is whom the segment speaks for, where a persona was asked for.
    """

    key: str = ""
    segment: str = ""
    channel: str = ""
    persona: str = ""

    @property
    def words(self) -> str:
        """Return it as people read it."""
        if self.persona:
            return f"{self.persona} (segment {self.segment})"
        return self.segment or self.channel or "everybody"

    @property
    def everybody(self) -> bool:
        """True where nobody is left out."""
        return not (self.segment or self.channel)

    def apart_from(self, other: "Who") -> bool:
        """Whether no answer can be of both: two segments, or two channels."""
        segments, channels = (self.segment, other.segment), (self.channel, other.channel)
        return any(all(pair) and pair[0] != pair[1] for pair in (segments, channels))

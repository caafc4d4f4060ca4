"""What a part of a file says, in columns, on its way to the database."""

from dataclasses import dataclass, field, fields
from datetime import datetime

from feedback.imports.rows.answers import Answer
from feedback.recording.observations import NewObservation


@dataclass(slots=True)
class Said:
    """Answers, a list per column and all of one length, and observations.

    `segment` and the columns below it hold None where the file has no such column; names and
    addresses stand in them as the file has them.
    """

    external_id: list[str] = field(default_factory=list)
    touchpoint_id: list[int] = field(default_factory=list)
    own_channel_id: list[int] = field(default_factory=list)
    metric: list[str] = field(default_factory=list)
    score: list[int | None] = field(default_factory=list)
    comment: list[str | None] = field(default_factory=list)
    occurred_at: list[datetime] = field(default_factory=list)
    segment: list[str | None] = field(default_factory=list)
    channel: list[str | None] = field(default_factory=list)
    respondent: list[str | None] = field(default_factory=list)
    partial: list[bool | None] = field(default_factory=list)
    language: list[str | None] = field(default_factory=list)
    observations: list[NewObservation] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.external_id)

    def add(self, answer: Answer) -> None:
        """Take one answer."""
        who, place = answer.who, answer.place
        self.external_id.append(who.external_id)
        self.touchpoint_id.append(place.touchpoint_id)
        self.own_channel_id.append(place.channel_id)
        self.metric.append(answer.metric)
        self.score.append(answer.score)
        self.comment.append(answer.comment)
        self.occurred_at.append(who.occurred_at)
        self.segment.append(who.segment)
        self.channel.append(who.channel)
        self.respondent.append(who.respondent)
        self.partial.append(who.partial)
        self.language.append(who.language)

    def extend(self, other: "Said") -> None:
        """Take what another part of the file says."""
        for column in fields(self):
            getattr(self, column.name).extend(getattr(other, column.name))

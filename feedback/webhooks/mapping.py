"""Which of a tool's questions belongs to which touchpoint, and is on which scale."""

from dataclasses import dataclass, field
from typing import Any, Self

from feedback.models import Metric

COMMENT = "comment"
SEGMENT = "segment"
MEANINGS = [
    *((metric.value, metric.label) for metric in Metric),
    (COMMENT, "Comment"),
    (SEGMENT, "Segment"),
]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a question asks: a metric's value, "comment" or "segment"; where, if not everywhere."""

    what: str
    touchpoint: int | None = None


@dataclass(frozen=True, slots=True)
class WebhookMapping:
    """The meanings of questions by their id, and the touchpoint of those that name none."""

    touchpoint: int | None = None
    questions: dict[str, Meaning] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Any) -> Self:
        """Read what a webhook keeps: {"touchpoint": 12, "questions": {id: {"is": "nps"}}}."""
        questions = {
            key: Meaning(each["is"], each.get("touchpoint"))
            for key, each in stored.get("questions", {}).items()
        }
        return cls(stored.get("touchpoint"), questions)

    def as_data(self) -> dict[str, Any]:
        """Return what a webhook keeps."""
        return {
            "touchpoint": self.touchpoint,
            "questions": {
                key: {"is": meaning.what}
                | ({"touchpoint": meaning.touchpoint} if meaning.touchpoint else {})
                for key, meaning in self.questions.items()
            },
        }

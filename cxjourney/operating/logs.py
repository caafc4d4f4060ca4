"""Lines of the log, as text for people or as JSON for programs."""

import json
import logging
from datetime import UTC, datetime

from django.http import HttpRequest

from cxjourney.operating.context import present
from cxjourney.operating.paths import loggable_path

FACTS = ("request_id", "task_id", "task", "user", "method", "path", "status", "ms")
"""What a line may say beside its message."""


class Present(logging.Filter):
    """Adds which request or job a line belongs to, and masks paths that Django writes whole."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        for name, value in present().items():
            setattr(record, name, value)
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            path = request.path
            record.args = tuple(
                loggable_path(request) if each == path else each for each in record.args
            )
        return True


class TextFormatter(logging.Formatter):
    """A line for people: time, level, where, for which request or job, what."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {about}{message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback below it."""
        about = getattr(record, "request_id", None) or getattr(record, "task_id", None)
        record.about = f"[{about}] " if about else ""
        return super().format(record)


class JsonFormatter(logging.Formatter):
    """A line for programs: one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)

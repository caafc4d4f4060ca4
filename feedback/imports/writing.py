"""From answers to records: new ones created, changed ones updated, equal ones left alone."""

from collections.abc import Iterator, Sequence
from typing import Any

from feedback.imports.answers import Answer
from feedback.imports.names import Names
from feedback.imports.report import Report
from feedback.imports.statements import ChangedRecord, NewRecord, insert_records, update_records
from feedback.models import FeedbackRecord, Source
from journeys.models import Channel, Segment

BATCH = 4_000
"""Answers that are held in memory and written together."""
# SQLite takes some thousand parameters per query, in its oldest supported version 999.
IDS_PER_QUERY = 900

_Key = tuple[str, int, str]


class Writer:
    """Writes the answers of one source in batches, counting into the report."""

    def __init__(
        self, source: Source, report: Report, *, segments: Names[Segment], channels: Names[Channel]
    ) -> None:
        self._source = source
        self._report = report
        self._segments = segments
        self._channels = channels
        # What this very import creates needs no looking up: the file's own repeats were found.
        self._has_records = FeedbackRecord.objects.filter(source=source).exists()
        self._batch: list[Answer] = []

    def add(self, answers: Sequence[Answer]) -> None:
        """Take answers, and write a batch when it is full."""
        self._batch += answers
        if len(self._batch) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is still held."""
        batch, self._batch = self._batch, []
        segments = self._segments.ids(answer.who.segment for answer in batch)
        channels = self._channels.ids(answer.who.channel for answer in batch)
        known = self._known(batch) if self._has_records else {}
        created: list[NewRecord] = []
        updated: list[ChangedRecord] = []
        for answer in batch:
            values = _values(answer, segments, channels)
            old = known.get(answer.key())
            if old is None:
                created.append(self._new(answer, values))
            elif any(getattr(old, name) != value for name, value in values.items()):
                updated.append(old._replace(**values))
        insert_records(created)
        update_records(updated)
        self._report.created += len(created)
        self._report.updated += len(updated)
        self._report.unchanged += len(batch) - len(created) - len(updated)

    def _new(self, answer: Answer, values: dict[str, Any]) -> NewRecord:
        # Who does not say otherwise answers about the channel of the touchpoint.
        given = {"comment": "", "segment_id": None, "channel_id": answer.place.channel_id} | values
        return NewRecord(self._source.pk, *answer.key(), **given)

    def _known(self, batch: list[Answer]) -> dict[_Key, ChangedRecord]:
        """Return the records that have the id of an answer, by key."""
        found: dict[_Key, ChangedRecord] = {}
        for ids in _cut(sorted({answer.who.external_id for answer in batch})):
            # Excluding the empty id lets both databases use the partial index of the constraint.
            records = (
                FeedbackRecord.objects.filter(source=self._source, external_id__in=ids)
                .exclude(external_id="")
                .order_by()
                .values_list("external_id", "touchpoint_id", "metric", *ChangedRecord._fields)
            )
            for external_id, touchpoint_id, metric, *values in records:
                found[external_id, touchpoint_id, metric] = ChangedRecord(*values)
        return found


_Ids = dict[str | None, int | None]


def _values(answer: Answer, segments: _Ids, channels: _Ids) -> dict[str, Any]:
    """Return what the file says about an answer; columns that it does not have are not there."""
    who = answer.who
    values: dict[str, Any] = {"score": answer.score, "occurred_at": who.occurred_at}
    if answer.comment is not None:
        values["comment"] = answer.comment
    if who.segment is not None:
        values["segment_id"] = segments[who.segment]
    if who.channel:
        values["channel_id"] = channels[who.channel]
    return values


def _cut(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), IDS_PER_QUERY):
        yield ids[start : start + IDS_PER_QUERY]

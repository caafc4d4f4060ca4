"""From what a file says to records: in chunks, each of them written wholly or not at all."""

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary

from django.db import transaction

from feedback.imports.mappings.mapping import Mapping
from feedback.imports.report import Report
from feedback.imports.rows.said import Said
from feedback.imports.target import Target
from feedback.models import FeedbackRecord
from feedback.privacy.masking import masked
from feedback.privacy.respondents import respondent_ids
from feedback.recording import Outcome, Recorded
from feedback.recording.answers import Key, known_answers
from feedback.recording.deadlocks import retried
from feedback.recording.observations import compare_observations, record_observations
from feedback.recording.statements import VALUES, Columns, Written, write_answers

CHUNK = 20_000
"""Answers that are held in memory and written together."""


class Writer:
    """Writes what the file says, or tells in a dry run what that would do; counts into the report.

    Every chunk is a transaction of its own, in which counts of the map are locked for a moment
    only. What a chunk has written another run finds unchanged.
    """

    def __init__(self, mapping: Mapping, target: Target, report: Report) -> None:
        self._target = target
        self._report = report
        self._held = Said()
        self._keeps = _kept(mapping)
        records = FeedbackRecord.objects.filter(source=target.source)
        self._is_first = not records.exists()

    def add(self, said: Said) -> None:
        """Take answers and observations, and write a chunk when it is full."""
        self._held.extend(said)
        if len(self._held) + len(self._held.observations) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write what is still held."""
        said, self._held = self._held, Said()
        self._note_names(said)
        if self._report.dry_run:
            self._compare(said)
            observed = compare_observations(self._target.source, said.observations)
        else:
            observed = self._write(said)
        self._report.observed += len(said.observations) - observed.count(Outcome.UNCHANGED)

    def _note_names(self, said: Said) -> None:
        target, report = self._target, self._report
        new = target.segments.unknown(said.segment), target.channels.unknown(said.channel)
        report.new_segments = sorted({*report.new_segments, *new[0]})
        report.new_channels = sorted({*report.new_channels, *new[1]})

    def _write(self, said: Said) -> Recorded:
        target, report = self._target, self._report
        # Before the chunk's own transaction: who makes the same name must not wait for it.
        columns = _columns(
            said,
            target.segments.ids(said.segment),
            target.channels.ids(said.channel),
            respondent_ids(target.workspace, filter(None, said.respondent)),
        )

        def write() -> tuple[Written, Recorded]:
            with transaction.atomic():
                written = write_answers(target.source.pk, columns, keeps=self._keeps)
                return written, record_observations(target.source, said.observations)

        written, observed = retried(write)
        report.created += written.created
        report.updated += written.updated
        report.unchanged += len(columns) - written.created - written.updated
        return observed

    def _compare(self, said: Said) -> None:
        report = self._report
        if self._is_first:
            report.created += len(said)
            return
        target = self._target
        people = respondent_ids(target.workspace, filter(None, said.respondent), make=False)
        columns = _columns(
            said,
            target.segments.known_ids(said.segment),
            target.channels.known_ids(said.channel),
            {name: people.get(name, -1) for name in said.respondent if name},
        )
        known = known_answers(target.source, set(columns.external_id))
        for n, key in enumerate(_keys(columns)):
            before = known.get(key)
            if before is None:
                report.created += 1
            elif all(
                (new := getattr(columns, name)[n]) == old or (new is None and name in self._keeps)
                for name, old in zip(VALUES, before, strict=True)
            ):
                report.unchanged += 1
            else:
                report.updated += 1


def _kept(mapping: Mapping) -> frozenset[str]:
    """Return the columns of a record that stay as they were where the file says nothing."""
    columns = {
        "segment_id": mapping.segment,
        "respondent_id": mapping.respondent,
        "partial": mapping.partial,
        "language": mapping.language,
    }
    # A file may have words to some of its touchpoints only, and cells without a channel.
    return frozenset({"comment", "channel_id"}.union(n for n, has in columns.items() if not has))


_Ids = Dictionary[str | None, int | None]


def _columns(
    said: Said, segments: _Ids, channels: _Ids, respondents: Dictionary[str, int]
) -> Columns:
    return Columns(
        external_id=said.external_id,
        touchpoint_id=said.touchpoint_id,
        metric=said.metric,
        score=said.score,
        comment=[text and masked(text) for text in said.comment],
        occurred_at=said.occurred_at,
        segment_id=[segments[name] for name in said.segment],
        channel_id=[channels[name] for name in said.channel],
        respondent_id=[respondents.get(name or "") for name in said.respondent],
        partial=said.partial,
        language=said.language,
        own_channel_id=[*said.own_channel_id],
    )


def _keys(columns: Columns) -> Iterator[Key]:
    return zip(columns.external_id, columns.touchpoint_id, columns.metric, strict=True)

"""Everything that is wrong with a file, as a file itself: for the person who mends it."""

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, cast

from django.core.files import File

from feedback.imports.problems import Problem
from feedback.imports.rows.cells import guarded
from feedback.models import ImportBatch

LONGEST_VALUE = 500


class ProblemList:
    """Collects problems as a CSV file: row, column, value, reason; guarded against formulas."""

    def __init__(self, file: IO[bytes]) -> None:
        # With its mark, Excel reads UTF-8 as such.
        self._text = io.TextIOWrapper(cast(BinaryIO, file), encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow(["row", "column", "value", "reason"])
        self.count = 0
        self.whole = True

    def add(self, problem: Problem) -> None:
        """Write down one."""
        self.count += 1
        texts = (problem.column, problem.value[:LONGEST_VALUE], problem.reason)
        self._writer.writerow([problem.row, *map(guarded, texts)])

    def finish(self) -> None:
        """Write out what is still held back, and let go of the file."""
        self._text.detach()


@contextmanager
def problem_list(batch: ImportBatch) -> Iterator[ProblemList]:
    """Keep what is collected with the batch in place of its last list, if it became `whole`."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        problems = ProblemList(file)
        try:
            yield problems
        finally:
            problems.finish()
            if problems.whole:
                _keep(batch, file if problems.count else None)


def _keep(batch: ImportBatch, file: IO[bytes] | None) -> None:
    if batch.problems:
        batch.problems.delete(save=False)
    if file is not None:
        file.seek(0)
        batch.problems.save(f"problems-{batch.pk}.csv", File(file), save=False)
    ImportBatch.objects.filter(pk=batch.pk).update(problems=batch.problems.name or "")

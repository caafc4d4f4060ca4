"""What an import did, or would have done."""

from collections import Counter
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum

from feedback.imports.problems import Problem

KEPT_PROBLEMS = 20
CHECKING = 0.2
"""The check's share of the time that an import takes."""

KNOWN = {"workspace", "journey", "dry_run", "size"}
"""What a report says from the start."""
WRITTEN = {
    "created", "updated", "unchanged", "observed", "new_segments", "new_channels", "bytes_read",
}  # fmt: skip
"""What is counted when the answers are written."""


class Phase(StrEnum):
    """What the file is being read for."""

    CHECK = "check"
    WRITE = "write"


@dataclass
class Report:
    """The counts of one import: rows of the file without its header, and answers.

    An answer is one score or comment on one touchpoint. `created`, `updated` and `unchanged`
    say what became of answers, `repeated` are those that stood in the file twice in the same
    words. `not_applicable` counts, per column (long layout: per touchpoint), the cells that say
    that the question did not apply; `blank` the cells without an answer. `partial` are rows of
    people who did not come to the end, `skipped` rows that the mapping passes over. Of the
    `observations` in the file, `observed` are new or say something else than before. `recent` are
    the answers that lie in each period of a map, by its key, so that it can be opened on them.
    `new_segments` and `new_channels` are names that the workspace did not have.

    The file is read at least twice, and `phase` says for what; `bytes_read` of `size` say how far
    that has got. A `cancelled` import has kept what `created` and `updated` count.
    """

    workspace: str
    journey: str
    journey_built: bool = False
    dry_run: bool = False
    phase: Phase = Phase.CHECK
    size: int = 0
    bytes_read: int = 0
    cancelled: bool = False
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    blank: int = 0
    partial: int = 0
    skipped: int = 0
    observations: int = 0
    observed: int = 0
    refused_rows: int = 0
    problem_count: int = 0
    new_segments: list[str] = field(default_factory=list)
    new_channels: list[str] = field(default_factory=list)
    not_applicable: Counter[str] = field(default_factory=Counter)
    recent: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    """The first KEPT_PROBLEMS of them; all of them go to `on_problem` of `import_file`."""

    @property
    def changes(self) -> bool:
        """True when the database is not as it was."""
        return bool(self.journey_built or self.created or self.updated or self.observed)

    @property
    def progress(self) -> float:
        """How much of the work is done, 0 to 1: first the check, then perhaps the writing."""
        share = min(self.bytes_read / self.size, 1.0) if self.size else 0.0
        if self.dry_run:
            return share
        # Writing takes several times as long as checking.
        return CHECKING * share if self.phase is Phase.CHECK else CHECKING + (1 - CHECKING) * share

    def begin(self, phase: Phase) -> None:
        """Count from the beginning of the file; what the phase counts starts at nothing."""
        for each in fields(self):
            if each.name in WRITTEN or (phase is Phase.CHECK and each.name not in KNOWN):
                factory = each.default_factory
                value = each.default if factory is MISSING else factory()
                setattr(self, each.name, value)
        self.phase = phase

    def add_problem(self, problem: Problem) -> None:
        """Count a problem, and keep it if it is among the first."""
        self.problem_count += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)

    def problem_summary(self) -> str:
        """Return the first problems, one per line, and how many more there are."""
        lines = [str(problem) for problem in self.problems]
        more = self.problem_count - len(lines)
        if more:
            lines.append(f"… and {more:,} more.")
        return "\n".join(lines)

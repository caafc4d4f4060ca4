"""What an import did, or would have done."""

from collections import Counter
from dataclasses import dataclass, field

from feedback.imports.problems import Problem

KEPT_PROBLEMS = 20


@dataclass
class Report:
    """The counts of one import: rows of the file without its header, and answers.

    An answer is one score or comment on one touchpoint. `created`, `updated` and `unchanged`
    say what became of answers, `repeated` are those that stood in the file twice in the same
    words. `not_applicable` counts, per column (long layout: per touchpoint), the cells that say
    that the question did not apply; `blank` the cells without an answer.
    """

    workspace: str
    journey: str
    journey_built: bool = False
    dry_run: bool = False
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    blank: int = 0
    refused_rows: int = 0
    problem_count: int = 0
    not_applicable: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    """The first KEPT_PROBLEMS of them; all of them go to `on_problem` of `import_file`."""

    @property
    def changes(self) -> bool:
        """True when the database is not as it was."""
        return bool(self.journey_built or self.created or self.updated)

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

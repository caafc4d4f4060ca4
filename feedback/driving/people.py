"""The people who scored the outcome: their overall score, and what they scored beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

import numpy as np
from numpy.typing import NDArray

from feedback.driving.answers import Answers, Outcome, Whole, metric_of
from feedback.metrics.cross_sums import Matrix
from feedback.metrics.scales import SCALES

Which = NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max
DAY = 86_400
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Table:
    """A row per respondent and a column per touchpoint, on its scale; NaN where not answered."""

    touchpoints: tuple[int, ...]
    metrics: tuple[str, ...]
    scores: Matrix
    outcome: Matrix

    def only(self, columns: Sequence[int]) -> "Table":
        """Return the table with some of the touchpoints."""
        return Table(
            tuple(self.touchpoints[i] for i in columns),
            tuple(self.metrics[i] for i in columns),
            self.scores[:, columns],
            self.outcome,
        )

    @property
    def names(self) -> list[str]:
        """Return the names of the columns of `values`."""
        return [*map(str, self.touchpoints), "outcome"]

    @property
    def values(self) -> Matrix:
        """Return the columns for cross sums, the outcome last."""
        return np.column_stack([self.scores, self.outcome])


@dataclass(frozen=True, slots=True)
class People:
    """One entry per person: their answer on the outcome, its segment (0: none), and its age.

    `others` are their answers at other touchpoints, `row` whose each is, `age` how old. Ages are in
    whole days before the last one that was read: 0 is that day itself.
    """

    score: Whole
    segment: Whole
    moment: Whole
    outcome_age: Whole
    others: Answers
    row: Whole
    age: Whole

    @classmethod
    def of(cls, answers: Answers, outcome: Outcome, until: date) -> Self:
        """Return those among the answers who scored the outcome."""
        own = answers.keep(
            (answers.touchpoint == outcome.touchpoint_id) & answers.of(outcome.metric)
        )
        others = answers.keep(answers.touchpoint != outcome.touchpoint_id)
        row = np.searchsorted(own.respondent, others.respondent)
        over = datetime.combine(until + timedelta(days=1), time.min, UTC).timestamp()
        return cls(
            own.score,
            own.segment,
            own.moment,
            (int(over) - 1 - own.moment) // DAY,
            others,
            row,
            (int(over) - 1 - others.moment) // DAY,
        )

    def __len__(self) -> int:
        return len(self.score)

    def paired_age(self) -> Whole:
        """Return how far back each person's pairing reaches: the outcome and two touchpoints.

        A period of more days than this has it; NEVER where somebody scored fewer touchpoints.
        """
        newest = np.lexsort((self.age, self.others.touchpoint, self.row))
        row, touchpoint = self.row[newest], self.others.touchpoint[newest]
        first = np.ones(len(newest), dtype=bool)
        first[1:] = (row[1:] != row[:-1]) | (touchpoint[1:] != touchpoint[:-1])
        row, age = row[first], self.age[newest][first]
        order = np.lexsort((age, row))
        row, age = row[order], age[order]
        second = np.zeros(len(row), dtype=bool)
        second[1:] = row[1:] == row[:-1]
        second[2:] &= row[2:] != row[:-2]
        reach = np.full(len(self), NEVER)
        reach[row[second]] = np.maximum(age[second], self.outcome_age[row[second]])
        return reach

    def keep(self, which: Which, days: int) -> "People":
        """Return some of the people, with the answers of the last so many days."""
        renumbered = np.cumsum(which) - 1
        kept = which[self.row] & (self.age < days)
        return People(
            self.score[which],
            self.segment[which],
            self.moment[which],
            self.outcome_age[which],
            self.others.keep(kept),
            renumbered[self.row[kept]],
            self.age[kept],
        )

    def table(self) -> Table:
        """Return their scores, each touchpoint on the scale that most of them answered."""
        places = self.others.touchpoint * len(SCALES) + self.others.metric
        found, counts = np.unique(places, return_counts=True)
        scale: dict[int, int] = {}
        for i in np.argsort(-counts, kind="stable"):
            touchpoint, metric = divmod(int(found[i]), len(SCALES))
            scale.setdefault(touchpoint, metric)
        columns = sorted(scale)
        scores = np.full((len(self), len(columns)), np.nan)
        for column, touchpoint in enumerate(columns):
            here = places == touchpoint * len(SCALES) + scale[touchpoint]
            scores[self.row[here], column] = self.others.score[here]
        metrics = tuple(metric_of(scale[touchpoint]) for touchpoint in columns)
        return Table(tuple(columns), metrics, scores, self.score.astype(float))

    def order(self, table: Table) -> tuple[float, float]:
        """Return which parts (0..1) of the table's answers came after the outcome, and with it.

        With it means within the same minute.
        """
        here = np.zeros(len(self.others), dtype=bool)
        for touchpoint, metric in zip(table.touchpoints, table.metrics, strict=True):
            here |= (self.others.touchpoint == touchpoint) & self.others.of(metric)
        after = self.others.moment[here] - self.moment[self.row[here]]
        return float((after >= MINUTE).mean()), float((abs(after) < MINUTE).mean())


def counts_high(metric: str) -> int:
    """Return the lowest high score: the top of a scale, promoters of NPS."""
    scale = SCALES[metric]
    return scale.positive_min if scale.metric == "nps" else scale.high

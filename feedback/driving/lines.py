"""Each driver as a page shows it: its touchpoint, and every number in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback.driving.analysis import Analysis, Driver
from feedback.driving.contrasts import Pull
from feedback.evidence import Gathered
from feedback.metrics.display import round_half_away
from feedback.metrics.drivers import quadrants
from feedback.metrics.penalty_reward import MINIMUM_CELL
from feedback.metrics.scales import SCALES, Scale
from feedback.metrics.stability import stability_mark
from feedback.wording import label, percent_text, signed
from touchpoints.models import Touchpoint

KIND_WORDS = {
    "delighter": "Top scores weigh more than low ones: it delights.",
    "must-have": "Low scores weigh more than top ones: it is expected.",
    "performance": "Low scores and top scores weigh about alike.",
    "": "No clear effect in the expected direction.",
}
UNCLASSIFIED = "not classifiable"


@dataclass(frozen=True, slots=True)
class DriverLine:
    """One driver, numbered by importance. `performance` is its mean score as % of its scale."""

    number: int
    touchpoint: Touchpoint
    driver: Driver
    performance: float | None
    place: str
    pull: Pull | None

    @property
    def title(self) -> str:
        """Return the touchpoint's title."""
        return self.touchpoint.title

    @property
    def metric(self) -> str:
        """Return the name of the scale by which it counts."""
        return label(SCALES[self.driver.metric])

    @property
    def share_text(self) -> str:
        """Return its share of R² as "32 %"."""
        return percent_text(100 * self.driver.share)

    @property
    def interval_text(self) -> str:
        """Return the bootstrap interval of the share as "21 to 40 %", or ""."""
        low, high = self.driver.low, self.driver.high
        if low is None or high is None:
            return ""
        return f"{round_half_away(100 * low):.0f} to {percent_text(100 * high)}"

    @property
    def mark(self) -> str:
        """Return how far its importance hangs on who happened to answer."""
        return stability_mark(self.driver.steady)

    @property
    def steady_text(self) -> str:
        """Return how often it stays on its side of the cut, as "97 %"."""
        return "" if self.driver.steady is None else percent_text(100 * self.driver.steady)

    @property
    def r_text(self) -> str:
        """Return the correlation with the outcome as "+0.42"."""
        return signed(self.driver.r, 2)

    @property
    def performance_text(self) -> str:
        """Return the performance as "74 %", or a dash."""
        return "–" if self.performance is None else percent_text(self.performance)

    @property
    def kind(self) -> str:
        """Return what its penalty and reward make it; "" where there are no contrasts."""
        return "" if self.pull is None else self.pull.kind or UNCLASSIFIED

    @property
    def kind_words(self) -> str:
        """Return in a sentence what that means."""
        if self.pull is None:
            return ""
        ends = (self.pull.n_low, self.pull.n_high)
        if any(n is None or n < MINIMUM_CELL for n in ends):
            return f"Fewer than {MINIMUM_CELL} low or top scores."
        return KIND_WORDS[self.pull.kind]


def driver_lines(
    analysis: Analysis, touchpoints: Mapping[int, Touchpoint], gathered: Gathered
) -> list[DriverLine]:
    """Return the drivers, the most important first; those whose touchpoint has gone are left out.

    Performance is that of the map under the same filters, hidden where the map hides it.
    """
    drivers = [each for each in analysis.drivers if each.touchpoint_id in touchpoints]
    performance = [_performance(gathered, each) for each in drivers]
    known = [i for i, mean in enumerate(performance) if mean is not None]
    placed = quadrants(
        [drivers[i].share for i in known],
        [mean for mean in performance if mean is not None],
        len(analysis.drivers),
    )
    places = dict(zip(known, placed, strict=True))
    pulls = {pull.touchpoint_id: pull for pull in analysis.pulls}
    return [
        DriverLine(
            number=i + 1,
            touchpoint=touchpoints[driver.touchpoint_id],
            driver=driver,
            performance=performance[i],
            place=places.get(i, ""),
            pull=pulls.get(driver.touchpoint_id),
        )
        for i, driver in enumerate(drivers)
    ]


def _performance(gathered: Gathered, driver: Driver) -> float | None:
    scale = SCALES[driver.metric]
    answered = gathered[driver.touchpoint_id].now.scores.get(driver.metric)
    if answered is None or answered.mean is None:
        return None
    return 100 * (answered.mean - scale.low) / (scale.high - scale.low)


def outcome_unit(scale: Scale) -> str:
    """Return in what the differences of an outcome are counted."""
    if scale.key == "csat2":
        return "share of good answers, 0 to 1"
    return f"points on {scale.low}–{scale.high}"


def names_of(ids: Sequence[int], touchpoints: Mapping[int, Touchpoint]) -> str:
    """Return titles in one sentence: "Gate, Lounge and Seat"."""
    titles = [touchpoints[pk].title for pk in ids if pk in touchpoints]
    return " and ".join(filter(None, [", ".join(titles[:-1]), *titles[-1:]]))

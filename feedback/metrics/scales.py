"""The scales on which people answer, and where each puts "bad" and "good"."""

from dataclasses import dataclass

METRICS = ("nps", "csat", "ces")


@dataclass(frozen=True, slots=True)
class Scale:
    """A closed scale of whole scores, `low`..`high`, higher being better.

    Scores up to `negative_max` are negative, from `positive_min` on positive, neutral between.
    `metric` ("nps", "csat" or "ces") says which formula makes the headline of its answers.
    Raises ValueError when the cuts do not lie in order on the scale.
    """

    key: str
    metric: str
    label: str
    low: int
    high: int
    negative_max: int
    positive_min: int

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            raise ValueError(f"Scale {self.key}: unknown metric {self.metric!r}.")
        if not self.low <= self.negative_max < self.positive_min <= self.high:
            raise ValueError(f"Scale {self.key}: cuts out of order.")

    @property
    def points(self) -> range:
        """The scores of the scale in ascending order."""
        return range(self.low, self.high + 1)

    def contains(self, value: float) -> bool:
        """Whether `value` is one of the scores: a whole number from `low` to `high`."""
        return self.low <= value <= self.high and value == int(value)

    def convert(self, value: float, to: "Scale") -> float:
        """A mean on this scale stretched linearly onto `to`: for display, never for pooling.

        Raises ValueError when `value` stands outside this scale.
        """
        if not self.low <= value <= self.high:
            raise ValueError(f"{value!r} stands outside {self.low}..{self.high}.")
        return (value - self.low) * (to.high - to.low) / (self.high - self.low) + to.low


NPS = Scale("nps", "nps", "NPS (0–10)", 0, 10, 6, 9)
CSAT = Scale("csat", "csat", "CSAT (1–5)", 1, 5, 2, 4)
CSAT_2 = Scale("csat2", "csat", "CSAT (bad or good)", 1, 2, 1, 2)
CSAT_3 = Scale("csat3", "csat", "CSAT (1–3)", 1, 3, 1, 3)
CSAT_7 = Scale("csat7", "csat", "CSAT (1–7)", 1, 7, 2, 6)
CES = Scale("ces", "ces", "CES (1–7)", 1, 7, 3, 5)
CES_5 = Scale("ces5", "ces", "CES (1–5)", 1, 5, 2, 4)

SCALES: dict[str, Scale] = {
    scale.key: scale for scale in (NPS, CSAT, CSAT_2, CSAT_3, CSAT_7, CES, CES_5)
}

SCALE_ORDER = tuple(scale.key for scale in (CSAT, CSAT_7, CSAT_3, CSAT_2, CES, CES_5, NPS))
"""The scales of one touchpoint in the order in which pages show them."""

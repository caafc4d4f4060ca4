"""How the headline of a journey's stages went, piece by piece of the period."""

from collections.abc import Mapping, Sequence
from datetime import date

from feedback.charts import Chart, Column, Kind, traces
from feedback.days import piece_starts
from feedback.evidence import Evidence, Gathered
from feedback.metrics.estimates import headline
from feedback.metrics.histogram import Histogram, merged
from feedback.metrics.scales import SCALES

HUES = 8


def over_time(
    gathered: Gathered, stages: Mapping[str, Sequence[Evidence]], scale_key: str
) -> Chart:
    """Return one line per stage, with its interval; a piece of too few answers breaks the line."""
    scale, window = SCALES[scale_key], gathered.window
    starts = piece_starts(window.start, window.end, window.pieces)
    rows: list[tuple[str, date, float | None, float | None, float | None, int]] = []
    drawn = []
    for number, (stage, evidence) in enumerate(stages.items()):
        found = [headline(piece) for piece in _pieces(evidence, scale_key, window.pieces)]
        if not any(each.n for each in found):
            continue
        values = [each.value for each in found]
        low = [each.low for each in found]
        high = [each.high for each in found]
        colour = f"--hue-{number % HUES}"
        drawn += traces.band(starts, low, high, colour=colour)
        drawn.append(traces.line(starts, values, name=stage, colour=colour))
        rows += [
            (stage, start, each.value, each.low, each.high, each.n)
            for start, each in zip(starts, found, strict=True)
        ]
    return Chart(
        key=f"over-time-{scale_key}",
        title=f"{scale.label} by stage",
        says="One line per stage; the band is the 95 % interval.",
        columns=(
            Column("Stage"),
            Column("From", Kind.DAY),
            Column(scale.label, Kind.NUMBER),
            Column("Low", Kind.NUMBER),
            Column("High", Kind.NUMBER),
            Column("n", Kind.COUNT),
        ),
        rows=rows,
        traces=drawn,
        layout={"xaxis": {"type": "date"}},
        n=sum(row[-1] for row in rows),
    )


def _pieces(evidence: Sequence[Evidence], key: str, pieces: int) -> list[Histogram]:
    return [
        merged(piece for each in evidence if (piece := each.trend.get(key, [None] * pieces)[index]))
        if any(each.trend.get(key, [None] * pieces)[index] for each in evidence)
        else Histogram.empty(SCALES[key])
        for index in range(pieces)
    ]

"""The formulas in force, as the report prints them."""

from collections.abc import Iterable, Mapping

from feedback.metrics.friction import Formula
from feedback.metrics.handoff import DEFAULT
from feedback.reporting.flow import Cells, Column, Flow
from journeys.maps import theme

HEADING = theme.Style(13, bold=True)
COLUMNS = (
    Column("Component", 18),
    Column("weight w", 9, right=True),
    Column("severity s, from 0 to 1", 60),
)


def formulas(flow: Flow, formula: Formula) -> None:
    """Write both formulas with their weights, so that every score can be computed by hand."""
    flow.table(
        "formula",
        COLUMNS,
        _rows("formula", _friction_severities(formula), formula.weights),
        flow.text("formulas", "The formulas in force", HEADING, space=4),
        flow.text("formula-name", f"Friction, version {formula.version}", theme.TOUCHPOINT),
        flow.text("formula-says", _friction_says(formula), theme.BODY, space=4),
        gap=24,
        bookmark="The formulas",
    )
    flow.table(
        "quality",
        COLUMNS,
        _rows("quality", _QUALITY_SEVERITIES, DEFAULT.weights),
        flow.text("quality-name", f"Handoff quality, version {DEFAULT.version}", theme.TOUCHPOINT),
        flow.text("quality-says", _QUALITY_SAYS, theme.BODY, space=4),
        gap=14,
    )


def _rows(
    key: str, severities: Mapping[str, str], weights: Mapping[str, float]
) -> Iterable[tuple[str, Cells]]:
    for (name, said), weight in zip(severities.items(), weights.values(), strict=True):
        words = (name, f"{weight:.2f}", said)
        yield f"{key}-{name}", [[(each, theme.BODY)] for each in words]


def _friction_says(formula: Formula) -> str:
    return (
        "measured = 100 · Σ(w · s) / Σw over the components with data; their points add up to it. "
        f"ρ = Σ(w · n / (n + {formula.evidence_n0:g})) says how much evidence there is, 0 to 1. "
        "assessed = 100 · mean severity / 4, as a workshop judged it. "
        "friction = ρ · measured + (1 − ρ) · assessed where both are known; the measured part "
        f"alone where nobody judged and ρ is at least {formula.measured_rho:g}. ± is a 95 % "
        "interval that comes from the counted part. Partly measured: less than "
        f"{100 * formula.partial_coverage:g} % of the weight has data. This score is our own "
        "proposal and no industry standard."
    )


def _friction_severities(formula: Formula) -> dict[str, str]:
    return {
        "Effort": "(high − mean) / (high − low) of the effort answers, or of the CSAT answers "
        "where effort was not asked",
        "Drop-off": f"rate / {formula.abandonment_worst:.2f}, at most 1",
        "Wait": f"log(median wait / target) / log {formula.wait_worst_ratio:g}, between 0 and 1",
        "Repeats": f"rate / {formula.repeat_worst:.2f}, at most 1",
        "Errors": f"rate / {formula.error_worst:.2f}, at most 1",
    }


_QUALITY_SAYS = (
    "quality = 100 − 100 · Σ(w · s) / Σw over the components with data. Smooth from 75, workable "
    "from 50, below that disjointed. What was counted on a handoff follows neither the period nor "
    "the segment."
)
_QUALITY_SEVERITIES = {
    "Wait": f"log(median wait / agreed wait) / log {DEFAULT.wait_worst_ratio:g}, between 0 and 1",
    "Late": f"taken up later than agreed, of taken up / {DEFAULT.breach_worst:.2f}, at most 1",
    "Never taken up": f"of handed over / {DEFAULT.dropoff_worst:.2f}, at most 1",
    "Explained again": f"of those asked / {DEFAULT.reexplain_worst:.2f}, at most 1",
    "Sent back": f"of handed over / {DEFAULT.bounce_worst:.2f}, at most 1",
}

"""The report as pages: the scores in order, each taken apart so that it can be computed by hand."""

from collections.abc import Iterator, Sequence

from feedback.metrics.display import round_half_away
from feedback.metrics.suppression import OK_BASE
from feedback.reporting.figures import Part, Passed, Report, Scored
from feedback.reporting.flow import Cells, Column, Flow, Words
from feedback.reporting.formulas import HEADING, formulas
from journeys.exports.options import ExportOptions
from journeys.exports.wording import day
from journeys.maps import theme
from journeys.maps.drawing import Drawing, Missing
from journeys.maps.fonts import missing
from journeys.maps.grid import UNKNOWN, JourneyMap

FRICTION = (
    Column("Touchpoint", 34),
    Column("Owner", 16),
    Column("Friction", 10, right=True),
    Column("Measured", 11, right=True),
    Column("Assessed", 11, right=True),
    Column("Met it", 11, right=True),
    Column("Basis", 19),
)
HANDOFFS = (
    Column("Handoff", 31),
    Column("Wait", 11, right=True),
    Column("Agreed", 10, right=True),
    Column("Returned", 19, right=True),
    Column("Quality", 10, right=True),
    Column("What it rests on", 22),
)
PARTS = (
    Column("Component", 16),
    Column("What was counted", 42),
    Column("n", 10, right=True),
    Column("severity s", 11, right=True),
    Column("weight w", 10, right=True),
    Column("points", 9, right=True),
)
NUMBER = theme.SCORE
TITLE = theme.Style(22, bold=True)
SUM = theme.Style(9, theme.ACCENT, bold=True)
APART = "How each score comes about"


def draw(report: Report, found: JourneyMap, options: ExportOptions) -> Drawing:
    """Return the report on the paper that was asked for."""
    flow = Flow(*options.page)
    title = f"Friction and handoffs: {found.title}"
    _opening(flow, report, found, options)
    _friction(flow, report)
    _handoffs(flow, report)
    formulas(flow, report.formula)
    _taken_apart(flow, report)
    return Drawing(
        title=title,
        language=options.language,
        pages=flow.finished(f"{found.workspace} · {title} · v{found.revision}"),
        missing=tuple(_missing(report, found)),
    )


def _opening(flow: Flow, report: Report, found: JourneyMap, options: ExportOptions) -> None:
    facts = [
        found.period_text,
        *_slices(found),
        f"version {found.revision}",
        f"drawn on {day(options.on)}",
    ]
    if report.friction is not None:
        facts.append(
            f"friction of the whole journey {report.friction:.1f}: the mean, weighted by how many "
            "met each touchpoint"
        )
    simulated = "Simulated data: no real customers, no real answers." if found.simulated else ""
    flow.place(
        flow.text("workspace", found.workspace, theme.WORKSPACE),
        flow.text("title", found.title, TITLE),
        flow.text("what", "Friction and handoffs: where customers get stuck, and why", theme.GOAL),
        flow.text("facts", " · ".join(facts), theme.BODY),
        flow.text("simulated", simulated, theme.TAG),
    )
    flow.place(flow.text("hidden", _hidden(report, found), theme.NOTICE), gap=6)


def _slices(found: JourneyMap) -> Iterator[str]:
    for name, options in (("segment", found.segments), ("channel", found.channels)):
        yield from (f"{name} {each.label}" for each in options if each.selected)


def _hidden(report: Report, found: JourneyMap) -> str:
    said = (
        f"What was counted for fewer than {report.minimum} customers is hidden, and no score "
        f"contains it. Low base: from fewer than {OK_BASE}."
    )
    if any(_slices(found)):
        said += (
            " Only the answers follow the segment or channel: drop-off, waits, repeats and errors "
            "are counted for all customers."
        )
    return said


def _friction(flow: Flow, report: Report) -> None:
    heading = flow.text(
        "friction", "Friction, the worst first: 0 smooth, 100 stuck", HEADING, space=4
    )
    if not report.touchpoints:
        nothing = flow.text("no-friction", "There are no touchpoints on this map.", theme.BODY)
        flow.place(heading, nothing, gap=18, bookmark="Friction")
    rows = ((f"friction-{each.id}", _friction_cells(each)) for each in report.touchpoints)
    flow.table("friction", FRICTION, rows, heading, gap=18, bookmark="Friction")


def _friction_cells(each: Scored) -> Cells:
    by = f" by {each.raters}" if each.raters else ""
    return [
        [(each.title, theme.TOUCHPOINT), (each.place, theme.NOTE)],
        [(each.owner, theme.DETAIL)],
        [(each.metric.text, NUMBER), (each.metric.margin_text, theme.NOTE)],
        [(_whole(each.measured), theme.BODY)],
        [(f"{_whole(each.assessed)}{by}", theme.BODY)],
        [(f"{each.met:,}" if each.met else UNKNOWN, theme.BODY)],
        [(each.basis, theme.DETAIL), *((mark, theme.NOTICE) for mark in each.marks)],
    ]


def _handoffs(flow: Flow, report: Report) -> None:
    heading = flow.text(
        "handoffs", "Handoffs, the worst first: 100 smooth, 0 stuck", HEADING, space=4
    )
    if not report.handoffs:
        nothing = flow.text("no-handoffs", "There are no handoffs on this map.", theme.BODY)
        flow.place(heading, nothing, gap=24, bookmark="Handoffs")
    rows = ((f"handoff-{each.id}", _handoff_cells(each)) for each in report.handoffs)
    flow.table("handoff", HANDOFFS, rows, heading, gap=24, bookmark="Handoffs")


def _handoff_cells(each: Passed) -> Cells:
    base = f"n {each.n:,}" if each.quality is not None else ""
    words = (base, each.note, each.counted_until)
    return [
        [
            (each.title, theme.HANDOFF),
            (each.place, theme.NOTE),
            (f"hands over: {each.what_moves}" if each.what_moves else "", theme.NOTE),
        ],
        [(each.wait_text, theme.LATE if each.late else theme.BODY)],
        [(each.agreed_text or UNKNOWN, theme.BODY)],
        [(each.returned, theme.DETAIL)],
        [(_whole(each.quality), NUMBER), (each.band, theme.NOTE)],
        [(word, theme.DETAIL) for word in words if word],
    ]


def _taken_apart(flow: Flow, report: Report) -> None:
    apart = [
        *(
            (f"touchpoint-{each.id}", each.title, f"{each.place} · {each.owner}", each.parts,
             _friction_sum(each))
            for each in report.touchpoints
        ),
        *(
            (f"passed-{each.id}", each.title, each.place, each.parts, _quality_sum(each))
            for each in report.handoffs
        ),
    ]  # fmt: skip
    for number, (key, title, place, parts, total) in enumerate(apart):
        first = number == 0
        heading = [flow.text("apart", APART, HEADING, space=10)] if first else []
        flow.place(
            *heading,
            flow.text(key, title, theme.TOUCHPOINT),
            flow.text(f"{key}-place", place, theme.NOTE, space=4),
            flow.head(f"{key}-head", PARTS),
            *(
                flow.row(f"{key}-{row}", PARTS, _part_cells(part), top=False)
                for row, part in enumerate(parts)
            ),
            flow.text(f"{key}-sum", total, SUM),
            gap=22,
            bookmark=title,
        )


def _part_cells(part: Part) -> Cells:
    low: list[Words] = [("low base", theme.NOTICE)] if part.low_base else []
    return [
        [(part.name, theme.BODY)],
        [(part.counted, theme.DETAIL)],
        [(UNKNOWN if part.n is None else f"{part.n:,}", theme.BODY), *low],
        [(UNKNOWN if part.severity is None else f"{part.severity:.3f}", theme.BODY)],
        [(f"{part.weight:.2f}", theme.BODY)],
        [(UNKNOWN if part.points is None else f"{part.points:.1f}", theme.BODY)],
    ]


def _friction_sum(each: Scored) -> str:
    said = []
    if each.measured is not None:
        said.append(
            f"Measured {_terms(each.parts, ' + ')} = {each.measured:.1f}; "
            f"Σw {each.coverage:.2f}, ρ {each.rho:.2f}."
        )
    if each.assessed is not None:
        people = "1 person" if each.raters == 1 else f"{each.raters} people"
        said.append(
            f"Assessed 100 · {each.assessed / 25:.2f} / 4 = {each.assessed:.1f} by {people}."
        )
    score = each.metric.value
    if score is None:
        said.append(f"No friction score: {each.basis}.")
    elif each.measured is not None and each.assessed is not None:
        said.append(
            f"Friction {each.rho:.2f} · {each.measured:.1f} + {1 - each.rho:.2f} · "
            f"{each.assessed:.1f} = {score:.1f}."
        )
    else:
        said.append(f"Friction {score:.1f}, {each.basis}.")
    return " ".join([*said, *(f"{mark.capitalize()}." for mark in each.marks)])


def _quality_sum(each: Passed) -> str:
    if each.quality is None:
        return f"No quality: {each.note or each.band}."
    return (
        f"Quality 100 − {_terms(each.parts, ' − ')} = {each.quality:.1f}, {each.band}; "
        f"Σw {each.coverage:.2f}, ρ {each.rho:.2f}."
    )


def _terms(parts: Sequence[Part], sign: str) -> str:
    return sign.join(f"{part.points:.1f}" for part in parts if part.points is not None)


def _whole(value: float | None) -> str:
    return UNKNOWN if value is None else f"{round_half_away(value):.0f}"


def _missing(report: Report, found: JourneyMap) -> Iterator[Missing]:
    texts = [(f"{found.title} {found.workspace}", "the title")]
    for each in report.touchpoints:
        words = f"{each.title} {each.place} {each.owner}"
        texts.append((words, f"the touchpoint “{each.title}”"))
    for passed in report.handoffs:
        words = f"{passed.title} {passed.place} {passed.what_moves}"
        texts.append((words, f"the handoff {passed.title}"))
    for text, place in texts:
        yield from (Missing(character, place) for character in sorted(missing(text)))

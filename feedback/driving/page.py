"""What the drivers' page of a journey shows: what is asked, what is known, in which words."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from feedback.charts import Chart
from feedback.driving import charts, words
from feedback.driving.analysis import Analysis, Verdict, View
from feedback.driving.jobs import AT_ONCE, computed, reads_since
from feedback.driving.lines import DriverLine, driver_lines
from feedback.driving.outcomes import Chosen, Outcomes, default_outcome, outcomes
from feedback.evidence import gather
from feedback.models import DriverAnalysis
from journeys.maps import MapFilters
from journeys.models import Journey
from journeys.models.workspaces import Visitor
from touchpoints.models import Touchpoint


@dataclass(frozen=True)
class Asked:
    """What an address asks for: of which journey, touchpoints, period, segment and outcome."""

    journey: Journey
    touchpoints: list[Touchpoint]
    filters: MapFilters
    found: Outcomes
    chosen: Chosen | None
    segment_id: int | None
    problems: tuple[str, ...] = ()

    @property
    def answers(self) -> int:
        """Return how many answers there may be to read."""
        choice = self.chosen.choice if self.chosen else None
        more = choice.answers_read if choice and choice.elsewhere else 0
        return self.found.answers_read + more

    @property
    def in_background(self) -> bool:
        """True where there is too much to read for a page."""
        return self.answers > AT_ONCE


@dataclass
class DriversPage:
    """What the page shows. `kept` is the analysis of the background, where there is one."""

    refusal: words.Refusal | None = None
    says: str = ""
    lines: list[DriverLine] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    analysis: Analysis | None = None
    kept: DriverAnalysis | None = None
    out_of_date: bool = False

    @property
    def exposed(self) -> bool:
        """True where only those who rated a touchpoint and the others can be compared."""
        return self.analysis is not None and self.analysis.verdict is Verdict.EXPOSED


def read_asked(
    journey: Journey, user: Visitor, filters: MapFilters, key: str, problems: Sequence[str]
) -> Asked:
    """Return what an address asks for; what it names and is not there stands in `problems`."""
    touchpoints = list(
        Touchpoint.objects.visible_to(user).on_map().filter(step__stage__journey=journey)
    )
    # A touchpoint stands in one channel, and nothing is compared here.
    filters = MapFilters(period=filters.period, segment=filters.segment, compare=False)
    said, segment_id = list(problems), None
    if filters.segment:
        named = journey.workspace.segments.filter(name=filters.segment)
        segment_id = named.values_list("pk", flat=True).first()
        if segment_id is None:
            said.append(f"There is no segment “{filters.segment}” here: this is of everybody.")
            filters = replace(filters, segment="")
    found = outcomes(
        journey,
        touchpoints,
        user,
        start=filters.period.start,
        since=reads_since(filters.period),
        end=filters.period.end,
    )
    named_choice = found.named(key)
    if key and named_choice is None:
        said.append("The outcome in the address has too few answers here; this is another one.")
    chosen = Chosen(named_choice) if named_choice else _default(touchpoints, filters, found)
    return Asked(journey, touchpoints, filters, found, chosen, segment_id, tuple(said))


def _default(
    touchpoints: Sequence[Touchpoint], filters: MapFilters, found: Outcomes
) -> Chosen | None:
    return default_outcome(
        found,
        [touchpoint.pk for touchpoint in touchpoints],
        start=filters.period.start,
        end=filters.period.end,
        may_read=found.answers_read <= AT_ONCE,
    )


def drivers_page(asked: Asked) -> DriversPage:
    """Return the drivers, computed now where there is little to read, else as they were kept."""
    page = DriversPage()
    if asked.chosen is None:
        return page
    minimum = asked.journey.workspace.minimum_answers
    outcome = asked.chosen.choice.outcome
    if asked.in_background:
        page.kept = kept_analysis(asked)
        if page.kept and page.kept.result and page.kept.minimum == minimum:
            page.analysis = Analysis.from_json(page.kept.result)
            page.out_of_date = not page.kept.is_current(asked.answers, asked.filters.period.end)
    else:
        period = asked.filters.period
        view = View(period.key, period.end, asked.segment_id, minimum)
        ids = [touchpoint.pk for touchpoint in asked.touchpoints]
        page.analysis = computed(ids, outcome, view, answers=asked.answers)
    if page.analysis is not None:
        _tell(page, page.analysis, asked, asked.chosen)
    return page


def kept_analysis(asked: Asked) -> DriverAnalysis | None:
    """Return what the background has computed, or is about to, for what is asked."""
    if asked.chosen is None:
        return None
    outcome = asked.chosen.choice.outcome
    return DriverAnalysis.objects.filter(
        journey=asked.journey,
        touchpoint=outcome.touchpoint_id,
        metric=outcome.metric,
        period=asked.filters.period.key,
        segment=asked.filters.segment,
    ).first()


def _tell(page: DriversPage, analysis: Analysis, asked: Asked, chosen: Chosen) -> None:
    choice, minimum = chosen.choice, asked.journey.workspace.minimum_answers
    touchpoints = {touchpoint.pk: touchpoint for touchpoint in asked.touchpoints}
    page.refusal = words.refusal(analysis, choice, minimum)
    if page.refusal:
        return
    page.says = words.found(analysis, choice)
    page.limits = list(words.limits(analysis, choice, touchpoints))
    if page.exposed:
        page.charts = [charts.exposed_chart(analysis, touchpoints, choice.outcome.metric)]
        return
    drivers = [
        touchpoints[each.touchpoint_id]
        for each in analysis.drivers
        if each.touchpoint_id in touchpoints
    ]
    gathered = gather(drivers, workspace=asked.journey.workspace, filters=asked.filters, pieces=1)
    page.lines = driver_lines(analysis, touchpoints, gathered)
    page.charts = [
        charts.map_chart(page.lines, analysis),
        charts.shares_chart(page.lines, analysis),
        charts.contrasts_chart(page.lines, analysis, choice.outcome.metric),
    ]


def choice_groups(asked: Asked) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the outcomes to choose from, as (group, (key, words))."""
    own = [choice for choice in asked.found.choices if not choice.elsewhere]
    other = [choice for choice in asked.found.choices if choice.elsewhere]
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    if own:
        groups.append(("On this journey", [(each.outcome.key, each.label) for each in own]))
    if other:
        named = [(each.outcome.key, f"{each.label} ({each.elsewhere})") for each in other]
        groups.append(("NPS elsewhere in the workspace", named))
    return groups


def as_context(asked: Asked, page: DriversPage) -> dict[str, Any]:
    """Return what the template needs."""
    key = asked.chosen.choice.outcome.key if asked.chosen else ""
    query = asked.filters.query(compare=True)
    return {
        "workspace": asked.journey.workspace,
        "journey": asked.journey,
        "asked": asked,
        "page": page,
        "outcome_key": key,
        "map_query": query,
        "query": "&".join(filter(None, [query, f"outcome={key}" if key else ""])),
        "groups": choice_groups(asked),
        "problems": asked.problems,
    }

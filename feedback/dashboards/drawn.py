"""A dashboard that was drawn, to be kept: who asks for the same again waits for no chart."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from feedback.charts import Chart, with_charts
from feedback.dashboards.choice import Choice
from feedback.dashboards.journey import Dashboard
from feedback.dashboards.workspace import WorkspaceFigures, query_of
from journeys.maps.grid import Option


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a dashboard shows, whoever asks for it: plain data, so that it can be kept.

    `figures` is HTML that was made without a request, so that nothing in it is of one session.
    `charts` are there for their CSV files, undrawn; `draws` where the HTML holds one to draw.
    """

    choice: Choice
    segments: tuple[Option, ...]
    channels: tuple[Option, ...]
    figures: SafeString
    charts: tuple[Chart, ...]
    draws: bool


@dataclass(frozen=True, slots=True)
class DrawnJourney(Drawn):
    """The dashboard of a journey; `answered` where anything ever was."""

    answered: bool


@dataclass(frozen=True, slots=True)
class DrawnWorkspace(Drawn):
    """A page of a workspace's dashboard, and of how many journeys it is one."""

    total: int
    page: int
    pages: int


def draw_journey(found: Dashboard) -> DrawnJourney:
    """Return a journey's dashboard as it is kept."""
    charts = (*found.charts, *found.beside)
    figures, draws = _draw("feedback/_journey_figures.html", found, charts, found.choice.query())
    return DrawnJourney(
        choice=found.choice,
        segments=found.segments,
        channels=found.channels,
        figures=figures,
        charts=tuple(chart.undrawn for chart in charts),
        draws=draws,
        answered=found.answered,
    )


def draw_workspace(found: WorkspaceFigures) -> DrawnWorkspace:
    """Return a page of a workspace's dashboard as it is kept."""
    query = query_of(found.choice, found.page)
    figures, draws = _draw("feedback/_workspace_figures.html", found, found.charts, query)
    return DrawnWorkspace(
        choice=found.choice,
        segments=found.segments,
        channels=found.channels,
        figures=figures,
        charts=tuple(chart.undrawn for chart in found.charts),
        draws=draws,
        total=found.total,
        page=found.page,
        pages=found.pages,
    )


def _draw(
    template: str, found: Dashboard | WorkspaceFigures, charts: Sequence[Chart], query: str
) -> tuple[SafeString, bool]:
    """Return the figures as HTML, and whether one of their charts is drawn by the browser."""
    context = {"found": found, "query": query, **with_charts(charts)}
    return render_to_string(template, context), bool(context["draws"])

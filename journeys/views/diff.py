"""What differs between two versions of a journey, a version and the present, or two journeys."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from journeys.access import journey_to_see
from journeys.editing.diff import Difference, compare
from journeys.editing.figures import Figures, measure
from journeys.editing.matching import match_journeys, match_versions
from journeys.editing.metric_diff import MetricChange, changed_metrics
from journeys.editing.naming import Named
from journeys.editing.snapshots import Content, content_of
from journeys.maps.filters import DEFAULT_PERIOD, PERIODS
from journeys.models import Journey, Version

NOW = "now"
MOST_VERSIONS = 100


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two maps: how the address names it, and what stands on it."""

    key: str
    title: str
    journey: Journey
    content: Content
    figures: Figures

    @property
    def until(self) -> date | None:
        """Return the last day of its figures."""
        return date.fromisoformat(self.figures["until"]) if self.figures else None


@require_GET
def journey_diff(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show what was added, removed, moved, reworded, and which metrics changed by how much."""
    journey = journey_to_see(request, workspace, slug)
    asked = {name: request.GET.get(name) or default for name, default in _defaults(journey)}
    sides, problems = {}, []
    for name, key in asked.items():
        side = _side(request, journey, key)
        if side is None:
            problems.append(f"There is no version or journey “{key}” here; the present stands in.")
        sides[name] = side or _present(NOW, "Now", journey)
    difference, metrics = _compare(sides["from"], sides["to"])
    context = {
        "workspace": journey.workspace,
        "journey": journey,
        "tab": "compare",
        "sides": [("from", "Before", sides["from"]), ("to", "After", sides["to"])],
        "options": _options(request, journey),
        "same": sides["from"].key == sides["to"].key,
        "difference": difference,
        "metrics": metrics,
        "metrics_note": _metrics_note(sides["from"], sides["to"]),
        "problems": problems,
    }
    return render(request, "journeys/journey_diff.html", context)


def _compare(before: Side, after: Side) -> tuple[Difference, list[MetricChange]]:
    if before.journey.pk == after.journey.pk:
        matches = match_versions(before.content, after.content)
    else:
        both = (before.journey, after.journey)
        matches = match_journeys(before.content, after.content, journeys=both)
    metrics = changed_metrics(before.figures, after.figures, Named(after.content), matches)
    return compare(before.content, after.content, matches), metrics


def _defaults(journey: Journey) -> list[tuple[str, str]]:
    """Return what is compared where the address does not say: with its current state first."""
    if journey.compares_with:
        return [("from", journey.compares_with.slug), ("to", NOW)]
    newest = Version.objects.filter(journey=journey).order_by("-pk").values_list("pk", flat=True)
    return [("from", str(newest.first() or NOW)), ("to", NOW)]


def _side(request: HttpRequest, journey: Journey, key: str) -> Side | None:
    if key == NOW:
        return _present(NOW, "Now", journey)
    if key.isdecimal() and len(key) < 19:
        versions = Version.objects.visible_to(request.user).filter(journey=journey)
        if version := versions.filter(pk=int(key)).first():
            content, figures = version.content, version.figures
            return Side(key, _version_title(version), journey, content, figures)
    others = Journey.objects.visible_to(request.user).filter(workspace=journey.workspace)
    other = others.select_related("workspace").filter(slug=key).first()
    return _present(key, str(other), other) if other else None


def _present(key: str, title: str, journey: Journey) -> Side:
    content = content_of(journey)
    return Side(key, title, journey, content, measure(journey, content))


def _version_title(version: Version) -> str:
    day = date_format(timezone.localtime(version.at), "j F Y, H:i")
    return f"{version.title}, {day}" if version.title else day


def _options(request: HttpRequest, journey: Journey) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be compared, in groups: (address, words)."""
    versions = Version.objects.visible_to(request.user).filter(journey=journey)
    newest = versions.defer("content", "figures").order_by("-pk")[:MOST_VERSIONS]
    others = Journey.objects.visible_to(request.user).filter(workspace=journey.workspace)
    return [
        ("This journey", [(NOW, "Now"), *((str(v.pk), _version_title(v)) for v in newest)]),
        (
            "Other journeys, as they are now",
            [(each.slug, each.title) for each in others.exclude(pk=journey.pk)],
        ),
    ]


def _metrics_note(before: Side, after: Side) -> str:
    """Return what whoever reads the figures must know about the days behind them."""
    if before.until is None or after.until is None:
        return "No figures were kept with one of the two, so metrics cannot be compared."
    days = PERIODS[DEFAULT_PERIOD] or 0
    shared = days - abs((after.until - before.until).days)
    if before.journey.pk != after.journey.pk or shared <= 0:
        return f"Figures of {days} days each, with 95 % intervals. No difference was tested."
    return (
        f"Figures of {days} days each, with 95 % intervals; {shared} of these days are the same, "
        "so both hold the same answers in part. No difference was tested."
    )

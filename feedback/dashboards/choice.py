"""What a dashboard shows: the map's filters, a scale, and one stage or touchpoint to look at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from journeys.maps import MapFilters
from journeys.maps.filters import MapFilterForm

METRIC_ORDER = ("csat", "nps", "ces", "csat7", "csat3", "csat2", "ces5")


@dataclass(frozen=True, slots=True)
class Choice:
    """One view of a dashboard, read from its address and written back to it."""

    filters: MapFilters
    metric: str = ""
    journey: int | None = None
    """Only on a workspace's dashboard."""
    stage: int | None = None
    touchpoint: int | None = None
    problems: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def read(cls, query: QueryDict, *, today: date) -> "Choice":
        """Return what the address asks for; what it gets wrong stands in `problems`."""
        form = MapFilterForm(query, today=today)
        filters, problems = form.filters, list(form.problems)
        ids: dict[str, int | None] = {"journey": None, "stage": None, "touchpoint": None}
        for name in ids:
            if (asked := query.get(name, "")).isdecimal() and len(asked) < 19:
                ids[name] = int(asked)
            elif asked:
                problems.append(_unknown(name, asked))
        # A dashboard has neither lanes nor zoom, and its charts look back by themselves.
        kept = replace(filters, hidden=frozenset(), zoom=100, persona="", compare=True)
        return cls(kept, query.get("metric", ""), **ids, problems=tuple(problems))

    def among(
        self,
        *,
        metrics: Sequence[str],
        stages: Mapping[int, Collection[int]] | None = None,
        journeys: Collection[int] = (),
        segments: Collection[str],
        channels: Collection[str],
    ) -> "Choice":
        """Return the choice among what there is: `stages` holds the touchpoints of each.

        The scale is that of most answers where none is named, `metrics` beginning with it.
        """
        problems = list(self.problems)
        metric, touchpoint = self.metric, self.touchpoint
        stages = stages or {}
        if metric not in metrics:
            if metric:
                problems.append(_unknown("metric", metric))
            metric = metrics[0] if metrics else ""
        home = next((pk for pk, inside in stages.items() if touchpoint in inside), None)
        if touchpoint is not None and home is None:
            problems.append(_unknown("touchpoint", touchpoint))
            touchpoint = None
        own = {"journey": self.journey, "stage": self.stage}
        for name, there in (("journey", journeys), ("stage", stages)):
            if own[name] is not None and own[name] not in there:
                problems.append(_unknown(name, own[name]))
                own[name] = None
        for name, asked, known in (
            ("segment", self.filters.segment, segments),
            ("channel", self.filters.channel, channels),
        ):
            if asked and asked not in known:
                problems.append(f"There is no {name} “{asked}” here, so nothing matches it.")
        return replace(
            self,
            metric=metric,
            journey=own["journey"],
            stage=own["stage"] if home is None else home,
            touchpoint=touchpoint,
            problems=tuple(problems),
        )

    def query(self, **changes: object) -> str:
        """Return the address parameters of this view, with some changed."""
        other = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        names = ("metric", "journey", "stage", "touchpoint")
        chosen = {name: getattr(other, name) for name in names}
        own = urlencode({name: value for name, value in chosen.items() if value})
        return "&".join(part for part in (other.filters.query(), own) if part)


def _unknown(name: str, asked: object) -> str:
    return f"The address asks for {name} “{asked}”, which is not here. It was left out."

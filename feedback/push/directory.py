"""Finding, for all records of a call at once, what they name: a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from feedback.imports.names import Names
from feedback.imports.places import Place, Places, former_places
from feedback.imports.problems import BadCell
from feedback.models import Respondent, Source, SourceKind
from feedback.privacy.respondents import respondent_key
from feedback.push.records import OWN_SOURCE
from feedback.push.results import Errors
from journeys.models import Channel, Journey, Segment, Workspace
from touchpoints.models import Handoff, Touchpoint

PER_QUERY = 900
_PLACE = ("channel", "merged_into", "archived_at", "step__removed_at", "step__stage__removed_at")
MOST_SOURCES = 50
"""More sources than this in one call, and the field hardly names sources."""

_Ref = int | tuple[str, str, str]


class Directory:
    """The touchpoints, sources, handoffs, segments and channels that some records name."""

    def __init__(self, workspace: Workspace, records: Iterable[dict[str, Any]]) -> None:
        self._workspace = workspace
        wanted = list(records)
        self.segments = Names(Segment, workspace)
        self.channels = Names(Channel, workspace)
        self._touchpoints = _Touchpoints(workspace, {values["touchpoint"] for values in wanted})
        self._handoffs = _handoffs(workspace, {values.get("handoff") for values in wanted})
        names = {_source_name(values) for values in wanted}
        self._sources = {
            source.name: source
            for source in Source.objects.filter(
                workspace=workspace, name__in=sorted(names)[: MOST_SOURCES + 1]
            ).select_related("survey")
        }
        self._named: dict[str, str] = {}

    def check(self, values: dict[str, Any], errors: Errors, *, own_source: Source | None) -> None:
        """Put ids in the place of names in `values`, or note in `errors` what is not there.

        Segments and channels keep their names, as the workspace writes them: they are added
        only once it is certain that the record is kept.
        """
        place = self._noted(errors, "touchpoint", self._touchpoints.find, values["touchpoint"])
        if place:
            values["touchpoint"], values["home_channel"] = place
        for key, names in (("segment", self.segments), ("channel", self.channels)):
            if key in values:
                values[key] = self._noted(errors, key, names.accept, values[key])
        if "handoff" in values and place:
            self._check_handoff(values, errors)
        if own_source is not None:
            if {"source", "source_kind"} & values.keys():
                errors["source"] = ["What comes here belongs to the webhook's own source."]
            values["source"] = own_source.name
        else:
            self._check_source(values, errors)

    @staticmethod
    def _noted(errors: Errors, key: str, find: Any, wanted: Any) -> Any:
        try:
            return find(wanted)
        except BadCell as error:
            said = wanted[1] if isinstance(wanted, tuple) else wanted
            errors[key] = [f"“{said}” {error}"]
            return None

    def _check_handoff(self, values: dict[str, Any], errors: Errors) -> None:
        into = self._handoffs.get(values["handoff"])
        if into is None:
            errors["handoff"] = [f"There is no handoff {values['handoff']} in the workspace."]
        elif into != values["touchpoint"]:
            errors["handoff"] = [f"Handoff {values['handoff']} leads to touchpoint {into}."]

    def _check_source(self, values: dict[str, Any], errors: Errors) -> None:
        name = values["source"] = _source_name(values)
        kind = values.get("source_kind")
        source = self._sources.get(name)
        if source is not None and hasattr(source, "survey"):
            errors["source"] = [f"“{name}” is a survey of this site, which takes answers itself."]
            return
        is_kind = source.kind if source else self._named.get(name)
        if kind and is_kind and kind != is_kind:
            errors["source_kind"] = [f"“{name}” is a source of the kind “{is_kind}”."]
        elif name not in self._named and len(self._named) >= MOST_SOURCES:
            errors["source"] = [f"One call names {MOST_SOURCES} sources at most."]
        else:
            self._named[name] = is_kind or kind or SourceKind.SURVEY

    def source(self, name: str) -> Source:
        """Return a checked source, made when it is new."""
        if name not in self._sources:
            self._sources[name], _ = Source.objects.get_or_create(
                workspace=self._workspace, name=name, defaults={"kind": self._named[name]}
            )
        return self._sources[name]

    def respondents(self, identifiers: Iterable[str]) -> dict[str, int]:
        """Return the respondents' ids, by what the records call them; new ones are made."""
        keys = {each: respondent_key(self._workspace, each) for each in identifiers}
        if not keys:
            return {}
        mine = Respondent.objects.filter(workspace=self._workspace)
        ids = _in_pieces(mine, "key", set(keys.values()))
        missing = sorted(set(keys.values()) - ids.keys())
        if missing:
            Respondent.objects.bulk_create(
                (Respondent(workspace=self._workspace, key=key) for key in missing),
                ignore_conflicts=True,
                batch_size=PER_QUERY,
            )
            ids |= _in_pieces(mine, "key", set(missing))
        return {identifier: ids[key] for identifier, key in keys.items()}


def _source_name(values: dict[str, Any]) -> str:
    return str(values.get("source") or OWN_SOURCE)


def _in_pieces(queryset: Any, key: str, wanted: set[Any]) -> dict[Any, int]:
    found: dict[Any, int] = {}
    ordered = sorted(wanted)
    for start in range(0, len(ordered), PER_QUERY):
        some = queryset.filter(**{f"{key}__in": ordered[start : start + PER_QUERY]})
        found |= dict(some.values_list(key, "pk"))
    return found


def _handoffs(workspace: Workspace, wanted: set[int | None]) -> dict[int, int]:
    ids = sorted(each for each in wanted if each is not None)
    if not ids:
        return {}
    handoffs = Handoff.objects.filter(
        from_touchpoint__step__stage__journey__workspace=workspace
    ).values_list("pk", "to_touchpoint_id")
    return dict(handoffs.filter(pk__in=ids) if len(ids) <= PER_QUERY else handoffs)


class _Touchpoints:
    """Touchpoints by id, or by journey and title; a merged one is where its feedback went."""

    def __init__(self, workspace: Workspace, refs: set[_Ref]) -> None:
        ids = {ref for ref in refs if isinstance(ref, int)}
        slugs = {ref[0] for ref in refs if not isinstance(ref, int)}
        self._by_id: dict[int, Touchpoint] = {}
        self._places: dict[str, Places] = {}
        mine = Touchpoint.objects.filter(step__stage__journey__workspace=workspace)
        if slugs:
            self._read_journeys(workspace, mine, slugs)
        while ids:
            some = mine.filter(pk__in=ids) if len(ids) <= PER_QUERY else mine
            self._by_id |= {t.pk: t for t in some.select_related("step__stage").only(*_PLACE)}
            into = {t.merged_into_id for t in self._by_id.values() if t.merged_into_id}
            ids = into - self._by_id.keys()

    def _read_journeys(self, workspace: Workspace, mine: Any, slugs: set[str]) -> None:
        by_journey: dict[str, list[Place]] = defaultdict(list)
        known = Journey.objects.filter(workspace=workspace).values_list("slug", flat=True)
        wanted = [slug for slug in known if slug in slugs]
        for t in (
            mine.on_map()
            .filter(step__stage__journey__slug__in=wanted)
            .select_related("step__stage__journey", "channel")
        ):
            slug = t.step.stage.journey.slug
            place = Place(t.pk, t.channel_id, t.title, t.step.title, t.channel.name)
            by_journey[slug].append(place)
        former = former_places(mine.filter(step__stage__journey__slug__in=wanted))
        self._places = {slug: Places(by_journey[slug], former.get(slug, ())) for slug in wanted}

    def find(self, ref: _Ref) -> tuple[int, int]:
        """Return the ids of a touchpoint and of its channel; raises BadCell."""
        if not isinstance(ref, int):
            journey, title, channel = ref
            if journey not in self._places:
                raise BadCell(f"cannot be looked up: there is no journey “{journey}”.")
            place = self._places[journey].find(title, channel=channel)
            return place.touchpoint_id, place.channel_id
        if ref not in self._by_id:
            raise BadCell("is not a touchpoint of the workspace.")
        touchpoint = self._by_id[ref]
        if touchpoint.merged_into_id is not None:
            return self.find(touchpoint.merged_into_id)
        if since := touchpoint.off_map_since:
            raise BadCell(f"is off the map since {since.date()}.")
        return ref, touchpoint.channel_id

"""What there is to choose from: journeys, their versions, and whose answers to count."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from feedback.comparing.who import Who
from journeys.maps.filters import DEFAULT_PERIOD, PERIODS
from journeys.models import Channel, Journey, Persona, Segment, Version
from journeys.models.workspaces import Visitor
from touchpoints.models import Touchpoint

NOW = "now"
MOST_VERSIONS = 100

Choices = list[tuple[str, str] | tuple[str, list[tuple[str, str]]]]


class Directory:
    """The choices of one page; six queries."""

    def __init__(self, journey: Journey, user: Visitor) -> None:
        workspace = journey.workspace
        self.journey, self.user = journey, user
        others = Journey.objects.visible_to(user).filter(workspace=workspace)
        self.journeys = {
            each.slug: each for each in others.exclude(pk=journey.pk).select_related("workspace")
        }
        versions = Version.objects.visible_to(user).filter(journey=journey)
        newest = versions.defer("content", "figures").order_by("-pk")[:MOST_VERSIONS]
        self.versions = {str(each.pk): each for each in newest}
        self.segments = list(Segment.objects.visible_to(user).filter(workspace=workspace))
        self.channels = list(Channel.objects.visible_to(user).filter(workspace=workspace))
        personas = Persona.objects.visible_to(user).filter(workspace=workspace)
        self.personas = list(personas.select_related("segment"))

    @property
    def compared_with(self) -> str:
        """Return the current journey that this one redesigns, as an address names it, or ""."""
        found = (
            each for each in self.journeys.values() if each.pk == self.journey.compares_with_id
        )
        return next((each.slug for each in found), "")

    @property
    def of_choices(self) -> Choices:
        """Return the maps: this journey now and then, and the others."""
        own = [(NOW, "This journey, now")]
        own += [(key, f"As of {_title(each)}") for key, each in self.versions.items()]
        others = [(slug, each.title) for slug, each in self.journeys.items()]
        return [("This journey", own), *([("Other journeys", others)] if others else [])]

    @property
    def who_choices(self) -> Choices:
        """Return everybody, and each segment, channel and persona that has a segment."""
        groups: list[tuple[str, list[tuple[str, str]]]] = [
            ("Segments", [(f"segment:{each.name}", each.name) for each in self.segments]),
            ("Channels", [(f"channel:{each.name}", each.name) for each in self.channels]),
            (
                "Personas, by their segment",
                [
                    (f"persona:{each.slug}", f"{each.name} ({each.segment})")
                    for each in self.personas
                    if each.segment
                ],
            ),
        ]
        return [("", "Everybody"), *((name, found) for name, found in groups if found)]

    @property
    def mute_personas(self) -> list[Persona]:
        """Return the personas for whom no segment speaks, so that no answers are known of them."""
        return [each for each in self.personas if not each.segment]

    def map_of(self, key: str) -> tuple[Journey, Version | None]:
        """Return the journey and the version that one of the choices names."""
        version = self.versions.get(key)
        return self.journey if version else self.journeys.get(key, self.journey), version

    def who(self, key: str) -> Who:
        """Return whose answers one of the choices names."""
        kind, _, name = key.partition(":")
        if kind == "persona":
            persona = next(each for each in self.personas if each.slug == name)
            return Who(key, segment=str(persona.segment), persona=persona.name)
        return Who(key, **{kind: name}) if kind else Who()

    def days_up_to(self, version: Version, today: date) -> tuple[date, date]:
        """Return the first and the last of the 90 days up to a version."""
        end = min(timezone.localtime(version.at).date(), today)
        return end - timedelta(days=(PERIODS[DEFAULT_PERIOD] or 1) - 1), end

    def touchpoints(self, journey: Journey, version: Version | None) -> Sequence[Touchpoint]:
        """Return what is on a map now, or what was on it in a version, in the map's order."""
        found = Touchpoint.objects.visible_to(self.user).filter(step__stage__journey=journey)
        if version is None:
            found = found.on_map()
        else:
            ids = [row["id"] for row in version.content.get("touchpoint", [])]
            found = found.filter(pk__in=ids).order_by(
                "step__stage__position", "step__position", "position", "pk"
            )
        return list(found.select_related("step__stage", "channel"))


def _title(version: Version) -> str:
    day = date_format(timezone.localtime(version.at), "j F Y, H:i")
    return f"{version.title}, {day}" if version.title else day

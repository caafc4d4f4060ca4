"""A persona as a row of a file."""

from typing import Any, ClassVar

from django.db import models
from import_export.fields import Field
from import_export.widgets import ManyToManyWidget, Widget

from journeys.admin.resources import LibraryResource
from journeys.admin.texts import joined, parts, unescaped
from journeys.models import Channel, Persona, PersonaTrait, Segment

TRAIT_PARTS = ("name", "low_label", "high_label", "score")


class LibraryNames:
    """The channels or segments of a workspace by name, each workspace asked once per file."""

    def __init__(self, model: type[Channel] | type[Segment]) -> None:
        self.model = model
        self.known: dict[int, dict[str, Any]] = {}

    def find(self, name: str, workspace: Any) -> Any:
        """Return the one of that name; raises ValueError when the workspace has none."""
        if workspace.pk not in self.known:
            found = self.model._default_manager.filter(workspace=workspace)
            self.known[workspace.pk] = {each.name: each for each in found}
        if name not in self.known[workspace.pk]:
            kind = self.model._meta.verbose_name
            raise ValueError(f"there is no {kind} “{name}” in {workspace}")
        return self.known[workspace.pk][name]


class SegmentWidget(Widget):  # type: ignore[misc]
    """A segment by name."""

    def __init__(self, resource: LibraryResource) -> None:
        super().__init__()
        self.resource, self.names = resource, LibraryNames(Segment)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Segment | None:
        """Return the segment, None for an empty cell; raises ValueError."""
        if not value:
            return None
        segment: Segment = self.names.find(value, self.resource.workspaces[row["workspace"]])
        return segment

    def render(self, value: Segment | None, obj: Any = None, **kwargs: Any) -> str:
        """Return the name."""
        return value.name if value else ""


class ChannelsWidget(ManyToManyWidget):  # type: ignore[misc]
    """Channels by name, separated by semicolons."""

    def __init__(self, resource: LibraryResource) -> None:
        super().__init__(Channel)
        self.resource, self.names = resource, LibraryNames(Channel)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[Channel]:
        """Return the channels; raises ValueError."""
        workspace = self.resource.workspaces[row["workspace"]]
        names = [unescaped(part) for part in parts(value, ";")]
        return [self.names.find(name, workspace) for name in names]

    def render_all(self, channels: list[Channel]) -> str:
        """Return the names as one cell, in the library's order."""
        return joined(sorted(channel.name for channel in channels), ";")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return a stored persona's channels as one cell."""
        return self.render_all(list(value.all())) if value is not None else ""


class TraitsWidget(ManyToManyWidget):  # type: ignore[misc]
    """Scored traits: "name|low|high|score; …", in their order."""

    def __init__(self) -> None:
        super().__init__(PersonaTrait)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[PersonaTrait]:
        """Return the traits, not stored; raises ValueError naming the one that is wrong."""
        traits = [self._trait(text, position) for position, text in enumerate(parts(value, ";"))]
        names = [trait.name for trait in traits]
        if double := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"traits named twice: {', '.join(sorted(double))}")
        return traits

    def _trait(self, text: str, position: int) -> PersonaTrait:
        values = [unescaped(part) for part in parts(text, "|")]
        if len(values) != len(TRAIT_PARTS):
            raise ValueError(f"trait {position + 1} “{text}” is not name|low|high|score")
        name, low, high, score = values
        if not name:
            raise ValueError(f"trait {position + 1} “{text}” has no name")
        if score not in {"1", "2", "3", "4", "5"}:
            raise ValueError(f"trait “{name}”: the score {score or '(none)'} is not 1 to 5")
        for part, given in (("name", name), ("low_label", low), ("high_label", high)):
            column = PersonaTrait._meta.get_field(part)
            if isinstance(column, models.CharField) and len(given) > (column.max_length or 0):
                raise ValueError(f"“{given}” has more than {column.max_length} characters")
        return PersonaTrait(
            name=name, low_label=low, high_label=high, score=int(score), position=position
        )

    def render_all(self, traits: list[PersonaTrait]) -> str:
        """Return traits as one cell."""
        return "; ".join(
            joined([trait.name, trait.low_label, trait.high_label, str(trait.score)], "|")
            for trait in traits
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return a stored persona's traits as one cell."""
        return self.render_all(list(value.all())) if value is not None else ""


class TraitsField(Field):  # type: ignore[misc]
    """The traits of a persona; importing replaces them where they differ."""

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Store the row's traits in the place of the persona's."""
        traits = self.clean(row)
        if self.widget.render_all(traits) == self.export(instance):
            return
        instance.traits.all().delete()
        for trait in traits:
            trait.persona = instance
        PersonaTrait.objects.bulk_create(traits)


class PersonaResource(LibraryResource):
    """Personas, without their photos."""

    preferred_channels = Field(attribute="preferred_channels", column_name="preferred_channels")
    segment = Field(attribute="segment", column_name="segment")
    traits = TraitsField(attribute="traits", column_name="traits", widget=TraitsWidget())

    column_help: ClassVar[dict[str, str]] = {
        "workspace": "The workspace's slug, as in its address.",
        "slug": "The persona's slug. Known: the persona is changed. New: it is added.",
        "name": "Required for a new persona.",
        "role, quote, summary": "Text.",
        "age_range, occupation, location, household": "Text.",
        "goals, needs, pain_points": "One per line within the cell.",
        "buying_behaviour": "Text.",
        "preferred_channels": "Names of channels that the workspace has: “Web; App”.",
        "segment": "The name of a segment that the workspace has.",
        "traits": "“name|low|high|score; …” with scores from 1 to 5: “Patience|calm|restless|2”.",
    }

    class Meta:
        model = Persona
        fields = [
            "workspace",
            "slug",
            "name",
            "role",
            "quote",
            "summary",
            "age_range",
            "occupation",
            "location",
            "household",
            "goals",
            "needs",
            "pain_points",
            "buying_behaviour",
            "preferred_channels",
            "segment",
            "traits",
        ]
        import_id_fields = ["workspace", "slug"]
        clean_model_instances = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["preferred_channels"].widget = ChannelsWidget(self)
        self.fields["segment"].widget = SegmentWidget(self)

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Fetch what every row shows along."""
        return queryset.prefetch_related("preferred_channels", "traits")

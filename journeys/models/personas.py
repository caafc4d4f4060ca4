"""The persona: whose view a map takes."""

from typing import Self

from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse

from journeys.models.libraries import Channel, Segment
from journeys.models.workspaces import Workspace, WorkspaceContentQuerySet

# What makes a persona useful in a workshop; completeness counts these.
DESCRIBING_FIELDS = (
    "photo",
    "role",
    "quote",
    "summary",
    "age_range",
    "occupation",
    "location",
    "goals",
    "needs",
    "pain_points",
    "buying_behaviour",
)


class PersonaQuerySet(WorkspaceContentQuerySet["Persona"]):
    """Personas, by workspace and use."""

    def with_usage(self) -> Self:
        """Annotate `journey_count`: on how many maps the persona stands."""
        return self.annotate(journey_count=models.Count("journeys", distinct=True))


class Persona(models.Model):
    """An archetype of a customer, drawn from research."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="personas")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80)
    role = models.CharField(max_length=120, blank=True, help_text='"Frequent flyer", "IT buyer".')
    photo = models.ImageField(
        upload_to="personas/",
        blank=True,
        validators=[FileExtensionValidator(["jpg", "jpeg", "png", "webp"])],
    )
    quote = models.CharField(max_length=300, blank=True, help_text="One sentence in their words.")
    summary = models.TextField(max_length=2000, blank=True)
    age_range = models.CharField(max_length=40, blank=True)
    occupation = models.CharField(max_length=120, blank=True)
    location = models.CharField(max_length=120, blank=True)
    household = models.CharField(max_length=120, blank=True)
    goals = models.TextField(max_length=2000, blank=True, help_text="One per line.")
    needs = models.TextField(max_length=2000, blank=True, help_text="One per line.")
    pain_points = models.TextField(max_length=2000, blank=True, help_text="One per line.")
    buying_behaviour = models.TextField(max_length=2000, blank=True)
    preferred_channels = models.ManyToManyField(Channel, blank=True, related_name="personas")
    segment = models.ForeignKey(
        Segment,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="personas",
        help_text="The segment whose answers speak for this persona.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PersonaQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="persona_slug_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the persona's page."""
        return reverse("journeys:persona_detail", args=[self.workspace.slug, self.slug])

    @property
    def goal_list(self) -> list[str]:
        """Return the goals, one per entry."""
        return _lines(self.goals)

    @property
    def need_list(self) -> list[str]:
        """Return the needs, one per entry."""
        return _lines(self.needs)

    @property
    def pain_point_list(self) -> list[str]:
        """Return the pain points, one per entry."""
        return _lines(self.pain_points)

    @property
    def missing_fields(self) -> list[str]:
        """Return the names of the describing fields that are still empty."""
        return [name for name in DESCRIBING_FIELDS if not getattr(self, name)]

    @property
    def completeness(self) -> int:
        """Return the share of describing fields that are filled, in whole percent."""
        return round(100 * (1 - len(self.missing_fields) / len(DESCRIBING_FIELDS)))

    @transaction.atomic
    def duplicate(self) -> "Persona":
        """Copy the persona with its traits and channels; the maps stay with the original."""
        copy = Persona.objects.get(pk=self.pk)
        copy.pk = None
        copy._state.adding = True
        copy.name = f"{self.name} (copy)"[:80]
        copy.slug = self._free_slug()
        copy.save()
        copy.preferred_channels.set(self.preferred_channels.all())
        PersonaTrait.objects.bulk_create(
            PersonaTrait(persona=copy, **trait)
            for trait in self.traits.values("name", "low_label", "high_label", "score", "position")
        )
        return copy

    def _free_slug(self) -> str:
        taken = set(
            Persona.objects.filter(workspace_id=self.workspace_id).values_list("slug", flat=True)
        )
        number = 2
        while f"{self.slug[:70]}-{number}" in taken:
            number += 1
        return f"{self.slug[:70]}-{number}"


class PersonaTrait(models.Model):
    """A scored trait between two poles: patience 2 of 5, tech confidence 4 of 5."""

    persona = models.ForeignKey(Persona, models.CASCADE, related_name="traits")
    name = models.CharField(max_length=60)
    low_label = models.CharField(max_length=40, blank=True)
    high_label = models.CharField(max_length=40, blank=True)
    score = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)], help_text="1 to 5."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["persona", "name"], name="trait_once_per_persona"),
            models.CheckConstraint(
                condition=models.Q(score__gte=1, score__lte=5), name="trait_score_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.score}/5"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]

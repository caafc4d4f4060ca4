"""The map's rows and what stands in them: lanes and cards."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from journeys.models.journeys import Journey, Step
from journeys.models.parts import MapPart, PartQuerySet
from journeys.models.personas import Persona


class LaneKind(models.TextChoices):
    """What a row of the map holds."""

    GOALS = "goals"
    DOING = "doing"
    THINKING = "thinking"
    FEELING = "feeling"
    TOUCHPOINTS = "touchpoints"
    PAIN_POINTS = "pain_points", "Pain points"
    GAINS = "gains"
    OPPORTUNITIES = "opportunities"
    EVIDENCE = "evidence"
    IMAGES = "images", "Storyboard"
    PHYSICAL_EVIDENCE = "physical_evidence", "Physical evidence"
    FRONTSTAGE = "frontstage"
    BACKSTAGE = "backstage"
    SYSTEMS = "systems"
    HANDOFFS = "handoffs"
    FEEDBACK = "feedback"
    FRICTION = "friction"
    METRICS = "metrics"
    FREE_TEXT = "free_text", "Notes"

    @property
    def hint(self) -> str:
        """Return the few words under the lane's name."""
        return _HINTS[self.value]

    @property
    def holds_cards(self) -> bool:
        """True where people write; the other lanes are computed."""
        return self not in _COMPUTED

    @classmethod
    def quoting(cls) -> list[str]:
        """Return the kinds that hold what customers say, in their words."""
        return [cls.THINKING.value, cls.EVIDENCE.value]

    @classmethod
    def computed(cls) -> list[str]:
        """Return the kinds that are filled from data; a journey has each at most once."""
        return [kind.value for kind in cls if not kind.holds_cards]


_COMPUTED = {
    LaneKind.FEELING,
    LaneKind.TOUCHPOINTS,
    LaneKind.HANDOFFS,
    LaneKind.FEEDBACK,
    LaneKind.FRICTION,
}

_HINTS = {
    "goals": "what they want here",
    "doing": "customer action",
    "thinking": "in their words",
    "feeling": "assessed and measured",
    "touchpoints": "channel · owner",
    "pain_points": "severity",
    "gains": "what works",
    "opportunities": "impact × effort",
    "evidence": "quotes and findings",
    "images": "scenes",
    "physical_evidence": "what they can touch",
    "frontstage": "staff they meet",
    "backstage": "staff they do not see",
    "systems": "what runs behind",
    "handoffs": "between teams",
    "feedback": "what customers answer",
    "friction": "0 smooth – 100 stuck",
    "metrics": "figures",
    "free_text": "",
}


class Line(models.TextChoices):
    """The service blueprint's dividers, drawn below a lane."""

    NONE = "", "None"
    INTERACTION = "interaction", "Line of interaction"
    VISIBILITY = "visibility", "Line of visibility"
    INTERNAL = "internal", "Line of internal interaction"


class LaneQuerySet(PartQuerySet["Lane"]):
    """Lanes, by workspace."""

    workspace_path = "journey__workspace"


class Lane(MapPart):
    """A row of one journey's map."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="lanes")
    kind = models.CharField(max_length=20, choices=LaneKind.choices)
    title = models.CharField(max_length=60, blank=True, help_text="Empty: the kind's own name.")
    position = models.PositiveBigIntegerField()
    line_below = models.CharField(
        max_length=12, choices=Line.choices, blank=True, default=Line.NONE
    )

    objects = LaneQuerySet.as_manager()

    class Meta:
        ordering = ["journey_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "position"],
                condition=models.Q(removed_at__isnull=True),
                name="lane_position_once",
            ),
            models.UniqueConstraint(
                fields=["journey", "kind"],
                condition=models.Q(kind__in=sorted(_COMPUTED), removed_at__isnull=True),
                name="computed_lane_once",
            ),
            models.UniqueConstraint(
                fields=["journey", "line_below"],
                condition=~models.Q(line_below="") & models.Q(removed_at__isnull=True),
                name="blueprint_line_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=LaneKind.values), name="lane_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()


class CardQuerySet(PartQuerySet["Card"]):
    """Cards, by workspace."""

    workspace_path = "lane__journey__workspace"

    def current(self) -> Self:
        """Leave out what was taken off the map, by itself or with its lane, step or stage."""
        return (
            super()
            .current()
            .filter(
                lane__removed_at__isnull=True,
                step__removed_at__isnull=True,
                step__stage__removed_at__isnull=True,
            )
        )

    def crossing(self, lanes: Iterable[Lane], steps: Iterable[Step]) -> Self:
        """Keep what stands where lanes and steps cross that are on a map: asks only for cards."""
        return super().current().filter(lane__in=lanes, step__in=steps)


class Card(MapPart):
    """One item in a cell, where a lane crosses a step."""

    lane = models.ForeignKey(Lane, models.CASCADE, related_name="cards")
    step = models.ForeignKey(Step, models.CASCADE, related_name="cards")
    text = models.CharField(max_length=500)
    persona = models.ForeignKey(
        Persona,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cards",
        help_text="Only this persona does or says so; empty: all of the journey's.",
    )
    severity = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(4)], help_text="Pain points: 0 to 4."
    )
    impact = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="Opportunities: 1 to 5.",
    )
    effort = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="Opportunities: 1 to 5.",
    )
    image = models.ImageField(
        upload_to="cards/%Y/%m/",
        blank=True,
        help_text="Storyboards: a picture; the text is its caption and what is read aloud.",
    )
    position = models.PositiveBigIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="cards"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["lane_id", "step_id", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="card_has_text"),
            models.CheckConstraint(condition=models.Q(severity__lte=4), name="severity_0_to_4"),
            models.CheckConstraint(
                condition=models.Q(impact__gte=1, impact__lte=5), name="impact_1_to_5"
            ),
            models.CheckConstraint(
                condition=models.Q(effort__gte=1, effort__lte=5), name="effort_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return self.text

"""What a conversation is about: a cell, a step, a lane, or the journey itself."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from journeys.models import Comment, Journey, Lane, Step
from journeys.models.comments import CommentQuerySet

Counts = dict[tuple[int | None, int | None], int]
"""(id of the lane, id of the step) -> number of open conversations there."""

TOTAL = "comments"
"""The id of the element that says how many conversations of a journey are open."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a map that people talk about."""

    journey: Journey
    lane: Lane | None = None
    step: Step | None = None

    @classmethod
    def of(cls, comment: Comment) -> Self:
        """Return what a comment is about."""
        return cls(comment.journey, comment.lane, comment.step)

    @property
    def label(self) -> str:
        """Return what people call it: "Pain points at Check in"."""
        if self.lane and self.step:
            return f"{self.lane} at {self.step}"
        if self.lane:
            return f"Lane {self.lane}"
        return f"Step {self.step}" if self.step else "The whole journey"

    @property
    def element(self) -> str:
        """Return the id of its element on the drawn map."""
        if self.lane and self.step:
            return f"cell-{self.lane.pk}-{self.step.pk}"
        if self.lane:
            return f"lane-{self.lane.pk}"
        return f"step-{self.step.pk}" if self.step else "head"

    @property
    def query(self) -> str:
        """Return how an address names it: "lane=4&step=7"."""
        named = {"lane": self.lane, "step": self.step}
        return urlencode({name: row.pk for name, row in named.items() if row})

    @property
    def url(self) -> str:
        """Return the address of its conversations."""
        names = [self.journey.workspace.slug, self.journey.slug]
        return f"{reverse('journeys:comment_place', args=names)}?{self.query}".rstrip("?")

    @property
    def map_url(self) -> str:
        """Return the address of its place on the map."""
        return f"{self.journey.get_absolute_url()}#{self.element}"

    @property
    def is_on_map(self) -> bool:
        """False once its lane, step or stage was taken off the map."""
        lane_is = self.lane is None or self.lane.removed_at is None
        step_is = self.step is None or (
            self.step.removed_at is None and self.step.stage.removed_at is None
        )
        return lane_is and step_is

    @property
    def comments(self) -> CommentQuerySet:
        """Return everything that was said here."""
        return Comment.objects.filter(journey=self.journey, lane=self.lane, step=self.step)


def open_counts(journey: Journey) -> Counts:
    """Return how many conversations are open at each place of a journey: one query."""
    rows = Comment.objects.open().filter(journey=journey).order_by()
    counted = rows.values_list("lane_id", "step_id").annotate(n=Count("pk"))
    return {(lane_id, step_id): n for lane_id, step_id, n in counted}

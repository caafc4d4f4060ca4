"""The workspace's own scores of an opportunity, added up in the open."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, F, FloatField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Cast

from feedback.metrics.display import round_half_away
from feedback.models import Criterion, CriterionScore, Opportunity
from feedback.models.opportunities import OpportunityQuerySet


@dataclass(frozen=True, slots=True)
class Scored:
    """A criterion and what one opportunity got on it; None where nobody has said."""

    criterion: Criterion
    score: int | None

    @property
    def counts_as(self) -> int | None:
        """Return the score as it enters the total: of what counts against, 6 minus it."""
        if self.score is None:
            return None
        return 6 - self.score if self.criterion.counts_against else self.score


def scores_of(opportunity: Opportunity, criteria: Sequence[Criterion]) -> list[Scored]:
    """Return every criterion with the opportunity's score; one query."""
    known = dict(opportunity.scores.values_list("criterion", "score"))
    return [Scored(criterion, known.get(criterion.pk)) for criterion in criteria]


def total(scores: Sequence[Scored]) -> float | None:
    """Return the mean of what was scored, weighted, 1 to 5; None where nothing was."""
    known = [(each.criterion.weight, each.counts_as) for each in scores if each.counts_as]
    if not known:
        return None
    return sum(w * s for w, s in known if s) / sum(w for w, _ in known)


def formula(scores: Sequence[Scored]) -> str:
    """Return the sum that leads to the total, such as "(3 × 4 + 1 × 2) / 4 = 3.5"."""
    value = total(scores)
    if value is None:
        return ""
    known = [each for each in scores if each.counts_as]
    parts = " + ".join(f"{each.criterion.weight} × {each.counts_as}" for each in known)
    weights = sum(each.criterion.weight for each in known)
    return f"({parts}) / {weights} = {round_half_away(value, 1):.1f}"


def with_total(opportunities: OpportunityQuerySet) -> OpportunityQuerySet:
    """Annotate `total_score`, the same as `total`, in the query."""
    counts_as = Case(
        When(criterion__counts_against=True, then=Value(6.0) - Cast("score", FloatField())),
        default=F("score"),
        output_field=FloatField(),
    )
    weighted = Sum(Cast("criterion__weight", FloatField()) * counts_as)
    rows = (
        CriterionScore.objects.filter(opportunity=OuterRef("pk"))
        .order_by()
        .values("opportunity")
        .annotate(total=weighted / Sum(Cast("criterion__weight", FloatField())))
        .values("total")
    )
    return opportunities.annotate(total_score=Subquery(rows, output_field=FloatField()))


def score(opportunity: Opportunity, scores: dict[Criterion, int | None]) -> None:
    """Keep what was said on each criterion; None takes a score back.

    Raises ValueError for a score that is not 1 to 5.
    """
    for criterion, value in scores.items():
        if value is None:
            opportunity.scores.filter(criterion=criterion).delete()
        elif not 1 <= value <= 5:
            raise ValueError(f"{value} is not 1 to 5.")
        else:
            opportunity.scores.update_or_create(criterion=criterion, defaults={"score": value})

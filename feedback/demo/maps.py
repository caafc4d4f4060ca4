"""Puts one journey of the demo into the database, as people drew and rated it."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta

from feedback.demo import votes
from feedback.demo.content import CardText, MapText, StepText, TouchpointText
from feedback.demo.libraries import Libraries
from feedback.demo.simulator import generator
from feedback.models import FrictionAssessment
from journeys.models import Card, EmotionAssessment, Journey, Lane, Persona, Stage, Step
from touchpoints.models import Handoff, Touchpoint

# Handoffs are counted over the period that the map shows first.
OBSERVED_DAYS = 90


def create_map(
    text: MapText, library: Libraries, *, today: date, seed: int
) -> dict[str, Touchpoint]:
    """Create a journey with its stages, cards, touchpoints, handoffs and votes in one change.

    Return its touchpoints by title. Raises KeyError for a name that no library holds.
    """
    journey = Journey.objects.create(
        workspace=library.workspace,
        title=text.title,
        slug=text.slug,
        goal=text.goal,
        state=text.state,
        owner=library.people[text.owner] if text.owner else None,
        compares_with=library.workspace.journeys.get(slug=text.compares_with)
        if text.compares_with
        else None,
        review_by=None
        if text.review_in_days is None
        else today + timedelta(days=text.review_in_days),
    )
    with journey.changing():
        journey.personas.set(library.personas[slug] for slug in text.personas)
        steps = _steps(journey, text)
        _cards(journey, text, steps, library)
        touchpoints = _touchpoints(text, steps, library)
        _handoffs(text, touchpoints, library, today)
        _votes(text, steps, touchpoints, library, today, seed)
    return touchpoints


def _steps(journey: Journey, text: MapText) -> list[Step]:
    stages = Stage.objects.bulk_create(
        Stage(journey=journey, title=stage.title, goal=stage.goal, position=position)
        for position, stage in enumerate(text.stages)
    )
    return Step.objects.bulk_create(
        Step(stage=row, title=step.title, position=position)
        for row, stage in zip(stages, text.stages, strict=True)
        for position, step in enumerate(stage.steps)
    )


def _cards(journey: Journey, text: MapText, steps: list[Step], library: Libraries) -> None:
    lanes = {
        lane.kind: lane
        for lane in Lane.objects.bulk_create(
            Lane(journey=journey, position=position, **asdict(lane))
            for position, lane in enumerate(text.lanes)
        )
    }

    def cards() -> Iterator[Card]:
        for row, step in zip(steps, text.steps, strict=True):
            for kind, texts in step.cards.items():
                for position, card in enumerate(texts):
                    yield _card(lanes[kind], row, position, card, library)

    Card.objects.bulk_create(cards())


def _card(lane: Lane, step: Step, position: int, card: CardText, library: Libraries) -> Card:
    return Card(
        lane=lane,
        step=step,
        position=position,
        text=card.text,
        persona=library.personas[card.persona] if card.persona else None,
        severity=card.severity,
        impact=card.impact,
        effort=card.effort,
    )


def _touchpoints(text: MapText, steps: list[Step], library: Libraries) -> dict[str, Touchpoint]:
    rows = Touchpoint.objects.bulk_create(
        _touchpoint(row, position, touchpoint, library)
        for row, step in zip(steps, text.steps, strict=True)
        for position, touchpoint in enumerate(step.touchpoints)
    )
    return {row.title: row for row in rows}


def _touchpoint(
    step: Step, position: int, touchpoint: TouchpointText, library: Libraries
) -> Touchpoint:
    return Touchpoint(
        step=step,
        position=position,
        title=touchpoint.title,
        channel=library.channels[touchpoint.channel],
        team=library.teams[touchpoint.team],
        importance=touchpoint.importance,
        moment_that_matters=touchpoint.moment,
        target_wait_minutes=touchpoint.target_wait_minutes,
    )


def _handoffs(
    text: MapText, touchpoints: dict[str, Touchpoint], library: Libraries, today: date
) -> None:
    def rows() -> Iterator[Handoff]:
        for each in text.handoffs:
            values = asdict(each)
            start, end = touchpoints[values.pop("from_")], touchpoints[values.pop("to")]
            from_team, to_team = values.pop("from_team"), values.pop("to_team")
            yield Handoff(
                from_touchpoint=start,
                to_touchpoint=end,
                from_team=library.teams[from_team] if from_team else start.team,
                to_team=library.teams[to_team] if to_team else end.team,
                observed_from=today - timedelta(days=OBSERVED_DAYS) if each.released else None,
                observed_until=today - timedelta(days=1) if each.released else None,
                **values,
            )

    Handoff.objects.bulk_create(rows())


def _votes(
    text: MapText,
    steps: list[Step],
    touchpoints: dict[str, Touchpoint],
    library: Libraries,
    today: date,
    seed: int,
) -> None:
    raters = [library.people[key] for key in text.raters]
    held = today - timedelta(days=text.workshop_days_ago)
    rng = generator(seed, text.slug, "workshop")
    EmotionAssessment.objects.bulk_create(
        EmotionAssessment(step=row, persona=persona, rater=rater, score=score, assessed_on=held)
        for row, step in zip(steps, text.steps, strict=True)
        for persona, mean in _felt(step, library)
        for rater, score in zip(raters, votes.feelings(mean, len(raters), rng), strict=True)
    )
    FrictionAssessment.objects.bulk_create(
        FrictionAssessment(
            touchpoint=touchpoints[each.title], rater=rater, severity=vote, assessed_on=held
        )
        for step in text.steps
        for each in step.touchpoints
        if each.severity is not None
        for rater, vote in zip(
            raters, votes.severities(each.severity, len(raters), rng), strict=True
        )
    )


def _felt(step: StepText, library: Libraries) -> Iterator[tuple[Persona | None, float]]:
    """Yield whose feeling was rated, and its mean: per persona, or one for all of them."""
    for slug, mean in step.feelings.items():
        yield library.personas[slug], mean
    if step.feeling is not None and not step.feelings:
        yield None, step.feeling

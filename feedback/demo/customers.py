"""Who said it: some of the simulated answers are given one customer, touchpoint by touchpoint.

Nothing is added and no score changed. In each quarter and segment, whoever answered the outcome
becomes a customer with a mood and, at every touchpoint, a feeling of their own:

    feeling = √mood · N(0, 1) + √(1 − mood) · N(0, 1)

A touchpoint's answers, from the lowest to the highest score, go to those who feel worst to best.
The outcome's answers go in the same way by Σ pull(feeling) + noise · N(0, 1).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from random import Random

from feedback.demo.simulator import Answer
from feedback.demo.voices import Customers

QUARTER_DAYS = 90
LAST_QUARTER = 3

# A must-have only hurts, a delighter only lifts; on average as steep as the others.
_PULLS: dict[str, Callable[[float], float]] = {
    "performance": lambda feeling: feeling,
    "must-have": lambda feeling: 1.6 * min(feeling, 0.0),
    "delighter": lambda feeling: 1.6 * max(feeling, 0.0),
}

_Pools = dict[tuple[int, str], list[list[Answer]]]
"""By quarter and segment: the answers of one person at one touchpoint, the rated one first."""


def name_customers(
    customers: Customers, answers: Mapping[str, Sequence[Answer]], today: date, rng: Random
) -> None:
    """Write the customer into answers of a journey, by touchpoint title."""
    given = {title: _pools(answers[title], "csat", today) for title in customers.drivers}
    for place, outcome in sorted(_pools(answers[customers.outcome], "nps", today).items()):
        names = [f"{place[1]}/{place[0]}/{number}" for number in range(len(outcome))]
        moods = [rng.gauss(0, 1) for _ in names]
        overall = [customers.noise * rng.gauss(0, 1) for _ in names]
        for title, driver in customers.drivers.items():
            feelings = [
                math.sqrt(customers.mood) * mood + math.sqrt(1 - customers.mood) * rng.gauss(0, 1)
                for mood in moods
            ]
            pull = _PULLS[driver.kind]
            overall = [
                sum_ + driver.weight * pull(feeling)
                for sum_, feeling in zip(overall, feelings, strict=True)
            ]
            pool = given[title].get(place, [])
            asked = [i for i in range(len(names)) if rng.random() < customers.answers]
            asked = sorted(rng.sample(asked, min(len(asked), len(pool))), key=feelings.__getitem__)
            _hand_out(rng.sample(pool, len(asked)), [names[i] for i in asked], rng)
        ranked = sorted(range(len(names)), key=overall.__getitem__)
        _hand_out(outcome, [names[i] for i in ranked], rng)


def _pools(answers: Sequence[Answer], metric: str, today: date) -> _Pools:
    people: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        people[answer.respondent].append(answer)
    pools: _Pools = defaultdict(list)
    for said in people.values():
        said.sort(key=lambda answer: answer.metric != metric)
        first = said[0]
        if first.metric == metric:
            quarter = ((today - first.at.date()).days - 1) // QUARTER_DAYS
            pools[min(quarter, LAST_QUARTER), first.segment].append(said)
    return pools


def _hand_out(pool: Sequence[list[Answer]], names: Sequence[str], rng: Random) -> None:
    """Give the answers, by rising score, to the customers in their order."""
    rising = sorted(pool, key=lambda said: (said[0].score or 0, rng.random()))
    for said, name in zip(rising, names, strict=True):
        for answer in said:
            answer.customer = name

"""The tables of a mapping about cells: what is no answer, what words mean, what was observed."""

from datetime import date, datetime

from feedback.imports.mappings.mapping import (
    NotApplicable,
    ObservationMapping,
    PartialMapping,
    SkipRule,
    Unit,
    Words,
)
from feedback.imports.mappings.tables import Table
from feedback.imports.places import folded
from feedback.metrics.scales import SCALES
from feedback.models.observations import ObservationKind

# "Had to explain it again" belongs to a handoff, which no column names.
KINDS = [kind.value for kind in ObservationKind if kind is not ObservationKind.EXPLAINED_AGAIN]


def read_not_applicable(table: Table) -> NotApplicable:
    """Return the answers that say that a question did not apply."""
    numbers, texts = set(), set()
    for value in table.values("not_applicable"):
        if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
            table.refuse("not_applicable", 'must list whole numbers and texts: [0, "n/a"].')
        if isinstance(value, int):
            numbers.add(value)
        else:
            texts.add(value.strip().casefold())
    return NotApplicable(numbers=frozenset(numbers), texts=frozenset(texts))


def read_words(table: Table, metric: str) -> Words:
    """Return the scores of words, all of them on the scale of `metric` where it is known."""
    found: dict[str, int] = {}
    for text, score in table.pairs("values"):
        word = folded(text)
        if not word or isinstance(score, bool) or not isinstance(score, int):
            table.refuse("values", "must give a score to every word: { good = 2, bad = 1 }.")
        if metric and not SCALES[metric].contains(score):
            table.refuse("values", f'"{text}": {score} is not a score of {SCALES[metric].label}.')
        if found.setdefault(word, score) != score:
            table.refuse("values", f'"{text}" has two scores; case and blanks make no difference.')
    return Words(scores=found)


def read_partial(top: Table) -> PartialMapping | None:
    """Return how a broken-off answer is known, if the mapping says so."""
    if "partial" not in top:
        return None
    table = top.table("partial")
    partial = PartialMapping(column=table.text("column"), finished=table.texts("finished"))
    table.done()
    return partial


def read_skip(top: Table) -> tuple[SkipRule, ...]:
    """Return which rows are to be passed over."""
    rules = []
    for table in top.tables("skip"):
        rules.append(SkipRule(column=table.text("column"), values=_skipped(table)))
        table.done()
    return tuple(rules)


def _skipped(table: Table) -> frozenset[str]:
    """Return the texts of passed-over rows; "" passes over rows in which the cell is blank."""
    values = table.values("values")
    if not values or not all(isinstance(value, str) for value in values):
        table.refuse("values", 'is missing; list texts: ["Survey Preview"], or [""] for blank.')
    return frozenset(value.strip().casefold() for value in values)


def read_observations(top: Table) -> tuple[ObservationMapping, ...]:
    """Return the columns of what was observed; none of them twice for one kind."""
    found = []
    seen = set()
    for table in top.tables("observations"):
        kind = ObservationKind(table.choice("kind", KINDS))
        if "unit" in table and not kind.timed:
            table.refuse("unit", f'is about times, and "{kind}" is none.')
        observation = ObservationMapping(
            column=table.text("column"),
            kind=kind,
            unit=Unit(table.choice("unit", list(Unit))) if kind.timed else Unit.SECONDS,
            title=table.text("touchpoint"),
            step=table.text("step", ""),
            channel=table.text("channel", ""),
        )
        table.done()
        key = (kind, observation.title, observation.step, observation.channel)
        if key in seen:
            table.refuse("kind", f'"{kind}" of "{observation.title}" is there twice.')
        seen.add(key)
        found.append(observation)
    return tuple(found)


def read_moment(table: Table, key: str) -> date | None:
    """Return a date or a time, written as TOML has them or, as in JSON, as a text of that form."""
    value = table.any(key)
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            table.refuse(key, "must be a date such as 2026-03-10.")
    return table.moment(key)

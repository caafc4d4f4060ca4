"""The map as a Markdown outline, to be pasted into a wiki: CommonMark, and tables as GitHub's."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from journeys.exports.material import Material, Remark, Rendered
from journeys.exports.options import ExportOptions
from journeys.exports.wording import base, change, counted, day, figure, pace, quality
from journeys.maps import JourneyMap
from journeys.maps.grid import (
    UNKNOWN,
    Card,
    Cell,
    Heat,
    Item,
    Lane,
    Link,
    Metric,
    Mood,
    Score,
)
from journeys.maps.outline import StageOutline, outline

_INLINE = re.compile(r"[\\`*_\[\]|~]|<(?=[a-zA-Z/!?])|&(?=[#\w])|(?<!\S)#")
_BLOCK = re.compile(r"^(?:[-+=>]|\d{1,9}(?=[.)]))")


def render(material: Material, options: ExportOptions) -> Rendered:
    """Return the outline as UTF-8 text, and what it does not hold."""
    found = material.map
    blocks = [
        *_head(material, options),
        *(block for stage in outline(found) for block in _stage(stage)),
        *_handoffs(found),
        *_comments(material.remarks),
    ]
    notes = []
    if material.pictures:
        notes.append(
            f"Markdown holds no pictures: {counted(len(material.pictures), 'picture')} left out; "
            "their captions are there."
        )
    return Rendered(("\n\n".join(blocks) + "\n").encode(), tuple(notes))


def escaped(text: str) -> str:
    """Return a text as one line that reads as it is, wherever in a line it stands."""
    return _INLINE.sub(r"\\\g<0>", " ".join(text.split()))


def line(text: str) -> str:
    """Return a text as a line of its own: no list, no heading, no quotation begins with it."""
    return _BLOCK.sub(_as_text, escaped(text))


def _as_text(found: re.Match[str]) -> str:
    # A numbered list begins with a number, but only its point can be escaped.
    return f"{found[0]}\\" if found[0][0].isdecimal() else f"\\{found[0]}"


def _lines(text: str, indent: str) -> str:
    """Return a text of several lines, which stay lines."""
    lines = (line(each) for each in text.splitlines() if each.strip())
    return f"\\\n{indent}".join(lines)


# ---------------------------------------------------------------- blocks


def _head(material: Material, options: ExportOptions) -> Iterator[str]:
    found = material.map
    yield f"# {escaped(found.title)}"
    if found.goal:
        yield line(found.goal)
    if found.simulated:
        yield "> **Simulated:** the answers behind these figures are invented."
    yield "\n".join(f"- **{label}:** {text}" for label, text in _facts(material, options) if text)
    if found.headline:
        yield "## Figures"
        yield _figures(found.headline)


def _facts(material: Material, options: ExportOptions) -> Iterator[tuple[str, str]]:
    found = material.map
    compared = f", compared with {found.compare_text}" if found.compare_text else ""
    yield "State", f"{escaped(found.state)}, version {found.revision}"
    for each in material.personas:
        said = f"“{each.quote}”" if each.quote else ""
        yield "Persona", _joined(escaped(each.name), escaped(each.role), escaped(said))
    yield "Owner", escaped(found.owner)
    for label, choices in (("Segment", found.segments), ("Channel", found.channels)):
        yield label, ", ".join(escaped(each.label) for each in choices if each.selected)
    if found.headline:
        yield "Period", f"{escaped(found.period_text)}{escaped(compared)}"
    yield "Evidence", escaped(found.evidence_text.removeprefix("evidence "))
    yield "Review by", day(found.review_by) if found.review_by else ""
    yield "Exported", day(options.on)


def _figures(metrics: Iterable[Metric]) -> str:
    rows = [
        (each.label, f"{each.text} {each.margin_text}", base(each), change(each))
        for each in metrics
    ]
    return _table(("Figure", "Value ± 95 % margin", "Base", "Change"), rows)


def _stage(stage: StageOutline) -> Iterator[str]:
    yield f"## {escaped(stage.title)}"
    if stage.goal:
        yield f"**Goal:** {escaped(stage.goal)}"
    if stage.metrics:
        yield "\n".join(f"- {_metric(each)}" for each in stage.metrics)
    if not stage.steps:
        yield "No steps yet."
    for step in stage.steps:
        yield f"### {escaped(step.title)}"
        if step.lanes:
            yield "\n".join(_cell(lane, cell) for lane, cell in step.lanes if cell.items)


def _cell(lane: Lane, cell: Cell) -> str:
    title = f"**{escaped(lane.title)}:**"
    if len(cell.items) == 1:
        return f"- {title} {_item(cell.items[0])}"
    return f"- {title}" + "".join(f"\n  - {_item(item)}" for item in cell.items)


def _item(item: Item) -> str:
    match item:
        case Card():
            return _card(item)
        case Score():
            return f"{_named(item)}{_metric(item.metric)}"
        case Heat():
            notes = [f"mostly {item.note}" if item.note else "", item.flag]
            return f"{_named(item)}{_joined(_metric(item.metric), *map(escaped, notes))}"
        case Mood():
            return _joined(line(item.text), *map(escaped, item.marks))
        case Link():
            teams = f"**{escaped(item.from_label)} → {escaped(item.to_label)}**"
            where = f"{teams}, to {escaped(item.to_step)}"
            return _joined(where, escaped(item.what_moves), escaped(pace(item)))


def _card(card: Card) -> str:
    aside = [card.badge_title or card.badge, card.persona and f"only {card.persona}"]
    starred = "★ moment that matters" if card.starred else ""
    return _joined(line(card.text), *map(escaped, [card.detail, *aside, starred]))


def _named(item: Score | Heat) -> str:
    return f"{line(item.label)}: " if item.named else ""


def _metric(metric: Metric) -> str:
    value = f"{line(metric.label)} **{escaped(figure(metric))}**"
    return _joined(value, escaped(change(metric)), escaped(metric.note))


def _joined(*words: str) -> str:
    return " · ".join(filter(None, words))


def _handoffs(found: JourneyMap) -> Iterator[str]:
    titles = [step.title for step in found.steps]
    rows = [
        (titles[place], item.from_label, item.to_label, item.to_step, item.what_moves,
         item.wait_text, item.agreed_text or UNKNOWN,
         quality(item).removeprefix("quality ") or UNKNOWN)
        for lane in found.lanes
        for place, cell in enumerate(lane.cells)
        for item in cell.items
        if isinstance(item, Link)
    ]  # fmt: skip
    if rows:
        yield "## Handoffs"
        heads = ("At", "From", "To", "Next step", "What moves", "Wait", "Agreed", "Quality")
        yield _table(heads, rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *([escaped(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _comments(remarks: Sequence[Remark]) -> Iterator[str]:
    if remarks:
        yield "## Comments"
    for place, said in groupby(remarks, key=lambda each: each.place):
        yield f"### {escaped(place)}"
        yield "\n".join(map(_remark, said))


def _remark(remark: Remark) -> str:
    indent = "  " * remark.is_reply
    resolved = ", resolved" if remark.resolved and not remark.is_reply else ""
    author = escaped(remark.author or "A former member")
    words = _lines(remark.text, f"{indent}  ")
    return f"{indent}- **{author}**, {day(remark.at)}{resolved}: {words}"

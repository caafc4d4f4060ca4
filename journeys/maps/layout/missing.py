"""Which characters of a map no font can draw, and where they stand, in words."""

from collections.abc import Iterator, Sequence

from journeys.exports.material import Remark
from journeys.maps.drawing import Missing
from journeys.maps.fonts import missing
from journeys.maps.grid import Card, JourneyMap, Lane, Link

_START = 24
"""Letters by which a card is told from others."""


def missing_characters(found: JourneyMap, remarks: Sequence[Remark] = ()) -> tuple[Missing, ...]:
    """Return every character that cannot be drawn, with every place where it stands."""
    said = ((f"{each.author} {each.text}", f"a comment on {each.place}") for each in remarks)
    texts = [*_texts(found), *said]
    unknown = missing("".join(text for text, _ in texts))
    return (
        tuple(
            Missing(char, place)
            for text, place in texts
            for char in sorted(unknown.intersection(text))
        )
        if unknown
        else ()
    )


def _texts(found: JourneyMap) -> Iterator[tuple[str, str]]:
    names = [found.title, found.goal, found.workspace, found.owner, found.state]
    yield " ".join([*names, *(each.label for each in found.personas)]), "the title"
    for stage in found.stages:
        yield f"{stage.title} {stage.goal}", f"the stage {_quoted(stage.title)}"
    for step in found.steps:
        yield f"{step.title} {step.opens}", f"the step {_quoted(step.title)}"
    for lane in found.lanes:
        yield lane.title, f"the lane {_quoted(lane.title)}"
        yield from _items(lane, found)


def _items(lane: Lane, found: JourneyMap) -> Iterator[tuple[str, str]]:
    for step, cell in zip(found.steps, lane.cells, strict=True):
        for item in cell.items:
            if isinstance(item, Card):
                text = " ".join((item.text, item.detail, item.persona, item.badge))
                yield text, f"the card {_quoted(item.text)} at {step.title}"
            elif isinstance(item, Link):
                text = f"{item.from_label} {item.to_label} {item.what_moves} {item.to_step}"
                yield text, f"the handoff from {item.from_label} to {item.to_label}"


def _quoted(text: str) -> str:
    text = text.strip("“”")
    return f"“{text}”" if len(text) <= _START else f"“{text[:_START].rstrip()} …”"

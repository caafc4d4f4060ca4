"""The row of handoffs, each over the border that it bridges."""

from journeys.maps import theme
from journeys.maps.drawing import Block
from journeys.maps.grid import Lane, Link
from journeys.maps.layout.cards import Sizes
from journeys.maps.layout.grid import Columns, Row
from journeys.maps.layout.sketch import Run, Sketch
from journeys.maps.theme import GAP, PAD_Y

_FRAMES = {
    "disjointed": (theme.PAIN, theme.PAIN_LINE, False),
    "workable": (theme.CARD, theme.WARN, True),
}


def links(lane: Lane, at: Columns, top: float, sizes: Sizes) -> Row:
    """Draw the handoffs; where two would share a place, one stands below the other."""
    blocks: list[Block] = []
    for place, (_, items) in enumerate(at.cells(lane)):
        for link in items:
            x, width = _span(link, place, at)
            block = _link(link, x, top + PAD_Y, width)
            y = _free(block, blocks, top + PAD_Y)
            blocks.append(block if y == block.y else _link(link, x, y, width))
    bottom = max((each.y + each.height for each in blocks), default=top + PAD_Y)
    return Row(tuple(blocks), bottom + PAD_Y)


def _span(link: Link, place: int, at: Columns) -> tuple[float, float]:
    """Return the left edge and the width: those of one step, or of the two that are bridged."""
    column = at.of_step[place]
    if not link.bridges or place + 1 == len(at.of_step):
        return at.inside(column)
    return at.inside(column, at.of_step[place + 1] + 1 - column)


def _free(block: Block, others: list[Block], top: float) -> float:
    """Return the first height at which a block stands clear of the others."""
    y = top
    for other in sorted(others, key=lambda each: each.y):
        beside = other.x >= block.x + block.width or other.x + other.width <= block.x
        if not beside and y < other.y + other.height + GAP and y + block.height > other.y - GAP:
            y = other.y + other.height + GAP
    return y


def _link(link: Link, x: float, y: float, width: float) -> Block:
    fill, stroke, dashed = _FRAMES.get(link.tone, (theme.CARD, theme.LINE_2, True))
    sketch = Sketch(x, y, width, 7, 4.5)
    sketch.frame(fill=fill, stroke=stroke, dashed=dashed)
    names = f"{link.from_label} → {link.to_label}"
    sketch.flow([[(names, theme.HANDOFF)], *([fact] for fact in _facts(link))], gap=7)
    sketch.write(link.what_moves, theme.HANDOFF_NOTE)
    return sketch.block(f"handoff-{link.id}")


def _facts(link: Link) -> list[Run]:
    """Return wait, agreement, quality with its base, and where to; a late wait stands out."""
    facts = [(f"wait {link.wait_text}", theme.LATE if link.late else theme.HANDOFF_NOTE)]
    if link.agreed_text:
        facts.append((f"agreed {link.agreed_text}", theme.HANDOFF_NOTE))
    if link.quality and link.quality.value is not None:
        quality = f"quality {link.quality.text} {link.tone}".rstrip()
        facts += [(quality, theme.HANDOFF_NOTE), (link.quality.n_text, theme.HANDOFF_NOTE)]
    if not link.bridges:
        facts.append((f"to {link.to_step}", theme.HANDOFF_NOTE))
    return facts

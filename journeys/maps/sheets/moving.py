"""Moving, scaling and trimming what is drawn."""

from journeys.maps.drawing import Block, Mark, Path, Picture, Rule, Shape, Text


def moved_block(block: Block, factor: float, x: float, y: float) -> Block:
    """Return a block, multiplied by a factor and then moved by x and y."""
    return Block(
        block.key,
        block.x * factor + x,
        block.y * factor + y,
        block.width * factor,
        block.height * factor,
        tuple(moved(mark, factor, x, y) for mark in block.marks),
        block.text,
    )


def moved(mark: Mark, factor: float, x: float, y: float) -> Mark:
    """Return a mark, multiplied by a factor and then moved by x and y."""
    match mark:
        case Text():
            return Text(
                mark.x * factor + x, mark.y * factor + y, mark.text, mark.size * factor,
                mark.colour, mark.bold, mark.italic, mark.rtl, mark.width * factor, mark.url,
            )  # fmt: skip
        case Shape():
            return Shape(
                mark.x * factor + x, mark.y * factor + y, mark.width * factor,
                mark.height * factor, mark.fill, mark.stroke, mark.stroke_width * factor,
                mark.radius * factor, mark.dashed,
            )  # fmt: skip
        case Rule():
            return Rule(
                mark.x1 * factor + x, mark.y1 * factor + y, mark.x2 * factor + x,
                mark.y2 * factor + y, mark.colour, mark.width * factor, mark.dashed,
            )  # fmt: skip
        case Path():
            return Path(
                tuple(
                    tuple((left * factor + x, top * factor + y) for left, top in piece)
                    for piece in mark.pieces
                ),
                mark.stroke, mark.width * factor, mark.fill, mark.opacity, mark.dashed,
            )  # fmt: skip
        case Picture():
            return Picture(
                mark.x * factor + x, mark.y * factor + y, mark.width * factor,
                mark.height * factor, mark.key, mark.alt,
            )  # fmt: skip


def clipped(mark: Mark, left: float, top: float, right: float, bottom: float) -> Mark | None:
    """Return the part of a filled rectangle or of an upright or level rule that lies in a box."""
    if isinstance(mark, Shape):
        x, y = max(mark.x, left), max(mark.y, top)
        width = min(mark.x + mark.width, right) - x
        height = min(mark.y + mark.height, bottom) - y
        return Shape(x, y, width, height, mark.fill) if width > 0 and height > 0 else None
    if not isinstance(mark, Rule):
        raise TypeError(f"{type(mark).__name__} cannot be trimmed.")
    x1, x2 = max(mark.x1, left), min(mark.x2, right)
    y1, y2 = max(mark.y1, top), min(mark.y2, bottom)
    return (
        Rule(x1, y1, x2, y2, mark.colour, mark.width, mark.dashed)
        if x1 <= x2 and y1 <= y2
        else None
    )

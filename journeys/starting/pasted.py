"""A list of steps that somebody pasted: each line a step, with stages where it shows any.

A line is a stage when it ends in ":", begins with "#", or stands further left than the line after
it. Two columns of a spreadsheet are a stage and a step.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from journeys.starting.content import Content

LONGEST_TITLE = 120
MOST_STEPS = 200
NO_STAGE = "Stage 1"
# The second is how a colon is written among Chinese characters.
COLONS = (":", "\N{FULLWIDTH COLON}")
_BULLET = re.compile(r"^(?:[-*•–]|\d{1,3}[.)])\s+")


@dataclass
class PastedStage:
    """A stage with the titles of its steps."""

    title: str
    steps: list[str] = field(default_factory=list)


@dataclass
class Pasted:
    """What a pasted text says, and what is wrong with it; with problems nothing is made of it."""

    stages: list[PastedStage] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def step_count(self) -> int:
        """Return how many steps there are in all stages."""
        return sum(len(stage.steps) for stage in self.stages)

    def content(self, lanes: Content) -> Content:
        """Return it as a map with the lanes of another one."""
        stages = [
            {"title": stage.title, "steps": [{"title": step} for step in stage.steps]}
            for stage in self.stages
        ]
        return {"lanes": lanes["lanes"], "stages": stages}


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    indent: int
    text: str


def read_steps(text: str) -> Pasted:
    """Read a pasted list; every problem names its line."""
    lines = [
        _Line(number, len(line) - len(line.lstrip()), line.strip("\n\r "))
        for number, line in enumerate(text.expandtabs(1).splitlines(), 1)
        if line.strip()
    ]
    # A tab between two words is a border of columns; at the beginning it only indents.
    columns = any("\t" in line.strip() for line in text.splitlines())
    found = Pasted()
    for number, stage, step in _rows(text) if columns else _outline(lines):
        _add(found, number, stage, step)
    if not lines:
        found.problems.append("There is no step yet: write one on each line.")
    elif not found.problems and not found.step_count:
        found.problems.append("These are stages only: write at least one step below one of them.")
    if found.step_count > MOST_STEPS:
        found.problems.append(
            f"These are {found.step_count} steps; a map takes {MOST_STEPS} at once. "
            "Split the list into several journeys, or paste the most important part."
        )
    return found


def _add(found: Pasted, number: int, stage: str, step: str) -> None:
    for what, title in (("stage", stage), ("step", step)):
        if len(title) > LONGEST_TITLE:
            found.problems.append(
                f"Line {number}: the {what} is {len(title)} characters long, at most "
                f"{LONGEST_TITLE} fit: “{title[:40].rstrip()}…”"
            )
    if stage:
        found.stages.append(PastedStage(stage))
    if step:
        if not found.stages:
            found.stages.append(PastedStage(NO_STAGE))
        found.stages[-1].steps.append(step)


def _rows(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line number, new stage and step of a table; an empty first cell goes on."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        stage, _, rest = line.partition("\t")
        stage, step = stage.strip(), rest.split("\t")[0].strip()
        if not (stage or step) or (stage.casefold(), step.casefold()) == ("stage", "step"):
            continue
        begins = stage if stage != current else ""
        current = stage or current
        yield number, begins, step


def _outline(lines: list[_Line]) -> Iterator[tuple[int, str, str]]:
    """Yield line number, new stage and step of a list; one of both is empty."""
    margin = min((line.indent for line in lines), default=0)
    for place, line in enumerate(lines):
        following = lines[place + 1].indent if place + 1 < len(lines) else margin
        heads = line.text.startswith("#") or line.text.endswith(COLONS)
        heads = heads or (line.indent == margin and following > margin)
        text = _BULLET.sub("", line.text.lstrip("#").strip()).strip()
        title = text.rstrip("".join(COLONS)).strip() if heads else text
        if title:
            yield (line.number, title, "") if heads else (line.number, "", title)

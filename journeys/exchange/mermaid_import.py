"""A journey out of a Mermaid diagram.

The title becomes the journey's, sections become stages, tasks steps. A score of 1 to 5 becomes the
assessed feeling, −2 to +2. Actors become personas, each with that feeling at the step; or teams,
each a card in the frontstage lane of the step. Whatever has no place is named, nothing is guessed.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Literal

from django.utils import timezone
from django.utils.text import slugify

from journeys.exchange.content import SCHEMA
from journeys.exchange.mermaid_grammar import SPACE, Diagram, MermaidError, Task, parse
from journeys.models import Card, Journey, LaneKind, Persona, Stage, Step
from journeys.starting.library import BLANK, built_in
from journeys.starting.pasted import NO_STAGE

NEUTRAL = 3
NOT_ASSESSED = "not assessed: "
"""How the comment begins that our own files put above a step where nobody assessed a score."""
_FENCE = re.compile(
    r"^[ \t]*(`{3,}|~{3,})[ \t]*mermaid[ \t]*\r?\n(.*?)^[ \t]*\1", re.DOTALL | re.MULTILINE
)
UNTITLED = "Journey without a title"
Actors = Literal["personas", "teams"]


def read_mermaid(
    text: str, *, actors: Actors = "personas", on: date | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the content of a journey, and sentences about what is not in it as in the file.

    The text is a diagram, or Markdown with one: the first code block that says it is Mermaid.
    `on` is the date of the assessed feelings: today, if nothing else is said. Raises MermaidError
    with line and reason where Mermaid itself refuses the text, or a name is longer than a map
    holds.
    """
    fence = _FENCE.search(text)
    if fence:
        diagram = parse(fence[2], first_line=text.count("\n", 0, fence.start(2)) + 1)
    else:
        diagram = parse(text)
    _check_lengths(diagram, actors)
    content = _Content(diagram, actors, on or timezone.localdate())
    return content.whole(), tuple(_notes(diagram))


def feeling(task: Task, diagram: Diagram) -> float | None:
    """Return how a task feels, −2 to +2; None where its score says nothing about that."""
    said = diagram.comments.get(task.line - 1, "")
    if said.startswith(NOT_ASSESSED) or not 1 <= task.score <= 5:
        return None
    return task.score - NEUTRAL


def _people(task: Task) -> list[str]:
    return list(dict.fromkeys(filter(None, task.people)))


class _Content:
    """The journey in the shape of journeys.exchange."""

    def __init__(self, diagram: Diagram, actors: Actors, on: date) -> None:
        self.diagram, self.on = diagram, on
        names = dict.fromkeys(name for task in diagram.tasks for name in _people(task))
        self.slugs = _slugs(names) if actors == "personas" else {}
        kinds = [LaneKind.FRONTSTAGE.value] if actors == "teams" and names else []
        self.lanes = [{"kind": kind} for kind in kinds] + built_in()[BLANK].content["lanes"]
        # A file may have tasks before its first section.
        self.before = any(task.section is None for task in diagram.tasks)

    def whole(self) -> dict[str, Any]:
        """Return all of it; what is empty is left out."""
        lists = {
            "stages": self._stages(),
            "steps": self._steps(),
            "lanes": self.lanes,
            "cards": self._cards(),
            "feelings": self._feelings(),
        }
        numbered = {
            name: [{"id": number} | each for number, each in enumerate(rows, 1)]
            for name, rows in lists.items()
        }
        personas = [{"slug": slug, "name": name} for name, slug in self.slugs.items()]
        libraries = {"personas": sorted(personas, key=lambda each: each["slug"])}
        return {
            "schema": SCHEMA,
            "journey": self._journey(),
            **{name: rows for name, rows in numbered.items() if rows},
            **({"libraries": libraries} if personas else {}),
        }

    def _journey(self) -> dict[str, Any]:
        goal = _goal(self.diagram)
        return (
            {"title": _title(self.diagram) or UNTITLED}
            | ({"goal": goal} if goal else {})
            | ({"personas": sorted(self.slugs.values())} if self.slugs else {})
        )

    def _stages(self) -> Iterator[dict[str, Any]]:
        if self.before:
            yield {"title": NO_STAGE}
        for number, section in enumerate(self.diagram.sections, 1 + self.before):
            yield {"title": _clean(section.name) or f"Stage {number}"}

    def _steps(self) -> Iterator[dict[str, Any]]:
        for number, task in enumerate(self.diagram.tasks, 1):
            stage = 1 if task.section is None else task.section + 1 + self.before
            yield {"stage": stage, "title": _clean(task.name) or f"Step {number}"}

    def _cards(self) -> Iterator[dict[str, Any]]:
        if self.lanes[0]["kind"] == LaneKind.FRONTSTAGE:
            for number, task in enumerate(self.diagram.tasks, 1):
                yield from ({"lane": 1, "step": number, "text": name} for name in _people(task))

    def _feelings(self) -> Iterator[dict[str, Any]]:
        for number, task in enumerate(self.diagram.tasks, 1):
            score = feeling(task, self.diagram)
            if score is None:
                continue
            row = {"step": number, "score": score, "assessed_on": self.on.isoformat()}
            slugs = sorted(self.slugs[name] for name in _people(task) if name in self.slugs)
            yield from ({"step": number, "persona": slug} | row for slug in slugs)
            if not slugs:
                yield row


def _title(diagram: Diagram) -> str:
    return _clean(diagram.title) or _clean(diagram.heading) or _clean(diagram.acc_title)


def _clean(text: str) -> str:
    return text.strip(SPACE)


def _goal(diagram: Diagram) -> str:
    """Return the description for screen readers, where a goal can be so long."""
    return diagram.acc_descr if len(diagram.acc_descr) <= _longest(Journey, "goal") else ""


def _slugs(names: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        base = slugify(name)[:70] or "persona"
        taken, slug, number = set(found.values()), base, 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        found[name] = slug
    return found


def _longest(model: Any, field: str) -> int:
    length: int = model._meta.get_field(field).max_length
    return length


def _check_lengths(diagram: Diagram, actors: Actors) -> None:
    person = _longest(Persona, "name") if actors == "personas" else _longest(Card, "text")
    named = [
        (diagram.title_line, "the title", _title(diagram), _longest(Journey, "title")),
        *((each.line, "a section", _clean(each.name), _longest(Stage, "title"))
          for each in diagram.sections),
        *((each.line, "a task", _clean(each.name), _longest(Step, "title"))
          for each in diagram.tasks),
        *((task.line, "an actor", name, person)
          for task in diagram.tasks for name in _people(task)),
    ]  # fmt: skip
    for line, what, name, longest in named:
        if len(name) > longest:
            short = f"“{name[:40]}…” has {len(name)} characters; {longest} are the most"
            raise MermaidError(line, f"{what} is too long for a map: {short}.")


def _notes(diagram: Diagram) -> Iterator[str]:
    if not _title(diagram):
        yield f"The diagram has no title; the journey is called “{UNTITLED}”."
    if diagram.acc_title and _clean(diagram.acc_title) != _title(diagram):
        yield f"The title for screen readers, “{diagram.acc_title}”, was left out."
    if diagram.acc_descr:
        became = "became the journey’s goal" if _goal(diagram) else "is too long and was left out"
        yield f"The description for screen readers {became}."
    if any(task.section is None for task in diagram.tasks):
        yield f"Tasks stand before the first section; they are in the stage “{NO_STAGE}”."
    for task in diagram.tasks:
        yield from _notes_on(task)


def _notes_on(task: Task) -> Iterator[str]:
    where = f"Line {task.line}: “{_clean(task.name)}”"
    if not 1 <= task.score <= 5:
        score = f"the score “{task.score_text}”" if task.score_text else "no score"
        yield f"{where} has {score}, not 1 to 5; the step is there, without a feeling."
    elif not task.score.is_integer():
        yield f"{where} has the score {task.score_text}, which is no whole number; it was kept."
    for text in task.ignored:
        yield f"{where} has a third part, “{text}”, which Mermaid itself leaves out."

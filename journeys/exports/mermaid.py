"""The map as a Mermaid journey diagram: stages, steps, assessed feelings and who takes part."""

import re
from collections.abc import Iterable, Iterator, Mapping
from math import floor

from journeys.exchange.mermaid_grammar import SPACE
from journeys.exchange.mermaid_import import NEUTRAL, NOT_ASSESSED
from journeys.exports.material import Material, Rendered
from journeys.exports.options import ExportOptions
from journeys.exports.wording import counted, listed
from journeys.maps import JourneyMap
from journeys.maps.grid import Mood, StepColumn

LONGEST = 50_000
"""Characters that Mermaid draws where nobody raised its maxTextSize."""
_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]+")
_SPECIAL = re.compile(r"[#;:<]|&(?=[#\w])|%(?=%)")
_STATEMENT = re.compile(r"(?:journey|title|section|acctitle|accdescr)\b|%", re.IGNORECASE)


def render(material: Material, options: ExportOptions) -> Rendered:
    """Return the diagram as UTF-8 text, and what it does not hold."""
    found = material.map
    steps = {step.id: _Step(step, mood) for step, mood in _moods(found)}
    text = "".join(f"{line}\n" for line in _lines(material, steps))
    return Rendered(text.encode(), tuple(_notes(material, steps.values(), text)))


def written(text: str) -> str:
    """Return a text so that Mermaid draws exactly it: what has a meaning there as an entity."""
    plain = _CONTROLS.sub(" ", text).strip(SPACE)
    return _SPECIAL.sub(lambda found: _entity(found[0]), plain) or "–"


def _entity(character: str) -> str:
    return f"#{ord(character)};"


def _task(text: str) -> str:
    name = written(text)
    return _entity(name[0]) + name[1:] if _STATEMENT.match(name) else name


class _Step:
    """A step with the score that stands for its feeling."""

    def __init__(self, step: StepColumn, mood: Mood | None) -> None:
        self.step = step
        self.assessed = mood is not None and mood.assessed is not None
        self.measured = not self.assessed and mood is not None and mood.measured is not None
        feeling = (mood.assessed if self.assessed else mood.measured) if mood else None
        exact = NEUTRAL + (feeling or 0)
        self.score = floor(exact + 0.5)
        self.rounded = self.score != exact

    @property
    def remark(self) -> str:
        """Return the comment above the step, empty where the score is as assessed."""
        if self.assessed:
            return ""
        reason = (
            f"{self.score} is measured from feedback"
            if self.measured
            else f"{NEUTRAL} stands for a feeling that nobody knows"
        )
        return f"    %% {NOT_ASSESSED}{reason}"


def _moods(found: JourneyMap) -> Iterator[tuple[StepColumn, Mood | None]]:
    lane = next((lane for lane in found.lanes if lane.form == "mood"), None)
    for place, step in enumerate(found.steps):
        items = lane.cells[place].items if lane else ()
        yield step, next((item for item in items if isinstance(item, Mood)), None)


def _lines(material: Material, steps: Mapping[int, _Step]) -> Iterator[str]:
    found, actors = material.map, _actors(material)
    yield "journey"
    # In a title a colon means nothing.
    yield f"  title {written(found.title).replace('#58; ', ': ')}"
    if found.goal:
        yield f"  accDescr: {written(found.goal)}"
    for stage in found.stages:
        yield f"  section {written(stage.title)}"
        for each in (steps[step.id] for step in stage.steps):
            if each.remark:
                yield each.remark
            people = ", ".join(written(name).replace(",", "#44;") for name in actors[each.step.id])
            task = f"    {_task(each.step.title)}: {each.score}"
            yield f"{task}: {people}" if people else task


def _actors(material: Material) -> dict[int, list[str]]:
    """Return whose feeling each step's is: some personas', where nobody assessed it for all."""
    found = material.map
    personas = {each.value: each.label for each in found.personas}
    chosen = [each.label for each in found.personas if each.selected]
    whose: dict[int, list[str]] = {}
    for row in material.content.get("feelings", ()):
        whose.setdefault(row["step"], []).append(row.get("persona", ""))
    actors = {}
    for number, step in enumerate(found.steps, 1):
        slugs = set(whose.get(number, ()))
        some = [name for slug, name in personas.items() if slug in slugs and "" not in slugs]
        actors[step.id] = chosen or some or list(personas.values())
    return actors


def _notes(material: Material, steps: Iterable[_Step], text: str) -> Iterator[str]:
    steps = list(steps)
    if left_out := list(_left_out(material)):
        yield f"Mermaid has no place for these, so they are not in the file: {listed(left_out)}."
    for why, chosen in (
        ("The feeling of these lies between two whole scores and was rounded",
         [each for each in steps if each.rounded and each.assessed]),
        ("Nobody assessed these, so their score is what feedback measured, rounded",
         [each for each in steps if each.measured]),
        (f"Nobody knows how these feel, and Mermaid wants a score, so {NEUTRAL} stands there",
         [each for each in steps if not each.assessed and not each.measured]),
    ):  # fmt: skip
        if chosen:
            yield f"{why}: {listed([f'“{each.step.title}”' for each in chosen])}."
    if empty := [f"“{stage.title}”" for stage in material.map.stages if not stage.steps]:
        yield f"Mermaid does not draw a stage without steps: {listed(empty)}."
    if len(text) > LONGEST:
        yield (
            f"The file has {len(text):,} characters; Mermaid draws {LONGEST:,} unless its "
            "setting maxTextSize is raised."
        )


def _left_out(material: Material) -> Iterator[str]:
    found = material.map
    for lane in found.lanes:
        count = sum(len(cell.items) for cell in lane.cells)
        if lane.form != "mood" and count:
            yield f"{lane.title} ({count})"
    for count, noun, nouns in (
        (len(found.headline), "headline figure", ""),
        (
            sum(len(stage.metrics) for stage in found.stages),
            "figure of a stage",
            "figures of stages",
        ),
        (sum(bool(stage.goal) for stage in found.stages), "goal of a stage", "goals of stages"),
        (sum(bool(step.opens) for step in found.steps), "sub-journey", ""),
        (len(material.remarks), "comment", ""),
    ):
        if count:
            yield counted(count, noun, nouns)

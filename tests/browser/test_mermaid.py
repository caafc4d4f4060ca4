"""What we write as Mermaid, the real Mermaid reads; and what it reads, we read the same."""

import math
import random
import re
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Page

from journeys.exchange.mermaid_grammar import MermaidError, parse
from journeys.exports import mermaid
from journeys.exports.gathering import gather
from journeys.exports.material import Material
from journeys.exports.options import ExportOptions
from journeys.maps import MapFilters, Period
from journeys.models import EmotionAssessment, Journey
from tests.conftest import REQUIRE_ALL
from tests.demo import load_small_demo
from tests.factories import NOON
from tests.journeys.exports.made import feelings, made_map, personas
from tests.mermaid import NotThere, mermaid_script

READ = """async text => {
  try {
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    await mermaid.parse(text);
    return {
      title: db.getDiagramTitle(), sections: [...db.getSections()],
      tasks: db.getTasks().map(task => [task.section, task.task, String(task.score), task.people]),
    };
  } catch (error) { return String(error) }
}"""
DRAWN = """async text => {
  const { svg } = await mermaid.render("drawn", text);
  document.body.innerHTML = svg;
  return [...document.querySelectorAll("text.task, text.journey-section, text.legend")]
    .map(each => each.textContent);
}"""
WORDS = [
    "journey", "Journey", "title ", "title", "section ", "Section A", "accTitle: ", "accDescr: ",
    "accDescr {", "}", "%%", "%%{init: {}}%%", "%%{wrap}%%", "%%{wrap: x", "%", "#", "#35;",
    "#lt;", ";", ",", ":", ": 5", ": 5: Me, Cat", "5", "-2", "3.5", "0x10", "\n", "\n", "\n",
    "\n  ", "\r\n", "\t", "\u00a0", "\ufeff", "---", "---\ntitle: Hi\n---\n", "Make tea",
    "Task: 3: Me", "style: #a;", "X%% hm", "journeys", "sectionx", "title\n", " ",
    "  section Go\n   Do: 1: Me\n", "Pay: 1e1: Me: note", "\n%% only\n", "size: 2rem",
    "Infinity", ".5", "1_0", "\u017fection x",
]  # fmt: skip


@pytest.fixture
def real(browser) -> Page:
    """A page with the real Mermaid on it."""
    try:
        script = mermaid_script()
    except NotThere as why:
        (pytest.fail if REQUIRE_ALL else pytest.skip)(f"no real Mermaid to compare with: {why}")
    page = browser.new_page()
    page.set_content("<body></body>")
    page.add_script_tag(path=script)
    page.evaluate("mermaid.initialize({ startOnLoad: false, maxTextSize: 1e6 })")
    return page


def drawn(word: str) -> str:
    """Return a text of Mermaid's as it is drawn, with its entities decoded."""
    coded = word.replace("\ufb02\xb0\xb0", "&#").replace("\ufb02\xb0", "&")
    return unescape(coded.replace("\xb6\xdf", ";"))


def as_drawn(read: dict[str, Any]) -> dict[str, Any]:
    """Return what the real parser read, with all of its texts as they are drawn."""
    return {
        "title": drawn(read["title"]),
        "sections": [drawn(each) for each in read["sections"]],
        "tasks": [
            [drawn(section), drawn(task), score, [drawn(each) for each in people]]
            for section, task, score, people in read["tasks"]
        ],
    }


def as_we_read(text: str) -> dict[str, Any] | None:
    """Return what our own parser reads, None where it refuses."""
    try:
        found = parse(text)
    except MermaidError:
        return None
    names = [each.name for each in found.sections]
    return {
        "title": found.title or found.heading,
        "sections": names,
        "tasks": [
            ["" if task.section is None else names[task.section], task.name,
             script_number(task.score), list(task.people)]
            for task in found.tasks
        ],
    }  # fmt: skip


def script_number(value: float) -> str:
    """Return a number as JavaScript writes it."""
    if math.isfinite(value):
        return f"{value:g}"
    return "NaN" if math.isnan(value) else f"{'-' if value < 0 else ''}Infinity"


def test_any_text_is_read_or_refused_as_mermaid_does(real) -> None:
    chance = random.Random(5)
    texts = [
        chance.choice(["journey\n", "journey\n", "journey", "%% c\njourney\n", ""])
        + "".join(chance.choices(WORDS, k=chance.randint(1, 9)))
        for _ in range(400)
    ]
    differ = []
    for text in texts:
        read, ours = real.evaluate(READ, text), as_we_read(text)
        theirs = None if isinstance(read, str) else as_drawn(read)
        if ours != theirs:
            differ.append((text, ours, read))
    assert differ == []
    assert 50 < sum(as_we_read(text) is None for text in texts) < 350


def test_awkward_names_are_read_and_drawn_as_they_are(real) -> None:
    names = ["Journey: plan; pay", "title x", "section #1", "50%% off", "a < b > c & d",
             "accDescr {", "&amp; &#35;", "%%{init: {}}%%", "Ünïcode 漢字 😀",
             "style: #f00;"]  # fmt: skip
    found = made_map(
        [(name, [name]) for name in names], [feelings(*[1] * len(names))], title=names[0],
        personas=personas("A, B", "C: d"),
    )  # fmt: skip
    text = mermaid.render(Material(found), ExportOptions()).content.decode()
    read = as_drawn(real.evaluate(READ, text))
    assert read["title"] == names[0]
    assert read["sections"] == names
    assert read["tasks"] == [[name, name, "4", ["A, B", "C: d"]] for name in names]
    spaced = re.compile(r"\s+")
    seen = {spaced.sub("", each) for each in real.evaluate(DRAWN, text)}
    assert {spaced.sub("", name) for name in [*names, "A, B", "C: d"]} <= seen


@pytest.mark.django_db(transaction=True)
def test_the_demo_maps_are_read_by_mermaid(real) -> None:
    load_small_demo()
    filters = MapFilters(period=Period.until(NOON.date(), "all"))
    for journey in Journey.objects.filter(workspace__slug="demo"):
        material = gather(journey, filters=filters, options=ExportOptions())
        text = mermaid.render(material, ExportOptions()).content.decode()
        read = as_drawn(real.evaluate(READ, text))
        stages = material.map.stages
        assert read["title"] == material.map.title
        assert read["sections"] == [stage.title for stage in stages]
        everybody = [each.label for each in material.map.personas]
        tasks = [(section, task) for section, task, _, _ in read["tasks"]]
        assert tasks == [(stage.title, step.title) for stage in stages for step in stage.steps]
        for step, (_, _, _, who) in zip(material.map.steps, read["tasks"], strict=True):
            assessed = EmotionAssessment.objects.current().filter(step=step.id)
            felt = set(assessed.values_list("persona__name", flat=True))
            assert set(who) == (felt if felt and None not in felt else set(everybody))
        assert {score for _, _, score, _ in read["tasks"]} <= {"1", "2", "3", "4", "5"}

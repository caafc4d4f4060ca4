"""A map as a Mermaid diagram, and back."""

import re
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from journeys.exchange.mermaid_grammar import parse
from journeys.exchange.mermaid_import import read_mermaid
from journeys.exports import mermaid
from journeys.exports.material import Material, Remark
from journeys.exports.options import ExportOptions
from journeys.maps import JourneyMap
from journeys.maps.grid import Card, Metric
from tests.factories import NOON
from tests.journeys.exports.made import feeling, feelings, made_lane, made_map, personas

# Everything but halves of characters, and those that mean nothing to anybody else.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Co"]), min_size=1, max_size=30)
AWKWARD = st.sampled_from(
    ["title x", "Title", "section 1: a", "Journey", "journey-wide", "accDescr {", "%%{init: {}}%%",
     "50% off", "%", "%%%", "a;b", "#35;", "&#35;", "&amp;", "a, b", "https://x.org/?a=1#b", "---",
     "style: #f00;", "<br>", '<b a="c">', "}", "\ufeffx", "a\nb", "x%% y", "\u2028", "  "]
)  # fmt: skip
NAMES = TEXTS | AWKWARD
LEFT_OUT = "Mermaid has no place for these, so they are not in the file: "
STAGES = st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=3)), max_size=4)


def render(found: JourneyMap, **material: Any) -> tuple[str, tuple[str, ...]]:
    """Return a map's diagram, and the notes."""
    made = mermaid.render(Material(found, **material), ExportOptions(on=date(2026, 3, 10)))
    return made.content.decode(), made.notes


def plain(text: str) -> str:
    """Return a text as a diagram can show it: one line, without space around it, never empty."""
    spaced = re.sub("[\0-\x1f\x7f-\x9f\u2028\u2029]+", " ", text)
    return spaced.strip().strip("\ufeff").strip() or "–"


@given(NAMES, NAMES, STAGES, st.lists(NAMES, max_size=3, unique_by=plain))
def test_whatever_the_texts_are_they_are_read_back(title, goal, stages, actors) -> None:
    found = made_map(stages, title=title, goal=goal, personas=personas(*actors))
    read = parse(render(found)[0])
    assert read.title == plain(title)
    assert plain(read.acc_descr) == plain(goal)
    assert [section.name for section in read.sections] == [plain(name) for name, _ in stages]
    assert [(task.section, task.name, list(task.people)) for task in read.tasks] == [
        (place, plain(step), [plain(name) for name in actors])
        for place, (_, steps) in enumerate(stages)
        for step in steps
    ]


@given(st.lists(st.none() | st.sampled_from([-2, -1, 0, 1, 2]), min_size=1, max_size=8))
def test_assessed_feelings_come_back_and_unknown_ones_stay_unknown(scores) -> None:
    steps = [f"Step {number}" for number in range(len(scores))]
    text, _ = render(made_map([("Stage", steps)], [feelings(*scores)]))
    content, _ = read_mermaid(text)
    back = {row["step"]: row["score"] for row in content.get("feelings", ())}
    assert [back.get(number) for number in range(1, len(scores) + 1)] == scores


def test_a_diagram_looks_like_this() -> None:
    found = made_map(
        [("Book", ["Choose: date", "Pay"]), ("Later", [])],
        [feelings(2, None)],
        title="Trip: there and back",
        goal="Be there on time",
        personas=personas("Maya", "Li, Wei"),
    )
    text, notes = render(found)
    assert text == (
        "journey\n"
        "  title Trip: there and back\n"
        "  accDescr: Be there on time\n"
        "  section Book\n"
        "    Choose#58; date: 5: Maya, Li#44; Wei\n"
        "    %% not assessed: 3 stands for a feeling that nobody knows\n"
        "    Pay: 3: Maya, Li#44; Wei\n"
        "  section Later\n"
    )
    assert notes == (
        "Nobody knows how these feel, and Mermaid wants a score, so 3 stands there: “Pay”.",
        "Mermaid does not draw a stage without steps: “Later”.",
    )


def test_notes_name_everything_that_is_not_in_the_file() -> None:
    lanes = [
        made_lane("cards", [Card(1, "A"), Card(2, "B")], [Card(3, "C")]),
        made_lane("cards", [], [], kind="pain_points"),
        made_lane("mood", [feeling(0.5)], [feeling(None, -1.4)], kind="feeling"),
    ]
    said = Remark("Doing", "Ann", NOON, "Why?", resolved=False, is_reply=False)
    found = made_map([("Book", ["Choose", "Pay"])], lanes, headline=(Metric("nps", "NPS"),))
    text, notes = render(found, remarks=(said,))
    assert notes == (
        LEFT_OUT + "Doing (3), 1 headline figure and 1 comment.",
        "The feeling of these lies between two whole scores and was rounded: “Choose”.",
        "Nobody assessed these, so their score is what feedback measured, rounded: “Pay”.",
    )
    assert "Choose: 4\n    %% not assessed: 2 is measured from feedback\n    Pay: 2\n" in text


def test_actors_are_those_whose_feeling_it_is() -> None:
    content = {"feelings": [
        {"step": 1, "persona": "p1", "score": 1},
        {"step": 2, "persona": "p0", "score": 1}, {"step": 2, "score": 1},
    ]}  # fmt: skip
    found = made_map([("Book", ["Choose", "Pay", "Go"])], personas=personas("Ann", "Ben"))
    tasks = parse(render(found, content=content)[0]).tasks
    assert [task.people for task in tasks] == [("Ben",), ("Ann", "Ben"), ("Ann", "Ben")]


def test_a_file_longer_than_mermaid_draws_says_so() -> None:
    text, notes = render(made_map([("Book", ["Step " + "x" * 100] * 500)]))
    assert len(text) > 50_000
    assert "Mermaid draws 50,000 unless its setting maxTextSize is raised" in notes[-1]

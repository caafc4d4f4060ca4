"""A journey out of a Mermaid diagram."""

import json
from datetime import date

import pytest

from journeys.exchange.mermaid_grammar import MermaidError
from journeys.exchange.mermaid_import import read_mermaid

DAY = date(2026, 3, 10)
TOO_LONG = "an actor is too long"
SHOPPING = """journey
  title Go shopping
  accDescr: Come home with supper
  section Go there
    Find the keys: 1: Dad, Mum
    Drive: 4
  section Shop
    Pay: 3.5: Mum, Mum,
    Talk: 0: Mum
    Wait: long: Mum: in the rain
"""


def test_sections_tasks_scores_and_actors_become_a_journey() -> None:
    content, notes = read_mermaid(SHOPPING, on=DAY)
    assert content["journey"] == {
        "title": "Go shopping",
        "goal": "Come home with supper",
        "personas": ["dad", "mum"],
    }
    assert content["stages"] == [{"id": 1, "title": "Go there"}, {"id": 2, "title": "Shop"}]
    assert content["steps"] == [
        {"id": 1, "stage": 1, "title": "Find the keys"},
        {"id": 2, "stage": 1, "title": "Drive"},
        {"id": 3, "stage": 2, "title": "Pay"},
        {"id": 4, "stage": 2, "title": "Talk"},
        {"id": 5, "stage": 2, "title": "Wait"},
    ]
    feelings = [(row["step"], row.get("persona"), row["score"]) for row in content["feelings"]]
    assert feelings == [(1, "dad", -2), (1, "mum", -2), (2, None, 1), (3, "mum", 0.5)]
    assert {row["assessed_on"] for row in content["feelings"]} == {"2026-03-10"}
    assert content["libraries"] == {
        "personas": [{"slug": "dad", "name": "Dad"}, {"slug": "mum", "name": "Mum"}]
    }
    assert "feeling" in [lane["kind"] for lane in content["lanes"]]
    assert "cards" not in content
    assert notes == (
        "The description for screen readers became the journey’s goal.",
        "Line 8: “Pay” has the score 3.5, which is no whole number; it was kept.",
        "Line 9: “Talk” has the score “0”, not 1 to 5; the step is there, without a feeling.",
        "Line 10: “Wait” has the score “long”, not 1 to 5; the step is there, without a feeling.",
        "Line 10: “Wait” has a third part, “in the rain”, which Mermaid itself leaves out.",
    )


def test_actors_can_be_teams_that_customers_meet() -> None:
    content, _ = read_mermaid(SHOPPING, actors="teams", on=DAY)
    assert "libraries" not in content
    assert "personas" not in content["journey"]
    assert content["lanes"][0] == {"id": 1, "kind": "frontstage"}
    assert [(card["lane"], card["step"], card["text"]) for card in content["cards"]] == [
        (1, 1, "Dad"), (1, 1, "Mum"), (1, 3, "Mum"), (1, 4, "Mum"), (1, 5, "Mum"),
    ]  # fmt: skip
    assert [(row["step"], row["score"]) for row in content["feelings"]] == [
        (1, -2), (2, 1), (3, 0.5),
    ]  # fmt: skip


def test_what_has_no_name_gets_one_and_says_so() -> None:
    content, notes = read_mermaid("journey\nPay: 5: 李, Ö, O\nsection Later\nRest: 5", on=DAY)
    assert content["journey"]["title"] == "Journey without a title"
    assert [stage["title"] for stage in content["stages"]] == ["Stage 1", "Later"]
    assert [step["stage"] for step in content["steps"]] == [1, 2]
    assert [each["slug"] for each in content["libraries"]["personas"]] == ["o", "o-2", "persona"]
    assert notes == (
        "The diagram has no title; the journey is called “Journey without a title”.",
        "Tasks stand before the first section; they are in the stage “Stage 1”.",
    )


def test_a_diagram_is_found_in_markdown() -> None:
    text = f"# Notes\n\n```mermaid\n---\ntitle: x\n---\n{SHOPPING}```\n\n```mermaid\npie\n```\n"
    content, notes = read_mermaid(text, on=DAY)
    assert content == read_mermaid(SHOPPING, on=DAY)[0]
    assert notes[1].startswith("Line 14: “Pay” has the score 3.5")
    with pytest.raises(MermaidError, match=r"Line 4: .* has no score"):
        read_mermaid("Text\n~~~ mermaid\njourney\nPay\n~~~\n")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("journey\n title " + "t" * 161, 2, "the title is too long for a map"),
        ("journey\n section " + "s" * 121, 2, "121 characters; 120 are the most"),
        ("journey\n\n" + "t" * 121 + ": 5", 3, "a task is too long"),
        ("journey\nPay: 5: " + "a" * 81, 2, "an actor is too long"),
        ("journey\nPay", 2, "has no score"),
    ],
)
def test_what_no_map_holds_is_refused_with_its_line(text, line, words) -> None:
    with pytest.raises(MermaidError, match=words) as refused:
        read_mermaid(text)
    assert refused.value.line == line


@pytest.mark.parametrize(
    ("actors", "too_long"),
    [
        # Names of 123, 81 and 94 characters; a persona's has at most 80, a card takes them all.
        ("personas", {"06_web-hook-life-cycle.mmd": (5, TOO_LONG),
                      "08_whitespace-test.mmd": (9, TOO_LONG),
                      "09_user-journey-example.mmd": (9, TOO_LONG)}),
        ("teams", {}),
    ],
)  # fmt: skip
def test_every_collected_file_becomes_what_the_oracle_says(shared, actors, too_long) -> None:
    folder = shared / "data" / "mermaid"
    oracle = json.loads((folder / "oracle.json").read_text(encoding="utf-8"))["diagrams"]
    refused = {}
    for path in sorted(folder.glob("*.mmd")):
        text, wanted = path.read_text(encoding="utf-8"), oracle[path.name]
        try:
            content, notes = read_mermaid(text, actors=actors, on=DAY)
        except MermaidError as error:
            refused[path.name] = error.line, error.reason[: len(TOO_LONG)]
            continue
        stages = [stage["title"] for stage in content.get("stages", ())]
        assert stages == wanted["sections"], path.name
        steps = content.get("steps", [])
        assert [(stages[step["stage"] - 1], step["title"]) for step in steps] == [
            (task["section"], task["task"].strip()) for task in wanted["tasks"]
        ], path.name
        felt = {row["step"]: row["score"] + 3 for row in content.get("feelings", ())}
        assert [felt.get(step["id"]) for step in steps] == [
            task["score"] for task in wanted["tasks"]
        ], path.name
        personas = [each["name"] for each in content.get("libraries", {}).get("personas", ())]
        staff = {card["text"] for card in content.get("cards", ())}
        assert sorted(personas or staff) == [name for name in wanted["actors"] if name], path.name
        unscored = [note for note in notes if "without a feeling" in note]
        assert len(unscored) == wanted["n_nan_scores"], path.name
    assert refused == too_long

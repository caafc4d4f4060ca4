"""Reading Mermaid's journey diagrams as Mermaid does."""

import json
import math
from contextlib import suppress
from typing import Any

import pytest

from journeys.exchange.mermaid_grammar import Diagram, MermaidError, number, parse


def as_the_oracle_says(diagram: Diagram) -> dict[str, Any]:
    """Return a diagram in the words of oracle.json."""
    return {
        "title": diagram.title,
        "accTitle": diagram.acc_title,
        "accDescr": diagram.acc_descr,
        "sections": [each.name for each in diagram.sections],
        "actors": diagram.actors,
        "tasks": [
            {
                "section": "" if task.section is None else diagram.sections[task.section].name,
                "task": task.name,
                "score": None if math.isnan(task.score) else task.score,
                "people": list(task.people),
            }
            for task in diagram.tasks
        ],
    }


def test_every_collected_file_reads_as_the_real_parser_read_it(shared) -> None:
    folder = shared / "data" / "mermaid"
    oracle = json.loads((folder / "oracle.json").read_text(encoding="utf-8"))["diagrams"]
    files = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.mmd")}
    assert files.keys() == oracle.keys()
    assert len(files) > 10
    for name, text in files.items():
        wanted = oracle[name]
        assert wanted["ok"], name
        found = as_the_oracle_says(parse(text))
        assert found == {key: wanted[key] for key in found}, name


def one_task(line: str) -> tuple[str, float, tuple[str, ...]]:
    """Return what a line says as a task."""
    [task] = parse(f"journey\n{line}").tasks
    return task.name, task.score, task.people


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Pay: 5", ("Pay", 5, ())),
        ("Pay: 5:", ("Pay", 5, ("",))),
        ("Pay : 5 : Me,  you ", ("Pay ", 5, ("Me", "you"))),
        ("Pay: 5: Me: note", ("Pay", 5, ("Me",))),
        ("Pay: 3.5", ("Pay", 3.5, ())),
        ("Pay: -2: Me,Me,", ("Pay", -2, ("Me", "Me", ""))),
        ("Pay: : Me", ("Pay", 0, ("Me",))),
        ("Pay: 5: Me %% aside", ("Pay", 5, ("Me %% aside",))),
        ("Pay: 5: Me # aside", ("Pay", 5, ("Me",))),
        ("Journeyman: 1", ("Journeyman", 1, ())),
        ("Titles: 1", ("Titles", 1, ())),
        ("#106;ourney #lt;plan#gt;: 1: A#44; B, C", ("journey <plan>", 1, ("A, B", "C"))),
        ("Visit https://x.com: 5: Me", ("Visit https", math.nan, ("5",))),
    ],
)
def test_a_task_reads_as_in_mermaid(line, wanted) -> None:
    name, score, people = one_task(line)
    assert (name, str(score), people) == (wanted[0], str(float(wanted[1])), wanted[2])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", 0), (" 4 ", 4), ("4.", 4), (".5", 0.5), ("1e1", 10), ("+3", 3), ("0x10", 16),
        ("0b11", 3), ("0o7", 7), ("Infinity", math.inf), ("-Infinity", -math.inf),
        ("\u00a05\ufeff", 5), ("0x" + "f" * 400, math.inf),
        ("five", math.nan), ("5 stars", math.nan), ("1_000", math.nan), ("-0x10", math.nan),
        ("inf", math.nan), ("nan", math.nan), ("\u0665", math.nan), ("infinity", math.nan),
    ],
)  # fmt: skip
def test_a_score_is_what_javascript_takes_for_a_number(text, value) -> None:
    assert str(number(text)) == str(float(value))


def test_what_stands_around_the_statements() -> None:
    text = (
        "\ufeff\r\n%% a comment\r\n%%{init: {\r\n 'theme': 'dark'}}%%\r\njourney\r\n"
        "  accTitle: Read aloud\r\n  accDescr {\r\n  first\r\n   second\r\n  }\r\n"
        "title One\r\n%% above\r\nTITLE Two: yes\r\nBefore: 1\r\nSECTION A\r\nsection A\r\nIn: 2"
    )
    found = parse(text)
    assert found.title == "Two: yes"
    assert (found.acc_title, found.acc_descr) == ("Read aloud", "first\nsecond")
    assert [(each.name, each.line) for each in found.sections] == [("A", 15), ("A", 16)]
    assert [(task.name, task.section, task.line) for task in found.tasks] == [
        ("Before", None, 14),
        ("In", 1, 17),
    ]
    assert found.comments == {2: "a comment", 12: "above"}


def test_front_matter_gives_a_title_where_there_is_no_other() -> None:
    text = "---\ntitle: Over all\nconfig:\n  journey:\n    width: 9\n---\njourney\nPay: 5"
    found = parse(text)
    assert (found.heading, found.title) == ("Over all", "")
    assert found.tasks[0].line == 8


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "It is empty"),
        ("flowchart TD\n a --> b", 1, "It begins with “flowchart TD”"),
        ("JOURNEY\nPay: 5", 1, "not with “journey”"),
        ("\n\njourneys", 3, "“journey” must be the first word"),
        ("journey\nsection Phase 1: Buy", 2, "sections have no colon"),
        ("journey\n\nPay\nShip: 5", 3, "“Pay” has no score"),
        ("journey\nPay: 5; Ship: 4", 2, "a semicolon"),
        ("journey\nA; B: 4", 2, "#59;"),
        ("journey\nPay:", 2, "nothing follows the colon"),
        ("journey\nPay:\n5", 2, "nothing follows the colon"),
        ("journey\nJourney planning: 5", 2, "#106;ourney"),
        ("journey\n section Journey\n section section: 1", 3, "sections have no colon"),
        ("journey\naccDescr { never\nended", 2, "has no end"),
        ("---\nconfig: {}\ntitle: ]\n---\njourney", 3, "the front matter is no YAML"),
        ("%%{init: {\n}}%%\n%% c\njourney\nPay", 5, "has no score"),
    ],
)
def test_what_mermaid_refuses_is_refused_with_its_line(text, line, words) -> None:
    with pytest.raises(MermaidError) as refused:
        parse(text)
    assert refused.value.line == line
    assert words in refused.value.reason
    assert str(refused.value).startswith(f"Line {line}: ")


@pytest.mark.parametrize(
    "text",
    [
        "journey\n" + "\n" * 200_000,
        "---" + "\n" * 200_000,
        "journey\n" + "%%{" * 70_000,
        "journey\nstyle" + ":" * 200_000 + ";",
        "journey\n" + "<a" * 100_000,
        "---\ntitle: " + "[" * 3_900 + "\n---\njourney",
        "---\ntitle: " + "[" * 200_000 + "\n---\njourney",
        "journey\n" + "a: 1: b\n" * 5_000,
    ],
)
def test_no_file_takes_long(text) -> None:
    with suppress(MermaidError):
        parse(text)

"""A map as a Markdown outline: valid, whole, and with every text as it was written."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from journeys.exports import markdown
from journeys.exports.material import Material, PersonaCard, Remark
from journeys.exports.options import ExportOptions
from journeys.maps import JourneyMap
from journeys.maps.grid import Card, Change, Heat, Link, Metric, Option, Score
from tests.factories import NOON
from tests.journeys.exports.made import feelings, made_lane, made_map

PARSER = MarkdownIt("commonmark").enable("table")
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
AWKWARD = st.sampled_from(
    ["# no heading", "1. no list", "12) x", "- x", "+ x", "> x", "===", "---", "***", "```", "~~~",
     "a | b", "[x](y)", "![x](y)", "<b>x</b>", "<https://x.org>", "&amp; &#35;", "*a* _b_ `c`",
     "\\", "\\\\", "x #", "#", "a*b*c", "2 < 3 > 1", "|---|", ":-:|:-:", "\u00a0x", "\t- x"]
)  # fmt: skip
ANY = TEXTS | AWKWARD
CSAT = Metric(
    "csat", "CSAT", "41 %", 41.3, 37.4, 45.4, "±4.0", 581, "n 581", "ok", "",
    change=Change(-11, "▼ 11 pt", "11 pt down on the previous 90 days (p < .001).", True, False),
)  # fmt: skip


def render(found: JourneyMap, **material: Any) -> str:
    """Return a map's outline."""
    return markdown.render(
        Material(found, **material), ExportOptions(on=date(2026, 3, 10))
    ).content.decode()


def words(tokens: list[Token]) -> Iterator[str]:
    """Yield what a reader sees of each run of text."""
    for token in tokens:
        if token.type == "inline":
            yield "".join(
                "\n" if child.type in {"hardbreak", "softbreak"} else child.content
                for child in token.children
            )


def shape(text: str) -> list[str]:
    """Return the blocks of a document."""
    return [token.type for token in PARSER.parse(text)]


@given(ANY)
def test_every_text_stays_as_it_is_on_a_line_and_in_one(text) -> None:
    plain = " ".join(text.split())
    if plain:
        assert list(words(PARSER.parse(f"- {markdown.line(text)}"))) == [plain]
        assert shape(f"# {markdown.line(text)}") == shape("# x")
        assert shape(f"- {markdown.line(text)}") == shape("- x")
    [seen] = words(PARSER.parse(f"a **x{markdown.escaped(text)}x** b"))
    assert seen == f"a x{plain}x b"


@given(st.lists(ANY, min_size=1, max_size=6), ANY, ANY)
def test_every_card_title_and_cell_of_a_table_is_there_whole(cards, title, team) -> None:
    link = Link(1, team, "Cabin", title, True, cards[0], None, "–", "", None, False)
    lanes = [
        made_lane("cards", [Card(n, text) for n, text in enumerate(cards)]),
        made_lane("links", [link], kind="handoffs"),
    ]
    text = render(made_map([(title, [title])], lanes, title=title, goal=cards[-1]))
    seen = list(words(PARSER.parse(text)))
    heads = [" ".join(each.split()) for each in (title, team, cards[0])]
    rows = [row for row in seen if row in heads]
    assert all(not head or rows.count(head) >= 1 for head in heads)
    found = [each.removeprefix("Doing: ") for each in seen]
    for card in cards:
        plain = " ".join(card.split())
        assert not plain or plain in found


def test_an_outline_looks_like_this() -> None:
    stuck = Metric("friction", "Friction", "58", 57.6, 55, 59, "±2", 3731, "measured")
    heat = Heat(1, "Web", stuck, level=5, note="drop-off")
    link = Link(
        1, "Digital", "Ground", "Check in", True, "The list", 22, "22 min", "10 min", None, True,
        "disjointed", Metric("handoff", "Handoff quality", "45", 45, n=2890, n_text="n 2,890",
        base="ok", note="disjointed"), "Customer waits 22 min between Digital and Ground",
    )  # fmt: skip
    lanes = [
        made_lane("cards", [Card(1, "Compares fares"), Card(2, "Books", persona="Maya")], []),
        made_lane("cards", [Card(3, "Price changes", badge="3", badge_title="Severity 3 of 4")],
                  [], kind="pain_points"),
        made_lane("touchpoints", [Card(4, "Online booking", "Web · Digital", starred=True)], [],
                  kind="touchpoints"),
        feelings(1, None),
        made_lane("scores", [Score(4, "Web", CSAT)], [], kind="feedback"),
        made_lane("heat", [heat], [], kind="friction"),
        made_lane("links", [link], [], kind="handoffs"),
    ]  # fmt: skip
    found = made_map(
        [("Book", ["Choose", "Pay"]), ("Later", [])], lanes, title="Trip", goal="Be there",
        headline=(CSAT,), simulated=True, owner="Ann", personas=(Option("maya", "Maya"),),
        compare_text="the previous 90 days", evidence_text="evidence 1 day old",
    )  # fmt: skip
    stages = (replace(found.stages[0], goal="Find a fare", metrics=(CSAT,)), *found.stages[1:])
    maya = PersonaCard("maya", "Maya", "Flyer", "No lounge.", "", (), (), ())
    said = [
        Remark("Doing at Choose", "Ann", NOON, "Why?\n\n- really?", resolved=True, is_reply=False),
        Remark("Doing at Choose", "", NOON, "Because", resolved=True, is_reply=True),
    ]
    text = render(replace(found, stages=stages), personas=(maya,), remarks=tuple(said))
    down = "▼ 11 pt down on the previous 90 days (p < .001)"
    assert (
        text
        == f"""# Trip

Be there

> **Simulated:** the answers behind these figures are invented.

- **State:** Current state, version 1
- **Persona:** Maya · Flyer · “No lounge.”
- **Owner:** Ann
- **Period:** Last 90 days, compared with the previous 90 days
- **Evidence:** 1 day old
- **Exported:** 10 March 2026

## Figures

| Figure | Value ± 95 % margin | Base | Change |
| --- | --- | --- | --- |
| CSAT | 41 % ±4.0 | n 581 | {down} |

## Book

**Goal:** Find a fare

- CSAT **41 % ±4.0, n 581** · {down}

### Choose

- **Doing:**
  - Compares fares
  - Books · only Maya
- **Pain points:** Price changes · Severity 3 of 4
- **Touchpoints:** Online booking · Web · Digital · ★ moment that matters
- **Feeling:** –
- **Feedback:** CSAT **41 % ±4.0, n 581** · {down}
- **Friction:** Friction **58 ±2, n 3,731, measured** · mostly drop-off
- **Handoffs:** **Digital → Ground**, to Check in · The list · Customer waits 22 min between \
Digital and Ground, too long; quality 45, n 2,890: disjointed

### Pay

- **Feeling:** –

## Later

No steps yet.

## Handoffs

| At | From | To | Next step | What moves | Wait | Agreed | Quality |
| --- | --- | --- | --- | --- | --- | --- | --- |
| Choose | Digital | Ground | Check in | The list | 22 min | 10 min | 45, n 2,890: disjointed |

## Comments

### Doing at Choose

- **Ann**, 10 March 2026, resolved: Why?\\
  \\- really?
  - **A former member**, 10 March 2026: Because
"""
    )


def test_pictures_are_named_as_left_out() -> None:
    material = Material(made_map(), pictures={1: b"x", 2: b"y"})
    [note] = markdown.render(material, ExportOptions()).notes
    assert note == "Markdown holds no pictures: 2 pictures left out; their captions are there."


@pytest.mark.parametrize("text", ["a\n===", "a\n---", "a\n- b", "a\n1. b", "a\n> b", "a\n\tb"])
def test_no_line_of_a_comment_begins_a_block(text) -> None:
    said = Remark("Here", "Ann", NOON, text, resolved=False, is_reply=False)
    seen = list(words(PARSER.parse(render(made_map(), remarks=(said,)))))
    first, second = text.split("\n")
    assert seen[-1] == f"Ann, 10 March 2026: {first}\n{second.strip()}"

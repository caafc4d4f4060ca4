"""Maps of any shape, in many scripts, for tests of what draws them."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from journeys.maps.curve import band_pieces, pieces, y_text
from journeys.maps.grid import (
    Bar,
    Card,
    Cell,
    Change,
    Heat,
    JourneyMap,
    Lane,
    Link,
    Metric,
    Mood,
    Option,
    Score,
    StageColumn,
    StepColumn,
)

WORDS = st.sampled_from(
    (
        "waits", "22 min,", "price-check", "Donaudampfschifffahrtsgesellschaftskapitän", "(again)",
        "—", "“No!”", "http://example.com/a/b?c=d", "56\u202f%", "Ωραία", "Ждёт",
        "乘客在值机柜台等待太久",
        "ينتظر", "المسافر", "ממתין", "สวัสดีครับยินดีต้อนรับ", "प्रतीक्षा", "क्षत्रिय", "✓", "👍🏽", "❤️",
    )
)  # fmt: skip
TEXTS = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
LONG = st.lists(WORDS, min_size=30, max_size=60).map(" ".join)
ANY_TEXT = st.one_of(TEXTS, TEXTS, TEXTS, LONG)
METRIC = Metric(
    "csat", "CSAT", "56\u202f%", 56, 54.7, 57.3, "±1.3", 5876, "n 5,876", "ok",
    change=Change(-1.4, "▼ 1 pt", "1 point down", clear=True, better=False),
)  # fmt: skip
FORMS = {
    "doing": "cards", "pain_points": "cards", "opportunities": "cards", "thinking": "quotes",
    "touchpoints": "touchpoints", "feedback": "scores", "friction": "heat", "feeling": "mood",
    "handoffs": "links",
}  # fmt: skip


def make_map(stages, lanes, **values):
    """Return a map of StageColumns and Lanes, with a title and little else."""
    usual: dict[str, Any] = {
            "title": "Business trip", "slug": "business-trip", "workspace": "Northwind",
            "workspace_slug": "northwind", "simulated": True, "goal": "Be there on time",
            "state": "Current state", "revision": 12, "owner": "Marta Ruiz", "review_by": None,
            "personas": (Option("maya", "Maya"),), "segments": (), "channels": (),
            "period_text": "Last 90 days", "compare_text": "the previous 90 days",
            "headline": (METRIC,), "stages": tuple(stages), "lanes": tuple(lanes),
            "hidden_lanes": (Option("systems", "Systems", selected=True),), "notices": (),
            "latest_evidence": date(2026, 3, 9), "evidence_text": "evidence 1 day old",
            "review_overdue": False, "quiet_period": False,
    }  # fmt: skip
    return JourneyMap(**usual | values)


def make_stages(counts, title="Stage"):
    """Return stages with so many steps each, numbered through."""
    number, stages = 0, []
    for pk, count in enumerate(counts):
        steps = tuple(
            StepColumn(number + place, f"Step {number + place}", place == 0)
            for place in range(count)
        )
        number += count
        stages.append(StageColumn(pk, f"{title} {pk}", "A goal", steps, (METRIC,)))
    return stages


def make_lane(kind, cells, key=""):
    """Return a lane of a kind with the items of each of its cells."""
    return Lane(
        id=len(kind), key=key or kind, kind=kind, title=kind.capitalize(), hint="a hint",
        form=FORMS[kind], line_below="",
        cells=tuple(Cell(place, tuple(items)) for place, items in enumerate(cells)),
    )  # fmt: skip


@st.composite
def maps(draw, most_stages=6, most_steps=4):
    """Draw a map with any number of stages, steps and lanes, empty ones included."""
    counts = draw(st.lists(st.integers(0, most_steps), max_size=most_stages))
    kinds = draw(st.lists(st.sampled_from(list(FORMS)), max_size=6, unique=True))
    stages = make_stages(counts, draw(ANY_TEXT))
    number = iter(range(1, 100_000))
    lanes = [make_lane(kind, draw(_cells(kind, sum(counts), number)), key=kind) for kind in kinds]
    return make_map(stages, lanes, title=draw(ANY_TEXT), goal=draw(TEXTS))


@st.composite
def _cells(draw, kind, count, number):
    if kind == "feeling":
        return make_moods(draw(st.lists(_feeling, min_size=count, max_size=count)))
    make = _ITEMS.get(kind, _card)
    sizes = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    return [[draw(make(next(number))) for _ in range(size)] for size in sizes]


def _card(pk):
    return st.builds(
        Card, id=st.just(pk), text=ANY_TEXT, badge=st.sampled_from(("", "3", "4×2")),
        tone=st.sampled_from(("", "sev-1", "sev-4")), persona=st.sampled_from(("", "Maya")),
    )  # fmt: skip


def _touchpoint(pk):
    return st.builds(
        Card, id=st.just(pk), text=ANY_TEXT, detail=TEXTS, starred=st.booleans(),
        hue=st.one_of(st.none(), st.integers(0, 7)), badge=st.sampled_from(("", "backstage")),
    )  # fmt: skip


def _score(pk):
    bars = (Bar(1, 3, "0.00%", "30.00%", "t1"), Bar(5, 7, "30.00%", "70.00%", "t5"))
    return st.builds(
        Score, id=st.just(pk), label=TEXTS, metric=st.just(METRIC), named=st.booleans(),
        bars=st.sampled_from(((), bars)), spark=st.sampled_from(("", "M1 2L30 9L59 4")),
        compact=st.booleans(),
    )  # fmt: skip


def _heat(pk):
    return st.builds(
        Heat, id=st.just(pk), label=TEXTS, metric=st.just(METRIC), named=st.booleans(),
        level=st.one_of(st.none(), st.integers(0, 10)), note=st.sampled_from(("", "wait")),
    )  # fmt: skip


def _link(pk):
    return st.builds(
        Link, id=st.just(pk), from_label=TEXTS, to_label=TEXTS, to_step=st.just("Claim"),
        bridges=st.booleans(), what_moves=ANY_TEXT, wait=st.just(22.0), wait_text=st.just("22 min"),
        agreed_text=st.sampled_from(("", "10 min")), return_rate=st.none(), late=st.booleans(),
        tone=st.sampled_from(("", "smooth", "disjointed")), quality=st.sampled_from((None, METRIC)),
    )  # fmt: skip


_ITEMS = {"touchpoints": _touchpoint, "feedback": _score, "friction": _heat, "handoffs": _link}
_feeling = st.one_of(st.none(), st.floats(-2, 2))


def make_moods(values):
    """Return the cells of a feeling lane, assessed and measured alike."""
    low = [None if value is None else max(-2, value - 0.3) for value in values]
    drawn = zip(values, pieces(values), band_pieces(low, values), strict=True)
    return [
        [
            Mood(
                assessed=value, assessed_n=4, measured=value, low=value, high=value, n=9,
                text=f"measured {value}", assessed_path=path, measured_path=path, band_path=band,
                assessed_y=y_text(value), measured_y=y_text(value),
            )
        ]
        for value, path, band in drawn
    ]  # fmt: skip

"""Maps that no database holds, for what draws them: as large and as strange as a test wants."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

from PIL import Image

from journeys.exports.material import Material, PersonaCard, Remark, Trait
from journeys.maps import curve
from journeys.maps.grid import (
    Bar,
    Card,
    Cell,
    Change,
    Heat,
    Item,
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

FORMS = (
    ("touchpoints", "Touchpoints", "touchpoints"),
    ("doing", "Doing", "cards"),
    ("thinking", "Thinking", "quotes"),
    ("feeling", "Feeling", "mood"),
    ("feedback", "Feedback", "scores"),
    ("friction", "Friction", "heat"),
    ("pain_points", "Pain points", "cards"),
    ("opportunities", "Opportunities", "cards"),
    ("handoffs", "Handoffs", "links"),
)


def picture(width: int = 80, height: int = 60) -> bytes:
    """Return a PNG of one colour."""
    file = BytesIO()
    Image.new("RGB", (width, height), "#3f6ad8").save(file, "PNG")
    return file.getvalue()


def csat(n: int = 1234, *, key: str = "csat") -> Metric:
    """Return a metric of 62 % with its interval."""
    return Metric(
        key, "CSAT", "62 %", 62.0, 59.0, 65.0, "±3.0", n, f"n {n:,}", "ok",
        change=Change(2.0, "▲ 2 pt", "up", clear=True, better=True),
    )  # fmt: skip


def item(form: str, number: int, text: str) -> Item:
    """Return something for a cell of a lane of a form; `text` stands on it, number before."""
    said = f"{number} {text}"
    match form:
        case "cards" | "quotes":
            return Card(number, said, badge_title="Severity 3 of 4: bad")
        case "touchpoints":
            return Card(number, said, detail="Web · Digital", hue=number % 8, starred=True)
        case "scores":
            bars = tuple(
                Bar(score, 10, f"{20 * (score - 1)}.00%", "20.00%", f"t{score}")
                for score in range(1, 6)
            )
            return Score(number, said, csat(), named=True, bars=bars)
        case "heat":
            metric = Metric("friction", "Friction", "57", 57.0, n=10, n_text="measured")
            return Heat(number, said, metric, named=True, level=5, note="effort")
        case "links":
            return Link(
                number, said, "Ground", "Next", True, "Bags", 22.0, "22 min", "10 min", 0.11,
                late=True, tone="disjointed", quality=replace(csat(), text="45", value=45.0),
            )  # fmt: skip
    raise AssertionError(form)


def moods(count: int) -> list[Mood]:
    """Return feelings that go up and down, with their pieces of both lines."""
    values = [(-1.0, 0.5, 1.5)[place % 3] for place in range(count)]
    pieces = curve.pieces(values)
    bands = curve.band_pieces([v - 0.2 for v in values], [v + 0.2 for v in values])
    return [
        Mood(
            value, 3, value, value - 0.2, value + 0.2, 99, f"measured {value}, n 99",
            ("best moment",), piece, piece, band, curve.y_text(value), curve.y_text(value),
        )
        for value, piece, band in zip(values, pieces, bands, strict=True)
    ]  # fmt: skip


def material(
    *, stages: int = 3, steps: int = 3, text: str = "Waits at the desk", cards: int = 1,
    metrics: bool = True, remarks: int = 0, personas: int = 1, pictures: bool = False,
) -> Material:  # fmt: skip
    """Return a map of that many stages of that many steps, with `text` wherever text may stand."""
    columns = tuple(
        StageColumn(
            stage + 1, f"Stage {stage + 1} {text}"[:120], text[:300],
            tuple(
                StepColumn(stage * steps + step + 1, f"Step {step + 1} {text}"[:120], step == 0)
                for step in range(steps)
            ),
            (csat(), replace(csat(), key="answers", label="n", text="1,234")) if metrics else (),
        )
        for stage in range(stages)
    )  # fmt: skip
    ids = [step.id for stage in columns for step in stage.steps]
    feelings = moods(len(ids))
    lanes = tuple(
        Lane(
            place, key, key, title, "a hint", form,
            "Line of visibility" if key == "opportunities" else "",
            tuple(
                Cell(
                    step,
                    (feelings[column],)
                    if form == "mood"
                    else tuple(
                        item(form, place * 10_000 + step * 10 + which, text)
                        for which in range(cards)
                    ),
                )
                for column, step in enumerate(ids)
            ),
        )
        for place, (key, title, form) in enumerate(FORMS)
    )  # fmt: skip
    written = (item for lane in lanes for cell in lane.cells for item in cell.items)
    first = next((item.id for item in written if isinstance(item, Card)), 0)
    return Material(
        map=JourneyMap(
            title=f"Trip {text}"[:160], slug="trip", workspace="Northwind", workspace_slug="nw",
            simulated=True, goal=text[:300], state="Current state", revision=12, owner="Ann",
            review_by=None, personas=(Option("maya", "Maya"),), segments=(), channels=(),
            period_text="Last 90 days", compare_text="",
            headline=(csat(),) * 4 if metrics else (), stages=columns, lanes=lanes,
            hidden_lanes=(), notices=(), latest_evidence=date(2026, 3, 1),
            evidence_text="Evidence 1 day old", review_overdue=False, quiet_period=False,
        ),
        pictures={first: picture()} if pictures else {},
        personas=tuple(persona(f"Persona {number}", text) for number in range(personas)),
        remarks=tuple(remark(number, text) for number in range(remarks)),
    )  # fmt: skip


def persona(name: str, text: str, *, photo: bool = True) -> PersonaCard:
    """Return a persona who is described by the same text all over."""
    return PersonaCard(
        slug=name.lower().replace(" ", "-"), name=name, role=f"Role {text}"[:120],
        quote=f"Quote {text}"[:300],
        summary=f"Summary {text}", facts=(("Age", "35–44"), ("Occupation", f"Works {text}"[:120])),
        lists=tuple(
            (title, (f"{title} one {text}", f"{title} two {text}"))
            for title in ("Goals", "Needs", "Pain points", "Buying behaviour")
        ),
        traits=tuple(Trait(f"Trait {each}", "Low end", "High end", each) for each in range(1, 6)),
        photo=picture() if photo else b"",
    )  # fmt: skip


def remark(number: int, text: str) -> Remark:
    """Return a comment; every second one is a reply."""
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    return Remark(
        "Doing at Check in", "Ann", at, f"Comment {number} {text}",
        resolved=number % 3 == 0, is_reply=number % 2 == 1,
    )  # fmt: skip

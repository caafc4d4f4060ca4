"""A map as one page: whole, escaped, and with nothing in it that runs or is fetched."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from journeys.exports import html
from journeys.exports.material import Material, Remark
from journeys.exports.options import ExportOptions
from journeys.maps import JourneyMap
from journeys.maps.grid import Card, Link, Metric, Score
from tests.factories import NOON
from tests.journeys.exports.made import feelings, made_lane, made_map

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
AWKWARD = st.sampled_from(
    ["</head><body>", "<script>alert(1)</script>", "{{ map }}", "{% load x %}", "&lt;",
     '" onload="',
     "</style>", "\\1 \\g<0>"]
)  # fmt: skip


class Page(HTMLParser):
    """What stands in a page: its texts by element, and every attribute."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "style":
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        if tag == "style":
            self.open.pop()

    def handle_data(self, data) -> None:
        if not self.open:
            self.texts.append(data)

    @property
    def words(self) -> str:
        """All that is to be read, without line breaks."""
        return " ".join("".join(self.texts).split())


def render(found: JourneyMap, *, language: str = "en", **material: Any) -> str:
    """Return a map's page."""
    options = ExportOptions(on=date(2026, 3, 10), language=language)
    return html.render(Material(found, **material), options).content.decode()


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXTS | AWKWARD, min_size=1, max_size=4))
def test_every_text_is_there_twice_and_none_is_markup(texts) -> None:
    cards = [Card(number, text) for number, text in enumerate(texts)]
    found = made_map([(texts[0], [texts[0]])], [made_lane("cards", cards)], title=texts[0])
    page = Page(render(found))
    plain = made_map([("Stage", ["Step"])], [made_lane("cards", [Card(1, "a")] * len(texts))])
    assert page.tags == Page(render(plain)).tags
    for text in texts:
        # In the table, and in the story that phones and paper show.
        assert page.words.count(" ".join(text.split())) >= 2


def test_nothing_runs_and_nothing_is_fetched() -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 30)).save(picture, "JPEG")
    shot = Card(7, "The desk", image_url="/w/demo/journeys/trip/cards/7/image/")
    booking = Card(8, "Booking", url="/w/demo/touchpoints/8/evidence/", icon="web")
    lanes = [made_lane("cards", [shot]), made_lane("touchpoints", [booking], kind="touchpoints")]
    text = render(made_map([("Book", ["Choose"])], lanes), pictures={7: picture.getvalue()})
    page = Page(text)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert ("content", policy) in page.attributes
    assert not {"script", "link", "iframe", "img", "form"} & set(page.tags)
    names = {name for name, _ in page.attributes}
    assert not {"src", "style"} & names
    assert not [name for name in names if name.startswith("on")]
    leading = [value for name, value in page.attributes if name == "href"]
    assert [value[:23] for value in leading] == [
        "data:image/jpeg;base64,", "#shot-7", "#icon-web", "#shot-7", "#icon-web",
    ]  # fmt: skip
    assert "url(" not in text
    assert "@import" not in text
    assert "/w/demo/" not in text


def test_figures_stand_with_their_interval_and_their_base() -> None:
    csat = Metric("csat", "CSAT", "41 %", 41.3, 37, 45, "±4.0", 581, "n 581", "ok")
    hidden = Metric("nps", "NPS", n=None, n_text="hidden", base="suppressed")
    lanes = [
        made_lane("scores", [Score(1, "Web", csat), Score(2, "Desk", hidden)], kind="feedback")
    ]
    found = made_map([("Book", ["Choose"])], lanes, headline=(csat,))
    found = replace(found, stages=(replace(found.stages[0], metrics=(csat,)),))
    words = Page(render(found)).words
    assert "CSAT41 % ±4.0n 581" in words
    assert words.count("CSAT 41 % ±4.0 · n 581") == 2
    assert words.count("41 %±4.0 · n 581") == 2
    assert words.count("–hidden") == 2


def test_a_handoff_says_what_moves_and_how_it_goes() -> None:
    link = Link(1, "Digital", "Ground", "Check in", True, "The list", 22, "22 min", "10 min", None,
                True, "disjointed", None, "Customer waits 22 min")  # fmt: skip
    lanes = [made_lane("links", [link], kind="handoffs")]
    words = Page(render(made_map([("Book", ["Choose"])], lanes))).words
    goes = "Digital → Ground to Check inThe listwaits 22 min, too long · agreed 10 min"
    assert words.count(goes) == 2


def test_what_was_said_stands_below_only_where_it_was_asked_for() -> None:
    lane = made_lane("cards", [Card(1, "A")])
    cell = replace(lane.cells[0], comments=1)
    found = made_map([("Book", ["Choose"])], [replace(lane, cells=(cell,))])
    said = Remark("Doing at Choose", "Ann", NOON, "Is it so?", False, False, lane_id=1, step_id=1)
    late = Remark("The whole journey", "", NOON, "Done", True, False)
    page = render(found, remarks=(said, late))
    assert 'href="#said-1-1"' in page
    assert 'id="said-1-1"' in page
    assert "A former member 10 March 2026 · resolved" in Page(page).words
    assert 'class="marker"' not in render(found)


def test_language_title_and_what_is_simulated() -> None:
    found = made_map([("Réserver", [])], [feelings()], title="Voyage", simulated=True)
    page = render(found, language="fr")
    assert '<html lang="fr">' in page
    assert "<title>Voyage · Demo</title>" in page
    assert "Simulated data" in page
    assert "no steps yet" in page
    assert "Simulated" not in render(replace(found, simulated=False))


def test_the_same_map_is_the_same_file() -> None:
    found = made_map([("Book", ["Choose"])], [feelings(1)])
    assert render(found) == render(found)


def test_the_styles_are_the_theme_of_the_pages() -> None:
    styles = html.stylesheet()
    assert "--paper: #fbfaf7" in styles
    assert "prefers-color-scheme: dark" in styles
    used = set(re.findall(r"var\((--[\w-]+)\)", styles))
    assert used <= set(re.findall(r"(--[\w-]+):", styles))

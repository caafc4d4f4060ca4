"""The sheet that looks like the map: stages merged across, steps as columns, lanes as rows.

Every item has a cell of its own, and a lane as many rows as its fullest cell has items. Heights are
set here, because no spreadsheet makes room for merged cells by itself; they err on the large side.
"""

from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from journeys.exports.material import Material
from journeys.exports.xlsx_items import SMALL, Look, Written, lines_of, written
from journeys.exports.xlsx_sheets import clean, size_of
from journeys.maps.grid import Card, Item, Lane, Metric, Mood, StageColumn
from journeys.maps.theme import ACCENT, CARD, INK, INK_3, LINE, LINE_2, WASH

LANE_WIDTH, STEP_WIDTH = 148, 178
"""Pixels."""
CHART_HEIGHT, PICTURE_HEIGHT = 150, 96
HIGHEST_ROW = 409
"""Points; more, no row can have."""
_POINTS = 0.75
"""Of a pixel."""
HEAD_ROWS = 7
STEPS_ON_A_SHEET = 14
"""Of A3, as it is printed."""


def draw_map(book: Workbook, material: Material, notes: list[str]) -> None:
    """Add the sheet "Map"."""
    _Map(book, material, notes).draw()


class _Map:
    """The sheet while it is drawn, from the top down."""

    def __init__(self, book: Workbook, material: Material, notes: list[str]) -> None:
        self.book, self.material, self.map, self.notes = book, material, material.map, notes
        self.sheet = book.add_worksheet("Map")
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.columns: dict[int, int] = {}
        """Step -> its column; a stage without steps takes one, too."""
        self.stage_starts: set[int] = set()
        column = 1
        for stage in self.map.stages:
            self.stage_starts.add(column)
            self.columns |= {step.id: column + place for place, step in enumerate(stage.steps)}
            column += stage.width
        self.last = max(column - 1, 1)
        self.row = 0

    def draw(self) -> None:
        """Draw everything, and set how it is shown and printed."""
        sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_column_pixels(0, 0, LANE_WIDTH)
        sheet.set_column_pixels(1, self.last, STEP_WIDTH)
        self._head()
        self._stages()
        sheet.freeze_panes(self.row, 1)
        for lane in self.map.lanes:
            self._lane(lane)
        self._legend()
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        sheet.set_margins(0.4, 0.4, 0.5, 0.5)
        sheet.fit_to_pages(-(-self.last // STEPS_ON_A_SHEET), 0)
        sheet.repeat_columns(0)
        sheet.repeat_rows(HEAD_ROWS - 3, HEAD_ROWS - 1)
        sheet.set_footer(f"&L&8{self.map.title[:100].replace('&', '&&')}&R&8&P / &N")
        sheet.set_tab_color(ACCENT)
        sheet.activate()

    def format(self, **properties: Any) -> Any:
        """Return a format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(
                {"font_size": 10, "font_color": INK, "valign": "top"} | properties
            )
        return self._formats[key]

    def _put(
        self, row: int, column: int, found: Written, *, across: int = 1, down: int = 1, **look: Any
    ) -> None:
        """Write pieces of text in their fonts into a cell, or into several merged ones."""
        look = {"text_wrap": True, "align": "left", "indent": 1} | look
        style = self.format(**look)
        place = f"Sheet “Map”, row {row + 1}"
        pieces = [(clean(text, place, self.notes), font) for text, font in found if text]
        if across > 1 or down > 1:
            self.sheet.merge_range(row, column, row + down - 1, column + across - 1, "", style)
        if len(pieces) == 1:
            text, font = pieces[0]
            only = self.format(**look, **font)
            self.sheet.write_string(row, column, text, only)
        elif pieces:
            runs = [part for text, font in pieces for part in (self.format(**font), text)]
            self.sheet.write_rich_string(row, column, *runs, style)
        elif across == down == 1:
            self.sheet.write_blank(row, column, None, style)

    def _height(self, row: int, points: float) -> None:
        if points > HIGHEST_ROW:
            self.notes.append(
                f"Sheet “Map”, row {row + 1}: a text is taller than a row can be. All of it is in "
                "the cell."
            )
        self.sheet.set_row(row, min(points, HIGHEST_ROW))

    # ------------------------------------------------------------ above the lanes

    def _head(self) -> None:
        found = self.map
        width = min(self.last, 6)
        self._put(0, 0, [(found.title, {"bold": True, "font_size": 20})], across=width + 1)
        self._height(0, 28)
        facts = [found.workspace, found.state, f"v{found.revision}"]
        facts += ["simulated data"] if found.simulated else []
        facts += [persona.label for persona in found.personas]
        about = [(found.goal, {}), ("\n" if found.goal else "", {}),
                 (" · ".join(facts), {"font_color": INK_3})]  # fmt: skip
        self._put(1, 0, about, across=width + 1)
        self._height(1, 14 * lines_of(about, STEP_WIDTH * width) + 4)
        headline = [piece for metric in found.headline for piece in _figure(metric)]
        if headline:
            headline.append((f"  {found.period_text}", {"font_color": INK_3}))
        self._put(2, 0, headline, across=width + 1)
        self._height(2, 15 * lines_of(headline, STEP_WIDTH * width) + 4 if headline else 6)
        self._height(3, 8)
        self.row = 4

    def _stages(self) -> None:
        row = self.row
        heads = [self._stage_head(stage) for stage in self.map.stages]
        figures = [[piece for metric in stage.metrics for piece in _figure(metric)]
                   for stage in self.map.stages]  # fmt: skip
        look: Look = {"bg_color": WASH, "border": 1, "border_color": LINE_2}
        for label, line in (("Stage", 0), ("", 1), ("Step", 2)):
            self._put(row + line, 0, [(label, {"bold": True, "font_color": INK_3})],
                      **look | {"bg_color": CARD})  # fmt: skip
        column, tallest = 1, [1, 1]
        for stage, head, numbers in zip(self.map.stages, heads, figures, strict=True):
            for line, pieces in enumerate((head, numbers)):
                self._put(row + line, column, pieces, across=stage.width, **look)
                lines = lines_of(pieces, STEP_WIDTH * stage.width - 16)
                tallest[line] = max(tallest[line], lines)
            column += stage.width
        self._height(row, 14 * tallest[0] + 8)
        self._height(row + 1, 13.5 * tallest[1] + 6 if any(figures) else 6)
        self._steps(row + 2)
        self.row = row + 3

    def _stage_head(self, stage: StageColumn) -> Written:
        goal = f"\n{stage.goal}" if stage.goal else ""
        return [(stage.title, {"bold": True, "font_size": 12}), (goal, {"font_color": INK_3})]

    def _steps(self, row: int) -> None:
        tallest = 1
        for column in range(1, self.last + 1):
            self._put(row, column, [], **self._border(column), bottom=2, bottom_color=LINE_2)
        for stage in self.map.stages:
            for step in stage.steps:
                opens = f"\n› {step.opens}" if step.opens else ""
                found: Written = [(step.title, {"bold": True}), (opens, {"font_color": ACCENT})]
                column = self.columns[step.id]
                self._put(row, column, found, **self._border(column), bottom=2, bottom_color=LINE_2)
                tallest = max(tallest, lines_of(found, STEP_WIDTH - 16))
        self._height(row, 14 * tallest + 6)

    def _border(self, column: int) -> dict[str, Any]:
        """Return what marks where a stage begins."""
        return {"left": 1, "left_color": LINE_2 if column in self.stage_starts else LINE}

    # ------------------------------------------------------------ lanes

    def _lane(self, lane: Lane) -> None:
        first = self.row
        heights = self._moods(lane) if lane.form == "mood" else self._items(lane)
        head: Written = [(lane.title, {"bold": True}),
                         (f"\n{lane.hint}" if lane.hint else "", SMALL)]  # fmt: skip
        missing = 13.5 * lines_of(head, LANE_WIDTH - 16) + 6 - sum(heights)
        heights[-1] += max(missing, 0)
        look: Look = {"top": 1, "top_color": LINE_2, "bg_color": CARD}
        self._put(first, 0, head, down=len(heights), **look)
        for offset, points in enumerate(heights):
            self._height(first + offset, points)
        self.row = first + len(heights)
        if lane.line_below:
            self._line(lane.line_below)

    def _items(self, lane: Lane) -> list[float]:
        """Write a lane's items, one below the other, and return the heights of its rows."""
        count = max((len(cell.items) for cell in lane.cells), default=0) or 1
        heights = [20.0] * count
        items = {self.columns[cell.step_id]: cell.items for cell in lane.cells}
        for offset in range(count):
            top: Look = {"top": 1, "top_color": LINE_2 if offset == 0 else LINE}
            for column in range(1, self.last + 1):
                there = items.get(column, ())
                border = top | self._border(column)
                if offset >= len(there):
                    self._put(self.row + offset, column, [], **border)
                    continue
                tall = self._item(lane, there[offset], self.row + offset, column, border)
                heights[offset] = max(heights[offset], tall)
        return heights

    def _item(self, lane: Lane, item: Item, row: int, column: int, border: dict[str, Any]) -> float:
        pieces, look = written(lane, item)
        points = 13.5 * lines_of(pieces, STEP_WIDTH - 16) + 6
        picture = None
        # A touchpoint may have the number of a card, but never a picture.
        if isinstance(item, Card) and item.image_url:
            picture = self.material.pictures.get(item.id)
        if picture:
            width, height = size_of(picture)
            scale = min(PICTURE_HEIGHT / height, (STEP_WIDTH - 16) / width)
            self.sheet.insert_image(row, column, f"{row}-{column}", {
                "image_data": BytesIO(picture), "x_offset": 8, "y_offset": 6, "x_scale": scale,
                "y_scale": scale, "object_position": 1, "description": pieces[0][0],
            })  # fmt: skip
            points += (PICTURE_HEIGHT + 12) * _POINTS
            look = look | {"valign": "bottom"}
        self._put(row, column, pieces, **border | look)
        return points

    def _moods(self, lane: Lane) -> list[float]:
        """Write both lines of the feelings as numbers, and draw them as a chart above."""
        moods = {
            self.columns[cell.step_id]: item
            for cell in lane.cells
            for item in cell.items
            if isinstance(item, Mood)
        }
        for column in range(1, self.last + 1):
            border = self._border(column)
            self._put(self.row, column, [], top=1, top_color=LINE_2, **border)
            mood = moods.get(column)
            look: Look = border | {"font_size": 9, "font_color": INK_3, "align": "left"}
            numbers: tuple[tuple[float | None, str], ...] = ((None, ""), (None, ""))
            if mood:
                numbers = (
                    (mood.assessed, f"assessed · n {mood.assessed_n}"),
                    (mood.measured, f"measured · n {mood.n or 0:,}"),
                )
            for offset, (value, label) in enumerate(numbers, 1):
                if value is None:
                    self._put(self.row + offset, column, [], **look)
                    continue
                shape = f'+0.0" {label}";−0.0" {label}";0.0" {label}"'
                style = self.format(num_format=shape, indent=1, **look)
                self.sheet.write_number(self.row + offset, column, value, style)
            self._put(self.row + 3, column, [(_interval(mood), {})], **look)
        self._chart(moods)
        return [CHART_HEIGHT * _POINTS, 14, 14, 14]

    def _chart(self, moods: dict[int, Mood]) -> None:
        if not moods:
            return
        chart = self.book.add_chart({"type": "line"})
        grey = {"color": INK_3, "width": 1.25, "dash_type": "dash"}
        solid = {"color": ACCENT, "width": 2.25}
        for offset, name, line in ((1, "assessed", grey), (2, "measured", solid)):
            row = self.row + offset
            chart.add_series({
                "name": name,
                "categories": ["Map", HEAD_ROWS - 1, 1, HEAD_ROWS - 1, self.last],
                "values": ["Map", row, 1, row, self.last],
                "line": line,
                "marker": {"type": "circle", "size": 5, "border": {"color": line["color"]},
                           "fill": {"color": CARD}},
            })  # fmt: skip
        quiet = {"color": LINE, "width": 0.5}
        chart.set_y_axis({"min": -2, "max": 2, "major_unit": 1, "visible": False,
                          "major_gridlines": {"visible": True, "line": quiet}})  # fmt: skip
        chart.set_x_axis({"visible": False, "label_position": "none"})
        chart.set_legend({"none": True})
        chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
        # Each point stands in the middle of its step's column.
        chart.set_plotarea({"layout": {"x": 0.001, "y": 0.04, "width": 0.998, "height": 0.92},
                            "fill": {"none": True}})  # fmt: skip
        chart.show_blanks_as("gap")
        chart.set_size({"width": STEP_WIDTH * self.last, "height": CHART_HEIGHT - 4})
        self.sheet.insert_chart(
            self.row, 1, chart, {"y_offset": 2, "object_position": 1,
                                 "description": "How each step feels, assessed and measured"},
        )  # fmt: skip

    def _line(self, text: str) -> None:
        """Draw one of the service blueprint's lines."""
        look: Look = {"top": 8, "top_color": INK_3, "bg_color": WASH}
        self._put(self.row, 0, [(text.upper(), SMALL)], across=self.last + 1, **look)
        self._height(self.row, 15)
        self.row += 1

    def _legend(self) -> None:
        words = "★ moment that matters"
        if any(lane.form == "mood" for lane in self.map.lanes):
            words += "   – – assessed in workshops   —— measured from feedback"
        self._put(self.row, 0, [(words, SMALL)], across=min(self.last, 6) + 1,
                  top=1, top_color=LINE_2)  # fmt: skip
        self._height(self.row, 16)


def _interval(mood: Mood | None) -> str:
    """Return the interval (95 %) of what was measured, in words; "" where it is not known."""
    if mood is None or mood.low is None or mood.high is None:
        return ""
    return f"{mood.low:+.1f} to {mood.high:+.1f}".replace("-", "−")


def _figure(metric: Metric) -> Written:
    """Return one figure of a head, with its interval and its base."""
    about = " · ".join(each for each in (metric.margin_text, metric.n_text) if each)
    # What belongs together is never broken apart.
    return [
        (f"{metric.label}\N{NO-BREAK SPACE}", {"font_color": INK_3}),
        (metric.text.replace(" ", "\N{NO-BREAK SPACE}"), {"bold": True}),
        (f" {about}".replace(" ", "\N{NO-BREAK SPACE}") if about else "", SMALL),
        ("     ", SMALL),
    ]

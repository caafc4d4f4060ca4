"""Native charts, each with its own small workbook, so that whoever has the slides can go on.

What python-pptx does not offer, intervals as error bars, is added to its XML.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt
from xlsxwriter import Workbook

from journeys.exports.slides.look import SMALLEST
from journeys.exports.slides.shapes import Box, emu, rgb
from journeys.exports.slides.sheet import Sheet
from journeys.exports.slides.writing import clean
from journeys.maps.theme import ACCENT, CARD, INK_2, INK_3, LINE, LINE_2


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one name, None where there is none; with the ends of their intervals, if any."""

    name: str
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    colour: str = ACCENT
    dashed: bool = False


class _Data(CategoryChartData):
    """Categories and series, whose workbook is the same whenever it is written."""

    def __init__(self, labels: Sequence[str], series: Sequence[Series], at: datetime) -> None:
        super().__init__(number_format="General")  # type: ignore[no-untyped-call]
        self.at = at
        self.categories = [clean(label) for label in labels]
        for each in series:
            self.add_series(clean(each.name), each.values)  # type: ignore[no-untyped-call]

    @property
    def xlsx_blob(self) -> bytes:
        """Return the workbook: categories in the first column, a column for each series."""
        file = BytesIO()
        book = Workbook(file, {"in_memory": True})
        book.set_properties({"created": self.at.replace(tzinfo=None)})
        page = book.add_worksheet()
        # As texts: what is written by its looks becomes a formula, or a link.
        for row, each in enumerate(self.categories, start=1):
            page.write_string(row, 0, each.label)
        for column, each in enumerate(self, start=1):
            page.write_string(0, column, each.name)
            page.write_column(1, column, list(each.values))
        book.close()
        return file.getvalue()


def line_chart(
    sheet: Sheet, box: Box, labels: Sequence[str], series: Sequence[Series], *,
    scale: tuple[float, float, float], alt: str, name: str,
) -> None:  # fmt: skip
    """Put lines over the whole width of the box, without names below them."""
    chart = _add(sheet, box, XL_CHART_TYPE.LINE_MARKERS, labels, series, name, alt)
    for plotted, each in zip(chart.plots[0].series, series, strict=True):
        plotted.smooth = False
        line = plotted.format.line
        line.color.rgb, line.width = rgb(each.colour), Pt(1.25 if each.dashed else 2.25)
        if each.dashed:
            line.dash_style = MSO_LINE.DASH
        marker = plotted.marker
        marker.style, marker.size = 8, 4 if each.dashed else 7
        marker.format.fill.solid()
        marker.format.fill.fore_color.rgb = rgb(CARD)
        marker.format.line.color.rgb = rgb(each.colour)
        _add_interval(plotted._element, each)
    _dress_axes(chart, scale, names=False)
    _span(chart)


def bar_chart(
    sheet: Sheet, box: Box, labels: Sequence[str], series: Series, *,
    scale: tuple[float, float, float], alt: str, name: str, across: bool = False,
    colours: Sequence[str] = (),
) -> None:  # fmt: skip
    """Put bars; `across` lays them down, the first on top. `scale` is from, to, and each line."""
    kind = XL_CHART_TYPE.BAR_CLUSTERED if across else XL_CHART_TYPE.COLUMN_CLUSTERED
    chart = _add(sheet, box, kind, labels, [series], name, alt)
    plot = chart.plots[0]
    plot.gap_width = 45 if across else 120
    (plotted,) = plot.series
    plotted.format.fill.solid()
    plotted.format.fill.fore_color.rgb = rgb(series.colour)
    plotted.invert_if_negative = False
    for place, colour in enumerate(colours):
        fill = plotted.points[place].format.fill
        fill.solid()
        fill.fore_color.rgb = rgb(colour)
    _add_interval(plotted._element, series)
    _dress_axes(chart, scale, names=True)
    if across:
        chart.category_axis.reverse_order = True
        chart.value_axis.visible = False
        chart.value_axis.has_major_gridlines = False


def _add(
    sheet: Sheet, box: Box, kind: XL_CHART_TYPE, labels: Sequence[str], series: Sequence[Series],
    name: str, alt: str,
) -> Chart:  # fmt: skip
    sheet.flush()
    data = _Data(labels, series, sheet.at)
    place = (emu(each) for each in (box.x, box.y, box.width, box.height))
    shapes: Any = sheet.native.shapes
    frame = shapes.add_chart(kind, *place, data)
    frame.name = name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(alt))
    sheet.taken()
    chart: Chart = frame.chart
    chart.has_legend = False
    chart.has_title = False
    chart.font.size, chart.font.color.rgb = Pt(SMALLEST), rgb(INK_2)
    return chart


def _dress_axes(chart: Chart, scale: tuple[float, float, float], *, names: bool) -> None:
    values, categories = chart.value_axis, chart.category_axis
    values.minimum_scale, values.maximum_scale, values.major_unit = scale
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = rgb(LINE)
    values.format.line.fill.background()
    values.tick_labels.font.size = Pt(SMALLEST)
    values.tick_labels.font.color.rgb = rgb(INK_3)
    categories.format.line.color.rgb = rgb(LINE_2)
    categories.major_tick_mark = values.major_tick_mark = XL_TICK_MARK.NONE
    categories.tick_label_position = (
        XL_TICK_LABEL_POSITION.LOW if names else XL_TICK_LABEL_POSITION.NONE
    )
    if not names:
        values.tick_label_position = XL_TICK_LABEL_POSITION.NONE


def _span(chart: Chart) -> None:
    """Let the plot fill the whole frame, so that it stands under what is drawn above it."""
    area = chart._chartSpace.chart.plotArea
    layout = parse_xml(
        f'<c:layout {nsdecls("c")}><c:manualLayout><c:layoutTarget val="inner"/>'
        '<c:xMode val="edge"/><c:yMode val="edge"/><c:x val="0"/><c:y val="0.03"/>'
        '<c:w val="1"/><c:h val="0.94"/></c:manualLayout></c:layout>'
    )
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    area.insert(0, layout)


def _add_interval(element: Any, series: Series) -> None:
    if not any(each is not None for each in series.low):
        return
    triples = list(zip(series.low, series.values, series.high, strict=True))
    plus = [_gap(high, value) for _, value, high in triples]
    minus = [_gap(value, low) for low, value, _ in triples]
    # As Excel writes it: the direction only where it is not that of the bars.
    direction = "" if element.find(qn("c:invertIfNegative")) is not None else '<c:errDir val="y"/>'
    bars = parse_xml(
        f'<c:errBars {nsdecls("c", "a")}>{direction}<c:errBarType val="both"/>'
        '<c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"<c:plus>{_numbers(plus)}</c:plus><c:minus>{_numbers(minus)}</c:minus>"
        f'<c:spPr><a:ln w="{emu(1)}"><a:solidFill><a:srgbClr val="{INK_3[1:].upper()}"/>'
        "</a:solidFill></a:ln></c:spPr></c:errBars>"
    )
    element.find(qn("c:cat")).addprevious(bars)


def _gap(upper: float | None, lower: float | None) -> float:
    return 0.0 if upper is None or lower is None else round(upper - lower, 4)


def _numbers(values: Sequence[float]) -> str:
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{value}</c:v></c:pt>' for place, value in enumerate(values)
    )
    return (
        f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>'
        f"{points}</c:numLit>"
    )

"""Charts as data: the table twin, the file, and what Plotly is given."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.http import Http404
from django.test import RequestFactory

from feedback.charts import Chart, Column, Kind, chart_file, render_charts, traces
from tests.factories import make_user

DAYS = [date(2026, 3, day) for day in (1, 8, 15, 22)]


def make_chart(**values):
    columns = (Column("Day", Kind.DAY), Column("Share", Kind.NUMBER, unit=" %"), Column("n"))
    rows = [(DAYS[0], 62.25, "=1+1"), (DAYS[1], None, "hidden")]
    return Chart(**{"key": "one", "title": "One", "says": "", "columns": columns,
                    "rows": rows, "traces": [], **values})  # fmt: skip


class TestCells:
    @pytest.mark.parametrize(
        ("column", "cell", "text"),
        [
            (Column("a", Kind.NUMBER), 62.25, "62.3"),
            (Column("a", Kind.NUMBER, digits=0, unit=" %"), -0.4, "0 %"),
            (Column("a", Kind.NUMBER), -12.04, "−12.0"),
            (Column("a", Kind.COUNT), 12345, "12,345"),
            (Column("a", Kind.COUNT), None, "–"),
            (Column("a", Kind.NUMBER), "hidden", "hidden"),
            (Column("a", Kind.DAY), DAYS[0], "1 Mar 2026"),
        ],
    )
    def test_are_written_as_people_read_them(self, column, cell, text):
        assert column.text(cell) == text

    def test_the_table_has_a_text_for_every_cell(self):
        assert [[text for _, text in row] for row in make_chart().table] == [
            ["1 Mar 2026", "62.3 %", "=1+1"], ["8 Mar 2026", "–", "hidden"],
        ]  # fmt: skip

    def test_the_rows_of_its_html_begin_with_their_heads_and_are_escaped(self):
        rows = [(DAYS[0], 62.25, "<b>"), (DAYS[1], None, "a & b")]
        assert make_chart(rows=rows).table_body == (
            '<tr><th scope="row">1 Mar 2026</th><td class="num">62.3 %</td><td>&lt;b&gt;</td></tr>'
            '<tr><th scope="row">8 Mar 2026</th><td class="num">–</td><td>a &amp; b</td></tr>'
        )


class TestFile:
    def test_holds_the_numbers_unrounded_and_leaves_unknown_ones_empty(self):
        response = chart_file(make_chart())
        text = response.content.decode("utf-8-sig")
        rows = list(csv.reader(StringIO(text)))
        assert rows[0] == ["Day", "Share", "n"]
        assert rows[1][:2] == ["2026-03-01", "62.25"]
        assert rows[2] == ["2026-03-08", "", "hidden"]
        assert response["Cache-Control"] == "private, no-store"

    def test_holds_nothing_that_a_spreadsheet_would_compute(self):
        text = chart_file(make_chart()).content.decode("utf-8-sig")
        assert ",=1+1" not in text

    def test_of_a_chart_that_is_not_there_is_refused(self):
        request = RequestFactory().get("/", {"csv": "two"})
        with pytest.raises(Http404):
            render_charts(request, "x.html", {}, [make_chart()])

    def test_comes_instead_of_the_page(self, db):
        request = RequestFactory().get("/", {"csv": "one"})
        request.user = make_user()
        response = render_charts(request, "x.html", {}, [make_chart()])
        assert response["Content-Disposition"] == 'attachment; filename="one.csv"'


class TestTraces:
    def test_a_band_is_broken_where_an_end_is_unknown(self):
        first, second = traces.band(DAYS, [1, 2, None, 4], [2, 3, 4, 5])
        assert first["x"] == ["2026-03-01", "2026-03-08", "2026-03-08", "2026-03-01"]
        assert first["y"] == [2, 3, 2, 1]
        # One point alone has no area: its interval is a stroke.
        assert second["x"] == ["2026-03-22", "2026-03-22"]
        assert second["line"]["width"] > 0

    def test_bands_are_not_read_as_points(self):
        assert all(each["hoverinfo"] == "skip" for each in traces.band(DAYS, [1] * 4, [2] * 4))

    def test_a_line_is_not_drawn_across_what_is_unknown(self):
        line = traces.line(DAYS, [1, None, 3, 4], name="a", says=["w", "x", "y", "z"])
        assert line["connectgaps"] is False
        assert line["y"] == [1, None, 3, 4]
        assert line["hovertext"] == ["w", "x", "y", "z"]

    def test_an_interval_beside_its_point_never_turns_round(self):
        # The adjusted interval of an NPS where all agree ends below 100.
        dots = traces.dots(
            [100.0, 50.0], [0, 1], [20.0, None], [98.5, None], name="a", says=["", ""]
        )
        assert dots["error_x"]["array"] == [0.0, 0.0]
        assert dots["error_x"]["arrayminus"] == [80.0, 0.0]

    def test_rows_begin_at_the_top_and_cut_long_names(self):
        axis = traces.rows_axis(
            ["Check-in", "A name that is much longer than any label"], longest=12
        )
        assert axis["ticktext"] == ["Check-in", "A name that…"]
        assert axis["range"] == [1.5, -0.5]

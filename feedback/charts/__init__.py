"""Charts as data: what is drawn in the browser, and the table that says the same."""

from feedback.charts.chart import Chart, Column, Kind
from feedback.charts.pages import chart_file, render_charts, taken_away, with_charts

__all__ = ["Chart", "Column", "Kind", "chart_file", "render_charts", "taken_away", "with_charts"]

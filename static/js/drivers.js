// The charts of drivers: names beside the points of the map, on narrow screens their numbers instead.
"use strict";

const narrow = matchMedia("(max-width: 700px)");

// Plotly lets go of a chart's own height when the window changes; the box keeps it.
function keepHeights() {
  for (const plot of document.querySelectorAll("[data-chart-plot]")) {
    if (plot.layout?.height) plot.style.minHeight = `${plot.layout.height}px`;
  }
}

function label() {
  keepHeights();
  const plot = document.querySelector("#chart-map [data-chart-plot]");
  if (plot?.data) Plotly.restyle(plot, { texttemplate: narrow.matches ? "%{customdata}" : "%{text}" });
}

narrow.addEventListener("change", label);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
document.addEventListener("htmx:load", label);
label();

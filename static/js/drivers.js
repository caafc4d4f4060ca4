// The charts of drivers: names beside the points of the map, on narrow screens their numbers instead.
"use strict";

const narrow = matchMedia("(max-width: 700px)");

function label() {
  const plot = document.querySelector("#chart-map [data-chart-plot]");
  if (plot?.data) Plotly.restyle(plot, { texttemplate: narrow.matches ? "%{customdata}" : "%{text}" });
}

narrow.addEventListener("change", label);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
document.addEventListener("htmx:load", label);
label();

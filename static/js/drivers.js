// The map of drivers: names beside its points, and on narrow screens their numbers in the table.
"use strict";

const narrow = matchMedia("(max-width: 700px)");

function label() {
  const plot = document.querySelector("#chart-map [data-chart-plot]");
  if (!plot?.data) return;
  Plotly.restyle(plot, { texttemplate: narrow.matches ? "%{customdata}" : "%{text}" });
}

narrow.addEventListener("change", label);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
document.addEventListener("htmx:load", label);
label();

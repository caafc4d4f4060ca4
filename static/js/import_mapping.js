// The columns of an import: words have the scores that they mean on the scale that is chosen.
"use strict";

function usual(input, metric) {
  const pairs = input.dataset.usual.split(" ").map((pair) => pair.split(":"));
  return new Map(pairs).get(metric) ?? "";
}

document.addEventListener("change", (event) => {
  const select = event.target.closest("[data-metric]");
  if (!select) return;
  for (const input of select.closest(".col").querySelectorAll("[data-usual]")) {
    // What somebody gave a word themselves stays.
    if (input.value === usual(input, select.dataset.metric)) input.value = usual(input, select.value);
  }
  select.dataset.metric = select.value;
});

// The columns of an import: words have the scores that they mean on the scale that is chosen.
"use strict";

function usual(input, metric) {
  const pairs = input.dataset.usual.split(" ").map((pair) => pair.split(":"));
  return new Map(pairs).get(metric) ?? "";
}

document.addEventListener("change", (event) => {
  const select = event.target.closest("[data-metric]");
  if (!select) return;
  const inputs = [...select.closest(".col").querySelectorAll("[data-usual]")];
  const before = select.dataset.metric;
  // What somebody gave themselves stays, and so do words that the scale does not know.
  if (inputs.some((input) => input.value && input.value !== usual(input, before))) return;
  if (!inputs.some((input) => usual(input, select.value))) return;
  for (const input of inputs) input.value = usual(input, select.value);
  select.dataset.metric = select.value;
});

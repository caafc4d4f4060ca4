// Compare: days are asked for only where somebody chooses days of their own.
"use strict";

function follow(side) {
  const own = side.querySelector("[data-compare-period] select").value === "own";
  for (const day of side.querySelectorAll("[data-compare-day]")) {
    day.hidden = !own;
    day.querySelector("input").disabled = !own;
  }
}

for (const side of document.querySelectorAll("[data-compare-side]")) {
  follow(side);
  side.addEventListener("change", () => follow(side));
}

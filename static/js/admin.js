// Names for the parts that the admin's own scripts build, so that a screen reader can say them.
"use strict";

const labelOf = (select) =>
  document.querySelector(`label[for="${select.id}"]`)?.textContent.trim().replace(/:$/, "");

const set = (part, name, value) => {
  if (part && part.getAttribute(name) !== value) part.setAttribute(name, value);
};

function nameParts() {
  for (const tip of document.querySelectorAll(".help-tooltip[aria-label]")) set(tip, "role", "img");
  // A row that was added by hand is a copy of one without a number.
  for (const input of document.querySelectorAll("tr:not(.empty-form) [aria-label$=', new row']")) {
    const number = /-(\d+)-/.exec(input.name);
    if (number) set(input, "aria-label", input.getAttribute("aria-label").replace("new row", `row ${+number[1] + 1}`));
  }
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const label = labelOf(select);
    const box = select.nextElementSibling;
    if (!label || !box) continue;
    const chosen = select.selectedOptions[0]?.textContent || "none";
    for (const part of box.querySelectorAll("[role=combobox], [role=textbox]")) {
      part.removeAttribute("aria-labelledby");
      set(part, "aria-label", `${label}: ${chosen}`);
    }
    if (box.classList.contains("select2-container--open")) {
      // The field in which one searches appears with the list, at the end of the page.
      set(document.querySelector(".select2-dropdown .select2-search__field"), "aria-label", `Search ${label}`);
    }
  }
}

document.addEventListener("DOMContentLoaded", () => {
  nameParts();
  new MutationObserver(nameParts).observe(document.body, { childList: true, subtree: true });
});

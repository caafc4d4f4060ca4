// Saved views and links: both take what the address says now, which filters and zoom have changed.
"use strict";

for (const button of document.querySelectorAll("[data-copy-link]")) button.hidden = !navigator.clipboard;

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-view-save]");
  if (form) form.elements.query.value = location.search.slice(1);
}, { capture: true });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-link]");
  if (!button) return;
  const address = new URL(location.href);
  address.hash = "";
  const said = document.querySelector("[data-copied]");
  try {
    await navigator.clipboard.writeText(address);
    said.textContent = "The link to this view is copied.";
    button.textContent = "Copied";
  } catch {
    said.textContent = button.textContent = "Not copied: take it from the address bar";
  }
  setTimeout(() => {
    button.textContent = "Copy link to this view";
    said.textContent = "";
  }, 3000);
});

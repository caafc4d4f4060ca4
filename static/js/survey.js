// Copying a link or a snippet; without scripts, the text is there to be marked.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const from = button.parentElement.querySelector("[data-copy-from]");
  if (!navigator.clipboard) {
    from.addEventListener("focus", () => from.select());
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(from.value);
      button.textContent = "Copied";
    } catch {
      from.select();
      button.textContent = "Press Ctrl+C";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}

// A button that copies what stands in another element; without scripts, the text can be marked.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const from = document.querySelector(button.dataset.copy);
  const mark = () => (from.select ? from.select() : getSelection().selectAllChildren(from));
  if (!navigator.clipboard) {
    from.addEventListener("focus", mark);
    continue;
  }
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(from.value ?? from.textContent);
      button.textContent = "Copied";
    } catch {
      mark();
      button.textContent = "Press Ctrl+C";
    }
    setTimeout(() => (button.textContent = words), 2000);
  });
}

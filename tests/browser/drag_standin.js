// What dragging needs of edit.js, in short: only where that does not define it.
window.cxEdit ??= {
  async send(url, data, { focus } = {}) {
    const answer = await fetch(url, {
      method: "POST",
      body: new URLSearchParams(data),
      headers: { "HX-Request": "true", "HX-Current-URL": location.href, "X-CSRFToken": document.body.dataset.csrf },
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok) throw new Error(page.querySelector(".refused p")?.textContent ?? `Refused: ${answer.status}`);
    for (const { content } of page.querySelectorAll("template")) {
      const part = content.firstElementChild;
      document.getElementById(part.id)?.replaceWith(part);
    }
    document.getElementById(focus)?.querySelector("a")?.focus();
  },
  openForm() {},
};

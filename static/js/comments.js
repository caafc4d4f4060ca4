// Comments: the way to start one on the map, up-to-date markers, names behind "@"; and drafts of all
// that is written in the panel.
"use strict";

{
  const PLACES = "td[id^=cell-], th[id^=step-], th[id^=lane-]";
  const LETTERS_BEHIND_AT = /(?:^|[^\p{L}\p{N}_@.])@([\p{L}\p{N}_.@'’\- ]{0,60})$/u;
  const MOST = 8;

  // ---------------------------------------------------------------- on the map

  // Thousands of cells would each carry a link that hardly anybody follows: it comes when needed.
  function linkOf(place) {
    const there = place.querySelector(":scope > a.comment");
    if (there) return there;
    const [sort, first, second] = place.id.split("-");
    const query = sort === "cell" ? `lane=${first}&step=${second}` : `${sort}=${first}`;
    const link = document.createElement("a");
    link.className = "comment start";
    link.href = `${place.closest("[data-comment]").dataset.comment}comments/at/?${query}`;
    link.dataset.panel = "";
    link.innerHTML = '<span aria-hidden="true">+</span><span class="sr">Comment</span>';
    place.append(link);
    return link;
  }

  const placeOf = (element) => (element?.closest?.("[data-comment]") ? element.closest(PLACES) : null);

  document.addEventListener("pointerover", (event) => {
    const place = event.pointerType === "mouse" ? placeOf(event.target) : null;
    for (const link of document.querySelectorAll("[data-comment] a.comment.start:not([data-kept], :focus)")) {
      if (link.parentElement !== place) link.remove();
    }
    if (place) linkOf(place);
  });

  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "c" || event.ctrlKey || event.metaKey || event.altKey || writing) return;
    const place = placeOf(event.target);
    if (!place || event.defaultPrevented) return;
    event.preventDefault();
    const link = linkOf(place);
    // The panel gives the focus back to it.
    link.dataset.kept = "";
    link.click();
  });

  document.addEventListener("focusout", (event) => {
    if (event.target.matches("a.comment")) delete event.target.dataset.kept;
  });

  // What the panel has just shown knows best how many conversations are open.
  function refreshMarkers(home) {
    for (const template of home.querySelectorAll("template[data-marker]")) {
      const fresh = template.content.querySelector("a");
      if (template.dataset.marker === "comments") {
        document.getElementById("comments")?.replaceChildren(...fresh.childNodes);
        continue;
      }
      const place = document.getElementById(template.dataset.marker);
      if (place?.closest("[data-comment]") && !fresh.matches(".start")) linkOf(place);
      const shown = document.querySelectorAll(`a.comment[href$="${CSS.escape(fresh.getAttribute("href"))}"]`);
      for (const link of shown) {
        link.className = fresh.className;
        link.replaceChildren(...fresh.cloneNode(true).childNodes);
      }
    }
  }

  // ---------------------------------------------------------------- drafts

  // The panel closes by one key: what was written in it waits until it is sent.
  const draftOf = (area) => `draft:${area.dataset.mentions ?? new URL(area.form.action).pathname}:${area.dataset.place}:${area.id}`;
  let sent = null;

  function restoreDrafts(home) {
    if (sent && home.querySelector(".saved")) sessionStorage.removeItem(sent);
    sent = null;
    const place = home.querySelector("template[data-marker]")?.dataset.marker;
    for (const area of home.querySelectorAll("textarea")) {
      area.dataset.place = place;
      const draft = sessionStorage.getItem(draftOf(area));
      if (!draft || area.getAttribute("aria-invalid")) continue;
      area.value = draft;
      const folded = area.closest("details");
      if (folded) folded.open = true;
    }
  }

  document.addEventListener("submit", (event) => {
    const area = event.target.querySelector("textarea[data-place]");
    if (area) sent = draftOf(area);
  });

  document.addEventListener("click", (event) => {
    const area = event.target.closest("[data-forget]")?.closest("form").querySelector("textarea[data-place]");
    if (area && !event.ctrlKey && !event.metaKey && !event.shiftKey) sessionStorage.removeItem(draftOf(area));
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (!event.detail.target?.matches("[data-panel-home]")) return;
    refreshMarkers(event.detail.target);
    restoreDrafts(event.detail.target);
  });

  // ---------------------------------------------------------------- names behind "@"

  const names = new Map();
  let list = null;

  function namesAt(address) {
    if (!names.has(address)) {
      const asked = fetch(address).then((answer) => (answer.ok ? answer.json() : { names: [] }));
      names.set(address, asked.then((data) => data.names).catch(() => []));
    }
    return names.get(address);
  }

  function closeList() {
    if (!list) return;
    for (const name of ["aria-controls", "aria-activedescendant"]) list.area.removeAttribute(name);
    list.home.remove();
    list = null;
  }

  function choose(index) {
    list.at = (index + list.options.length) % list.options.length;
    for (const [place, option] of list.options.entries()) {
      option.setAttribute("aria-selected", place === list.at);
    }
    list.options[list.at].scrollIntoView({ block: "nearest" });
    list.area.setAttribute("aria-activedescendant", list.options[list.at].id);
  }

  function take(option) {
    const { area, typed } = list;
    const end = area.selectionStart;
    area.setRangeText(`${option.textContent} `, end - typed.length, end, "end");
    closeList();
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function showList(area, typed, found) {
    closeList();
    const home = document.createElement("ul");
    home.className = "people";
    home.id = "people";
    home.setAttribute("role", "listbox");
    home.setAttribute("aria-label", "People to mention");
    const options = found.map((name, place) => {
      const option = document.createElement("li");
      option.id = `people-${place}`;
      option.setAttribute("role", "option");
      option.textContent = name;
      return option;
    });
    home.append(...options);
    area.after(home);
    area.setAttribute("aria-controls", home.id);
    list = { area, typed, home, options, at: 0 };
    choose(0);
  }

  async function suggest(area) {
    const before = area.value.slice(0, area.selectionStart);
    const typed = LETTERS_BEHIND_AT.exec(before)?.[1];
    if (typed === undefined) return closeList();
    const all = await namesAt(area.dataset.mentions);
    if (before !== area.value.slice(0, area.selectionStart)) return undefined;
    const asked = typed.toLocaleLowerCase();
    const fits = (name) =>
      name.toLocaleLowerCase().startsWith(asked) ||
      name.toLocaleLowerCase().split(/\s+/).some((word) => word.startsWith(asked));
    const found = all.filter(fits).slice(0, MOST);
    return found.length ? showList(area, typed, found) : closeList();
  }

  document.addEventListener("focusin", (event) => {
    if (!event.target.matches("textarea[data-mentions]")) return;
    event.target.setAttribute("aria-autocomplete", "list");
    event.target.setAttribute("aria-haspopup", "listbox");
  });

  document.addEventListener("focusout", (event) => {
    if (list?.area === event.target) closeList();
  });

  document.addEventListener("input", (event) => {
    const area = event.target;
    if (area.dataset.place) sessionStorage.setItem(draftOf(area), area.value);
    if (area.matches("textarea[data-mentions]")) suggest(area);
  });

  // Before anybody else: Enter and Escape mean the list while it is open.
  document.addEventListener(
    "keydown",
    (event) => {
      const area = event.target;
      if (!area.matches?.("textarea[data-mentions]")) return;
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
        event.preventDefault();
        area.form.requestSubmit();
        return;
      }
      if (!list) return;
      const keys = {
        ArrowDown: () => choose(list.at + 1),
        ArrowUp: () => choose(list.at - 1),
        Enter: () => take(list.options[list.at]),
        Tab: () => take(list.options[list.at]),
        Escape: closeList,
      };
      const doIt = keys[event.key];
      if (!doIt) return;
      event.preventDefault();
      event.stopPropagation();
      doIt();
    },
    true,
  );

  // Pressing must not take the focus out of the text, and a finger that scrolls chooses nobody.
  const optionOf = (event) => event.target.closest(".people [role=option]");
  document.addEventListener("mousedown", (event) => optionOf(event) && event.preventDefault());
  document.addEventListener("click", (event) => optionOf(event) && take(optionOf(event)));
}

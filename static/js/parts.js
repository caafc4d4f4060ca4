// Parts of the drawn map: fetched by name, and put in the place of those that stand there.
// `cxParts.fetch(["cell-3-7"])` -> {html, revision}; `cxParts.apply(html, revision)` swaps them in;
// What somebody types, where they are and what they look at stays as it is.
"use strict";

window.cxParts = (() => {
  const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";
  const waiting = [];
  let composing = false;

  // The page's own address tells the server which filters the map is drawn with.
  async function fetchParts(names) {
    const query = new URLSearchParams(names.map((name) => ["part", name]));
    const address = document.querySelector("[data-parts]").dataset.parts;
    const response = await fetch(`${address}?${query}`, {
      headers: { "HX-Request": "true", "HX-Current-URL": location.href },
      cache: "no-store",
      signal: AbortSignal.timeout(20000),
    });
    const revision = Number(response.headers.get("X-Revision"));
    if (!response.ok || response.redirected || !revision) {
      throw Object.assign(new Error("The map could not be fetched."), { status: response.status });
    }
    return { html: await response.text(), revision };
  }

  function elementsOf(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const parts = [...holder.content.children].filter((each) => each.matches("template"));
    return parts.map((part) => document.adoptNode(part.content.firstElementChild)).filter(Boolean);
  }

  const revisionOf = (element) => Number(element.closest("[data-revision]")?.dataset.revision ?? 0);

  function ancestorIds(element) {
    const ids = [];
    for (let home = element.closest("[id]"); home; home = home.parentElement?.closest("[id]")) ids.push(home.id);
    return ids;
  }

  // Where the focus is, in words that also fit the element that takes the place of this one.
  function placeOfFocus() {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const home = element.closest("[id]");
    const index = home ? [...home.querySelectorAll(FOCUSABLE)].indexOf(element) : -1;
    const selection = "selectionStart" in element ? [element.selectionStart, element.selectionEnd] : null;
    return { element, ids: ancestorIds(element), href: element.getAttribute("href"), index, selection };
  }

  function focusAgain({ element, ids, href, index, selection }) {
    if (document.activeElement === element) return;
    let target = element.isConnected ? element : null;
    for (const id of target ? [] : ids) {
      const home = document.getElementById(id);
      if (!home) continue;
      const inside = [...home.querySelectorAll(FOCUSABLE)];
      const self = home.matches(FOCUSABLE) ? home : null;
      const same = href === null ? null : inside.find((each) => each.getAttribute("href") === href);
      const alike = id === ids[0] ? self ?? inside[index] : self;
      target = same ?? alike ?? inside[0];
      if (target) break;
    }
    target?.focus({ preventScroll: true });
    if (target === element && selection?.[0] != null) element.setSelectionRange(...selection);
  }

  function move(element, home, before) {
    // Where the browser can, a form moves without losing focus, selection or its own undo.
    if (home.moveBefore) home.moveBefore(element, before);
    else home.insertBefore(element, before);
  }

  function keepForms(old, fresh) {
    for (const form of old.querySelectorAll("[data-open-form]")) {
      const ids = ancestorIds(form.parentElement);
      const inside = (id) => (fresh.id === id ? fresh : fresh.querySelector(`[id="${CSS.escape(id)}"]`));
      const home = ids.map(inside).find(Boolean) ?? fresh;
      const place = form.parentElement.id === home.id ? [...form.parentElement.children].indexOf(form) : 0;
      move(form, home, home.children[place] ?? null);
    }
  }

  // The room below the map for a form, without which the page would be lower and scroll.
  function keepRoom(old, fresh) {
    const [before, now] = [old, fresh].map((each) => each.querySelector("[data-map]"));
    if (before && now) now.style.marginBottom = before.style.marginBottom;
  }

  // A whole map that was drawn before some of its cells were changed does not take those back.
  function keepNewer(old, fresh, revision) {
    for (const newer of old.querySelectorAll("[data-revision]")) {
      if (Number(newer.dataset.revision) <= revision) continue;
      fresh.querySelector(`[id="${CSS.escape(newer.id)}"]`)?.replaceWith(newer);
    }
  }

  // On a phone the page shows the outline, which map.js fetches into the view: keep it till then.
  function keepStory(old, fresh) {
    const story = old.querySelector("[data-story]");
    const home = fresh.querySelector("[data-story]");
    if (!story?.childElementCount || !home) return;
    home.append(...story.childNodes);
    fresh.classList.toggle("storied", old.classList.contains("storied"));
  }

  function replace(fresh, revision) {
    const old = document.getElementById(fresh.id);
    if (!old || revisionOf(old) > revision) return null;
    fresh.dataset.revision = revision;
    const open = old.querySelectorAll("details[open]");
    const menus = [...old.querySelectorAll("details")];
    const now = fresh.querySelectorAll("details");
    for (const each of open) now[menus.indexOf(each)]?.setAttribute("open", "");
    old.before(fresh);
    keepNewer(old, fresh, revision);
    keepForms(old, fresh);
    keepRoom(old, fresh);
    keepStory(old, fresh);
    old.remove();
    return fresh;
  }

  function apply(html, revision) {
    if (composing) return void waiting.push(() => apply(html, revision));
    if (cxPress.isHeld()) return void cxPress.whenLetGo(() => apply(html, revision));
    const focus = placeOfFocus();
    const scrolled = [...document.querySelectorAll("[data-map-scroll]")].map((home) => [home.scrollLeft, home.scrollTop]);
    const page = [window.scrollX, window.scrollY];
    const applied = elementsOf(html).map((fresh) => replace(fresh, revision)).filter(Boolean);
    document.querySelectorAll("[data-map-scroll]").forEach((home, place) => {
      if (scrolled[place]) [home.scrollLeft, home.scrollTop] = scrolled[place];
    });
    if (focus) focusAgain(focus);
    window.scrollTo({ left: page[0], top: page[1], behavior: "instant" });
    for (const element of applied) htmx.process(element);
    document.dispatchEvent(new CustomEvent("cx:applied", { detail: { elements: applied, revision } }));
  }

  // A word that is being composed, as in Japanese, would be cut off by any change around it.
  document.addEventListener("compositionstart", () => (composing = true));
  document.addEventListener("compositionend", () => {
    composing = false;
    for (const act of waiting.splice(0)) act();
  });

  return { apply, fetch: fetchParts };
})();

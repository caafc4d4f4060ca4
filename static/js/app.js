// What every page shares: menus that close, and the panel behind a number.
"use strict";

// What waits in a tab, such as half a note or an edit without a network, is for whoever wrote it.
try {
  const { user } = document.body.dataset;
  if (user && sessionStorage.getItem("user") !== user) {
    sessionStorage.clear();
    sessionStorage.setItem("user", user);
  }
} catch { /* Without storage nothing waits. */ }

const panel = () => document.querySelector("[data-panel-home]");
let cameFrom = null;

async function openPanel(link) {
  const home = panel();
  cameFrom = link;
  cameFrom.place = link.closest("[id]")?.id;
  home.setAttribute("aria-busy", "true");
  await htmx.ajax("GET", link.href, { target: home, swap: "innerHTML" });
  home.removeAttribute("aria-busy");
}

function closePanel() {
  const home = panel();
  if (!home || home.hidden) return;
  home.hidden = true;
  home.replaceChildren();
  focusBack();
}

// The map may have been drawn anew meanwhile: the same link, or another one in its place, will do.
function focusBack() {
  if (!cameFrom) return;
  const again = document.querySelector(`a[href="${CSS.escape(cameFrom.getAttribute("href"))}"]`);
  const near = document.getElementById(cameFrom.place)?.querySelector("a");
  (cameFrom.isConnected ? cameFrom : (again ?? near))?.focus();
}

// What asks every second asks again: it takes nothing away that somebody presses just now.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (cxPress.isHeld() && event.detail.requestConfig.elt.matches('[hx-trigger^="every"]')) event.detail.shouldSwap = false;
});

document.addEventListener("click", (event) => {
  // Whoever marks what they wrote may let go outside of the menu in which they began.
  const from = event.detail ? cxPress.target : event.target;
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(from)) menu.open = false;
  }
  if (event.target.closest("[data-panel-close]") && panel()) {
    event.preventDefault();
    closePanel();
    return;
  }
  const link = event.target.closest("a[data-panel]");
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  if (link && plain && panel()) {
    event.preventDefault();
    openPanel(link);
  }
});

// Whoever double-clicks a button means it once; to undo, one may go on as fast as one can.
document.addEventListener("click", (event) => {
  const button = event.detail > 1 && event.target.closest("button");
  if (!button || button.type !== "submit" || button.closest("[role=toolbar]")) return;
  if (button.form?.getAttribute("method") === "post") event.preventDefault();
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else {
    closePanel();
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const home = panel();
  if (event.detail.target !== home) return;
  home.hidden = false;
  home.scrollTop = 0;
  const head = home.querySelector("h2");
  home.setAttribute("aria-label", head?.dataset.panelName ?? "Evidence");
  head?.focus();
});

// A request that fails says so where the answer would have stood; nothing on the page is lost.
function sayFailed(event) {
  const target = event.detail.target;
  const note = document.createElement("p");
  note.className = "notice";
  note.setAttribute("role", "alert");
  note.textContent = "The server could not be reached, or refused. Nothing was changed; try again.";
  // A form in the panel may hold what somebody has just written.
  if (target === panel() && !target.querySelector("textarea")) {
    target.replaceChildren(note);
    target.hidden = false;
  } else {
    // One is enough, where a page asks every second.
    target.querySelector(":scope > .notice[role=alert]")?.remove();
    target.prepend(note);
  }
}
document.addEventListener("htmx:responseError", sayFailed);
document.addEventListener("htmx:sendError", sayFailed);

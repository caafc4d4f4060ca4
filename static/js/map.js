// The map page: fit and zoom, links that swap the view, and the story on small screens.
"use strict";

const ZOOMS = [50, 60, 70, 80, 90, 100, 125, 150];
const narrow = window.matchMedia("(max-width: 700px)");

function zoomTo(zoom) {
  const map = document.querySelector("[data-map]");
  if (!map) return;
  map.className = `map zoom-${zoom}`;
  document.querySelector("[data-zoom-text]").textContent = `${zoom} %`;
  for (const link of document.querySelectorAll("[data-zoom]")) {
    link.toggleAttribute("aria-current", Number(link.dataset.zoom) === zoom);
  }
  const address = new URL(location.href);
  address.searchParams.delete("zoom");
  if (zoom !== 100) address.searchParams.set("zoom", zoom);
  history.replaceState(history.state, "", address);
  for (const link of document.querySelectorAll("a[data-swap]")) {
    const there = new URL(link.href);
    there.searchParams.delete("zoom");
    if (zoom !== 100) there.searchParams.set("zoom", zoom);
    link.href = there;
  }
  for (const hidden of document.querySelectorAll("[data-filters] input[name=zoom]")) hidden.remove();
  if (zoom !== 100) {
    const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "zoom", value: zoom });
    document.querySelector("[data-filters]").append(hidden);
  }
}

function fit() {
  const home = document.querySelector("[data-map-scroll]");
  const map = document.querySelector("[data-map]");
  map.className = "map zoom-100";
  const room = home.clientWidth / map.scrollWidth;
  zoomTo(ZOOMS.filter((zoom) => zoom <= 100 * room).pop() ?? ZOOMS[0]);
}

function swapView(address) {
  return htmx.ajax("GET", address, { target: "#view", swap: "outerHTML" });
}

async function tellStory({ again = false } = {}) {
  const home = document.querySelector("[data-story]");
  if (!home || !narrow.matches || (home.childElementCount && !again)) return;
  await htmx.ajax("GET", home.dataset.story, { target: home, swap: "innerHTML", select: "[data-story-body]" });
  if (home.querySelector("[data-story-body]")) home.closest("[data-view]").classList.add("storied");
}

function prepare() {
  for (const button of document.querySelectorAll("[data-fit]")) button.hidden = false;
  tellStory();
}

document.addEventListener("click", (event) => {
  const zoom = event.target.closest("[data-zoom]");
  const swap = event.target.closest("a[data-swap]");
  if (zoom) {
    event.preventDefault();
    zoomTo(Number(zoom.dataset.zoom));
    zoom.closest("[data-menu]").open = false;
  } else if (swap) {
    event.preventDefault();
    swapView(swap.href);
  } else if (event.target.closest("[data-fit]")) {
    fit();
  }
});

document.addEventListener("htmx:afterSettle", prepare);
document.addEventListener("cx:applied", () => {
  prepare();
  tellStory({ again: true });
});
// A link to a place in the page is heard of, too.
window.addEventListener("popstate", (event) => event.state?.htmx && location.reload());
narrow.addEventListener("change", () => tellStory());
prepare();

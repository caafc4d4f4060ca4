// Presenting: all slides are in the page, and keys, buttons and swipes turn them.
"use strict";

const slides = [...document.querySelectorAll("[data-slide]")];
const progress = document.querySelector("[data-progress]");
const leave = document.querySelector("[data-leave]");
const fullButton = document.querySelector("[data-full]");
let current = Number(document.body.dataset.number);

function addressOf(number) {
  const address = new URL(location.href);
  address.searchParams.set("stage", number);
  return address;
}

function show(number, { remember = true } = {}) {
  number = Math.max(1, Math.min(slides.length, number));
  if (number === current) return;
  current = number;
  for (const slide of slides) slide.hidden = Number(slide.dataset.slide) !== current;
  for (const link of document.querySelectorAll("[data-turn]")) {
    const there = current + Number(link.dataset.turn);
    if (there < 1 || there > slides.length) {
      link.removeAttribute("href");
      link.setAttribute("aria-disabled", "true");
      link.setAttribute("role", "link");
    } else {
      link.href = addressOf(there);
      link.removeAttribute("aria-disabled");
      link.removeAttribute("role");
    }
  }
  progress.textContent = `${current} of ${slides.length}`;
  if (remember) history.replaceState(history.state, "", addressOf(current));
  scrollTo(0, 0);
  document.getElementById(`slide-${current}`).focus({ preventScroll: true });
}

const KEYS = {
  ArrowRight: () => current + 1,
  PageDown: () => current + 1,
  ArrowLeft: () => current - 1,
  PageUp: () => current - 1,
  Home: () => 1,
  End: () => slides.length,
};

function toggleFull() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === " ") {
    // On a button, the space bar presses it.
    if (event.target.closest("button")) return;
    event.preventDefault();
    show(current + (event.shiftKey ? -1 : 1));
  } else if (event.key in KEYS) {
    event.preventDefault();
    show(KEYS[event.key]());
  } else if (event.key === "Escape" && !document.fullscreenElement) {
    location.assign(leave.href);
  } else if (event.key.toLowerCase() === "f" && !fullButton.hidden) {
    toggleFull();
  }
});

document.addEventListener("click", (event) => {
  const turn = event.target.closest("[data-turn]");
  if (turn && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    show(current + Number(turn.dataset.turn));
  } else if (event.target.closest("[data-full]")) {
    toggleFull();
  }
});

let began = null;
document.addEventListener("touchstart", (event) => {
  began = event.touches.length === 1 ? event.touches[0] : null;
}, { passive: true });
document.addEventListener("touchend", (event) => {
  if (!began) return;
  const across = event.changedTouches[0].clientX - began.clientX;
  const down = event.changedTouches[0].clientY - began.clientY;
  began = null;
  if (Math.abs(across) > 60 && Math.abs(across) > 2 * Math.abs(down)) show(current + (across < 0 ? 1 : -1));
}, { passive: true });

if (document.fullscreenEnabled) fullButton.hidden = false;
document.addEventListener("fullscreenchange", () => {
  fullButton.textContent = document.fullscreenElement ? "Leave full screen" : "Full screen";
});

// The live map: hears of what others change, fetches those parts, and shows who is where.
"use strict";

(() => {
  const home = document.querySelector("[data-live]");
  if (!home) return;
  const GATHER = 30; // milliseconds in which further messages join the same fetch
  const RETRY = 2000;
  const SIGN_EVERY = 20000;
  const SIGN_PAUSE = 2000;
  const LONGEST_PAUSE = 30000;

  let revision = Number(home.dataset.revision);
  let source = null;
  let stream = "";
  let pause = 1000;

  // ---- what changed

  const wanted = new Set();
  let fetching = false;
  let gathering = 0;

  // Only those who may change the map have an editor.
  const editor = () => (typeof cxEdit === "undefined" ? null : cxEdit);
  const isOwn = (number) => editor()?.ownRevisions?.has(number) ?? false;

  // The answer to an edit of this page may come after the doorbell that it rang.
  const isSaving = () => (editor()?.pending ?? 0) > 0;
  const heard = [];

  function hear({ first, revision: newest, targets }) {
    heard.push({ first, newest, targets });
    gather(GATHER);
  }

  function gather(milliseconds) {
    clearTimeout(gathering);
    gathering = setTimeout(sort, milliseconds);
  }

  function sort() {
    if (isSaving()) {
      gather(GATHER);
      return;
    }
    for (const { first, newest, targets } of heard.splice(0)) {
      if (first > revision + 1) wanted.add("map");
      const numbers = Array.from({ length: Math.min(newest - first, 100) + 1 }, (_, place) => first + place);
      if (!numbers.every(isOwn)) targets.forEach((target) => wanted.add(target));
      revision = Math.max(revision, newest);
    }
    fetchWanted();
  }

  async function fetchWanted() {
    if (fetching || !wanted.size) return;
    fetching = true;
    const names = wanted.has("map") ? ["map"] : [...wanted];
    const waiting = [...wanted];
    wanted.clear();
    const found = await window.cxParts.fetch(names).catch(() => null);
    if (found) {
      (editor()?.apply ?? window.cxParts.apply)(found.html, found.revision);
      if (names[0] === "map") revision = Math.max(revision, found.revision);
    } else {
      waiting.forEach((name) => wanted.add(name));
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
    fetching = false;
    fetchWanted();
  }

  // ---- the event stream

  const notice = home.querySelector("[data-live-notice]");
  let silence = 0;

  function say(text) {
    if (notice.textContent !== text) notice.textContent = text;
    notice.hidden = !text;
  }

  // A server that restarts is back before anybody needs to know.
  function sayOffline(text = "Not connected; changes of others will show when it is back.") {
    silence = silence || setTimeout(() => say(text), 3000);
  }

  function connect() {
    source?.close();
    source = new EventSource(home.dataset.live);
    source.addEventListener("revision", (event) => {
      const now = JSON.parse(event.data);
      stream = now.stream;
      pause = 1000;
      clearTimeout(silence);
      silence = 0;
      say("");
      if (now.revision > revision) hear({ first: revision + 1, revision: now.revision, targets: ["map"] });
      giveSign();
    });
    source.addEventListener("changed", (event) => hear(JSON.parse(event.data)));
    source.addEventListener("here", (event) => showPeople(JSON.parse(event.data)));
    source.addEventListener("error", lost);
  }

  function lost() {
    stream = "";
    showPeople({ people: [], more: 0 });
    sayOffline();
    // The browser comes back by itself, but not after an answer that is no event stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(comeBack, pause);
  }

  async function comeBack() {
    pause = Math.min(2 * pause, LONGEST_PAUSE);
    try {
      await window.cxParts.fetch([]);
      connect();
    } catch (error) {
      if (error.status === 404 || error.status === 403) say("You cannot see this map any more.");
      else if (error.status === 200) say("You are signed out. Sign in again to see changes of others.");
      else setTimeout(comeBack, pause);
    }
  }

  // ---- where this person is

  const PLACE = "[id^=card-], [id^=cell-], [id^=step-], [id^=stage-], [id^=lane-], [id^=touchpoint-]";
  let place = "";
  let lastSign = 0;
  let nextSign = 0;

  function placeNow() {
    if (!("mayEdit" in home.dataset)) return "";
    return document.activeElement?.closest("[data-map]") ? document.activeElement.closest(PLACE)?.id ?? "" : "";
  }

  function giveSign() {
    clearTimeout(nextSign);
    nextSign = setTimeout(giveSign, SIGN_EVERY);
    if (!stream || document.hidden) return;
    lastSign = Date.now();
    place = placeNow();
    const body = new URLSearchParams({ stream, place });
    const headers = { "X-CSRFToken": document.body.dataset.csrf };
    fetch(`${home.dataset.live}here/`, { method: "POST", body, headers }).catch(() => {});
  }

  function moved() {
    if (placeNow() === place) return;
    clearTimeout(nextSign);
    nextSign = setTimeout(giveSign, Math.max(250, SIGN_PAUSE - (Date.now() - lastSign)));
  }

  // ---- where the others are

  const list = home.querySelector("[data-live-people]");
  const MOST_CHIPS = 6;
  let people = [];

  const hue = (id) => `here-${id % 8}`;

  function showPeople(now) {
    people = now.people.filter((person) => String(person.id) !== home.dataset.person);
    list.replaceChildren(...people.slice(0, MOST_CHIPS).map(chip));
    const rest = people.length + now.more - list.childElementCount;
    if (rest > 0) {
      const item = document.createElement("li");
      item.className = "here-more";
      item.textContent = `+${rest}`;
      item.append(Object.assign(document.createElement("span"), { className: "sr", textContent: " more people" }));
      list.append(item);
    }
    list.hidden = !list.childElementCount;
    markPlaces();
  }

  function chip(person) {
    const item = document.createElement("li");
    item.className = `here-chip ${hue(person.id)}`;
    item.title = person.name;
    const at = person.place && document.getElementById(person.place)?.textContent.trim().slice(0, 60);
    const initials = Object.assign(document.createElement("span"), { textContent: person.initials });
    initials.setAttribute("aria-hidden", "true");
    item.append(initials, Object.assign(document.createElement("span"), { className: "sr", textContent: at ? `${person.name}, at ${at}` : person.name }));
    return item;
  }

  function markPlaces() {
    for (const marked of document.querySelectorAll("[data-here]")) {
      marked.removeAttribute("data-here");
      marked.classList.remove("here", ...[...marked.classList].filter((name) => name.startsWith("here-")));
    }
    for (const person of people) {
      const element = person.place && document.getElementById(person.place);
      if (!element) continue;
      element.dataset.here = element.dataset.here ? `${element.dataset.here} ${person.initials}` : person.initials;
      element.classList.add("here", hue(person.id));
    }
  }

  document.addEventListener("focusin", moved);
  document.addEventListener("focusout", () => setTimeout(moved));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) giveSign(); });
  document.addEventListener("cx:applied", markPlaces);
  document.addEventListener("htmx:afterSettle", markPlaces);
  window.addEventListener("offline", () => sayOffline());
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
  connect();
})();

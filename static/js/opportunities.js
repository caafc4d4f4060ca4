// Opportunities: filters that apply themselves, a board whose cards move, a matrix whose bubbles do.
// All of it has its way by forms, too; here it is by mouse, finger and arrow keys.
"use strict";

(() => {
  const SAID = "Nothing was changed. ";
  const LONG_PRESS = 300; // ms until a finger holds a card; before that, it scrolls

  // A link to a place in the page is heard of, too.
  window.addEventListener("popstate", (event) => event.state?.htmx && location.reload());

  // Send a change, then draw that part of the page anew; return whether it was made.
  async function send(url, fields, part, say) {
    let problem = "";
    try {
      const headers = { "X-Moved-By-Script": "yes", "X-CSRFToken": document.body.dataset.csrf };
      const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields) });
      if (!answer.ok) problem = answer.status === 422 ? await answer.text() : "The server refused it; try again.";
    } catch {
      problem = "The server could not be reached; try again.";
    }
    await htmx.ajax("GET", location.href, { target: part, select: part, swap: "outerHTML" });
    if (problem) say(SAID + problem, true);
    return !problem;
  }

  // The click that ends a drag would open what was dragged, also after it was put back.
  function swallowClick() {
    const stop = (event) => event.preventDefault();
    document.addEventListener("click", stop, { capture: true });
    setTimeout(() => document.removeEventListener("click", stop, { capture: true }), 50);
  }

  function speaker(selector) {
    return (text, alarming = false) => {
      const place = document.querySelector(selector);
      place.textContent = text;
      place.className = alarming ? "found notice" : "sr";
    };
  }

  // ---------------------------------------------------------------- the board

  const board = () => document.querySelector("[data-board]");
  const sayBoard = speaker("[data-board-said]");
  let held = null; // {card, x, y, id, from, ghost, over, timer}

  async function move(card, column) {
    const state = column.dataset.column;
    const name = card.querySelector(".board-title").textContent;
    const label = column.querySelector(".opp-state").textContent;
    if (card.closest("[data-column]") === column) return;
    const id = card.id;
    column.querySelector("ul").prepend(card);
    if (await send(card.querySelector("[data-move]").action, { state }, "#board", sayBoard)) {
      sayBoard(`${name}: moved to ${label}.`);
    }
    document.getElementById(id)?.querySelector(".board-title").focus();
  }

  function dropHeld() {
    if (!held) return;
    clearTimeout(held.timer);
    held.ghost?.remove();
    held.card.classList.remove("held");
    held.over?.classList.remove("over");
    document.documentElement.classList.remove("dragging-card");
    held = null;
  }

  function lift() {
    const box = held.card.getBoundingClientRect();
    held.from = [held.x - box.left, held.y - box.top];
    held.ghost = held.card.cloneNode(true);
    held.ghost.removeAttribute("id");
    held.ghost.inert = true;
    held.ghost.classList.add("board-ghost");
    held.ghost.style.width = `${box.width}px`;
    document.body.append(held.ghost);
    held.card.classList.add("held");
    document.documentElement.classList.add("dragging-card");
    getSelection().removeAllRanges();
    carry();
  }

  function carry() {
    held.ghost.style.left = `${held.x - held.from[0]}px`;
    held.ghost.style.top = `${held.y - held.from[1]}px`;
    const over = document.elementFromPoint(held.x, held.y)?.closest("[data-column]") ?? null;
    if (over !== held.over) {
      held.over?.classList.remove("over");
      over?.classList.add("over");
      held.over = over;
    }
    const home = board().getBoundingClientRect();
    if (held.x > home.right - 40) board().scrollLeft += 12;
    if (held.x < home.left + 40) board().scrollLeft -= 12;
  }

  document.addEventListener("pointerdown", (event) => {
    const card = event.target.closest?.("[data-board] [data-card]");
    if (!card || event.button || !event.isPrimary || event.target.closest("details, form")) return;
    held = { card, x: event.clientX, y: event.clientY, id: event.pointerId };
    if (event.pointerType !== "mouse") held.timer = setTimeout(lift, LONG_PRESS);
  });
  document.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    const far = Math.hypot(event.clientX - held.x, event.clientY - held.y);
    if (!held.ghost && held.timer && far > 10) return dropHeld();
    if (!held.ghost && (held.timer || far < 5)) return;
    [held.x, held.y] = [event.clientX, event.clientY];
    if (held.ghost) carry();
    else lift();
  });
  document.addEventListener("pointerup", (event) => {
    if (!held || event.pointerId !== held.id) return;
    const { card, over, ghost } = held;
    dropHeld();
    if (!ghost) return;
    swallowClick();
    if (over) move(card, over);
  });
  document.addEventListener("pointercancel", () => {
    dropHeld();
    document.removeEventListener("pointerup", swallowClick);
  });
  document.addEventListener("touchmove", (event) => held?.ghost && event.preventDefault(), { passive: false });
  document.addEventListener("contextmenu", (event) => held?.timer && event.preventDefault());

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (held?.ghost || pulled?.moved)) {
      putBack();
      dropHeld();
      document.addEventListener("pointerup", swallowClick, { once: true });
    }
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const card = event.target.closest?.("[data-board] [data-card]");
    if (!card || !step || !event.altKey) return;
    event.preventDefault();
    const columns = [...document.querySelectorAll("[data-column]")];
    const next = columns[columns.indexOf(card.closest("[data-column]")) + step];
    if (next) move(card, next);
  });

  // ---------------------------------------------------------------- the matrix

  const sayMatrix = speaker("[data-matrix-said]");
  const within = (value) => Math.min(Math.max(value, 1), 5);
  let pulled = null; // {bubble, id, x, y, moved, from}

  const picture = () => document.querySelector("[data-matrix]");

  // Where a point of the screen lies in the picture's own units.
  function at(event) {
    const svg = picture();
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  }

  function show(bubble, x, y) {
    for (const each of bubble.children) {
      each.setAttribute(each.localName === "circle" ? "cx" : "x", x);
      each.setAttribute(each.localName === "circle" ? "cy" : "y", y);
    }
  }

  function putBack() {
    if (!pulled) return;
    pulled.bubble.classList.remove("held");
    show(pulled.bubble, ...pulled.from);
    pulled = null;
  }

  async function put(bubble, impact, effort) {
    const { name, bubble: url } = bubble.dataset;
    const id = bubble.id;
    const same = impact === Number(bubble.dataset.impact) && effort === Number(bubble.dataset.effort);
    Object.assign(bubble.dataset, { impact, effort });
    const made = same || (await send(url, { impact, effort }, "#matrix", sayMatrix));
    if (same) await htmx.ajax("GET", location.href, { target: "#matrix", select: "#matrix", swap: "outerHTML" });
    document.getElementById(id)?.focus();
    if (made) sayMatrix(`${name}: impact ${impact} of 5, effort ${effort} of 5.`);
  }

  document.addEventListener("pointerdown", (event) => {
    const bubble = event.target.closest?.("[data-matrix] [data-bubble]");
    if (!bubble || event.button || !event.isPrimary) return;
    event.preventDefault();
    bubble.focus();
    bubble.setPointerCapture(event.pointerId);
    const circle = bubble.querySelector("circle");
    const from = [circle.getAttribute("cx"), circle.getAttribute("cy")];
    pulled = { bubble, id: event.pointerId, x: event.clientX, y: event.clientY, moved: false, from };
  });
  document.addEventListener("pointermove", (event) => {
    if (!pulled || event.pointerId !== pulled.id) return;
    if (Math.hypot(event.clientX - pulled.x, event.clientY - pulled.y) > 4) pulled.moved = true;
    if (!pulled.moved) return;
    pulled.bubble.classList.add("held");
    pulled.bubble.parentNode.append(pulled.bubble);
    const { x, y } = at(event);
    show(pulled.bubble, x, y);
  });
  document.addEventListener("pointerup", (event) => {
    if (!pulled || event.pointerId !== pulled.id) return;
    const { bubble, moved } = pulled;
    pulled = null;
    bubble.classList.remove("held");
    if (!moved) return;
    const cell = Number(picture().dataset.matrix);
    const { x, y } = at(event);
    swallowClick();
    put(bubble, within(5 - Math.floor(y / cell)), within(1 + Math.floor(x / cell)));
  });

  document.addEventListener("pointercancel", (event) => pulled?.id === event.pointerId && putBack());

  document.addEventListener("keydown", (event) => {
    const bubble = event.target.closest?.("[data-matrix] [data-bubble]");
    const [up, right] = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [];
    if (!bubble || up === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const impact = within(Number(bubble.dataset.impact) + up);
    const effort = within(Number(bubble.dataset.effort) + right);
    if (impact === Number(bubble.dataset.impact) && effort === Number(bubble.dataset.effort)) {
      sayMatrix("That is the edge.");
    } else {
      put(bubble, impact, effort);
    }
  });

  // The line of the list and its bubble light up together.
  document.addEventListener("mouseover", (event) => {
    const pk = event.target.closest?.(".matrix-list li")?.id.replace("opportunity-", "");
    for (const bubble of document.querySelectorAll(".bubble")) bubble.classList.toggle("lit", bubble.id === `bubble-${pk}`);
  });
})();

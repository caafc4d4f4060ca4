// Dragging on the map by mouse, pen and finger: what can be dragged, and where to, is in places.js.
// All that it does has its way by keyboard and by forms, too. It writes through cxEdit alone, which
// also says why something was refused.
"use strict";

(() => {
  const { kinds, room, frame, table, named } = cxPlaces;
  const LONG_PRESS = 350; // ms until a finger holds something; before that, it scrolls
  const EDGE = 56; // px from the edge within which the map scrolls by itself
  const FASTEST = 1.4; // px per ms, at the edge
  const FORMS = "form, input, textarea, select, button, summary, [data-open-form]";
  const root = document.documentElement;

  const make = (name, more) => Object.assign(document.createElement("div"), { className: name, ...more });
  // Over the whole page while something is dragged, so that nothing below answers to the pointer.
  const layer = make("drag-layer");
  const face = make("");
  const ghost = make("ghost", { inert: true });
  ghost.append(face);
  const bar = make("drop-line");
  const rope = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  rope.setAttribute("class", "rope");
  rope.append(document.createElementNS(rope.namespaceURI, "path"));

  // What is held down: {kind, held, id, x, y, finger}; with `from` once it is dragged.
  let press = null;
  let swallow = false;

  function pressed(event) {
    swallow = false;
    if (press) abandon();
    if (event.button || !event.isPrimary || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = event.target;
    if (!target.closest?.("[data-map][data-edit]") || target.closest(FORMS)) return;
    const kind = kinds.find(({ grab }) => target.closest(grab));
    if (!kind) return;
    const { clientX: x, clientY: y, pointerId: id } = event;
    const finger = event.pointerType !== "mouse" && !kind.rope;
    press = { kind, held: target.closest(kind.grab), id, x, y, finger };
    if (finger) press.timer = setTimeout(start, LONG_PRESS);
  }

  function moved(event) {
    if (press?.id !== event.pointerId) return;
    const { clientX, clientY } = event;
    const far = Math.hypot(clientX - press.x, clientY - press.y);
    if (!press.from && press.finger) {
      if (far > 10) abandon();
      return;
    }
    if (!press.from && far <= 4) return;
    if (!press.from) start();
    [press.x, press.y] = [clientX, clientY];
  }

  function start() {
    const { kind, held, x, y, id } = press;
    const { left, top } = held.getBoundingClientRect();
    press.from = kind.copy ? [x - left, y - top] : (kind.at ?? [14, 12]);
    press.time = performance.now();
    swallow = true;
    getSelection().removeAllRanges();
    dress(kind, held);
    held.classList.add("held");
    root.classList.add("dragging");
    bar.hidden = true;
    layer.replaceChildren(kind.rope ? rope : ghost, bar);
    document.body.append(layer);
    layer.setPointerCapture(id);
    // It would lie over the places to drop something.
    cxEdit.closeForm({ save: true });
    say(`Picked up ${kind.noun} ${nameOf(press)}`);
    follow(press.time);
  }

  const nameOf = ({ kind, held }) => (kind.cancel ? "" : named(kind.rope ? held.closest(".tp-home") : held));

  function dress(kind, held) {
    ghost.className = `ghost ${kind.copy ? held.closest("tr").className : ""}`;
    face.removeAttribute("style");
    if (!kind.copy) {
      face.textContent = nameOf({ kind, held });
      return;
    }
    const copy = held.cloneNode(true);
    for (const each of [copy, ...copy.querySelectorAll("[id]")]) each.removeAttribute("id");
    face.replaceChildren(copy);
    face.style.width = `${held.offsetWidth}px`;
    face.style.zoom = held.getBoundingClientRect().width / held.offsetWidth;
  }

  function follow(now) {
    if (!press?.from) return;
    scrollAtEdges(now - press.time);
    press.time = now;
    look();
    if (press) press.next = requestAnimationFrame(follow);
  }

  // Find the place below the pointer, and show it.
  function look() {
    if (!press.held.isConnected) {
      // Somebody else's edit drew it anew.
      press.held = document.getElementById(press.held.id) ?? press.held;
      press.held.classList.add("held");
    }
    if (!press.held.isConnected || !table()) return abandon();
    const { kind, held, x, y, from, target } = press;
    const { left, right, top, bottom } = frame().getBoundingClientRect();
    const inside = x >= left && x <= right && y >= top && y <= bottom;
    const found = inside || kind.rope ? kind.find(held, x, y) : null;
    if (target?.over !== found?.over) target?.over?.classList.remove("drop-here");
    if (found?.words && found.words !== target?.words) sayLater(`Over ${found.words}`);
    press.target = found;
    show(found, x - from[0], y - from[1]);
  }

  function show(found, x, y) {
    ghost.style.transform = `translate(${x}px, ${y}px)`;
    if (found?.label) face.textContent = found.label;
    if (found?.path) rope.firstChild.setAttribute("d", found.path);
    found?.over?.classList.add("drop-here");
    bar.hidden = !found?.line;
    if (!found?.line) return;
    const { top, bottom } = room();
    const [left, at, width, height] = found.line;
    const down = height ? at : Math.min(Math.max(at, top), bottom);
    bar.style.transform = `translate(${left - 1.5}px, ${down - 1.5}px)`;
    bar.style.width = `${width + 3}px`;
    bar.style.height = `${height + 3}px`;
  }

  // The nearer to the edge, the faster; where the map is at its end, the page goes on.
  function scrollAtEdges(passed) {
    const { kind, x, y } = press;
    const { top, left, right, bottom } = room();
    const by = (at, low, high) => {
      const deep = Math.max(at - high + EDGE, 0) - Math.max(low + EDGE - at, 0);
      return Math.sign(deep) * Math.min(Math.abs(deep) / EDGE, 1) ** 2 * FASTEST * Math.min(passed, 50);
    };
    const down = kind.y ? by(y, top, bottom) : 0;
    const before = frame().scrollTop;
    frame().scrollBy(kind.x ? by(x, left, right) : 0, down);
    if (frame().scrollTop === before && Math.abs(down) >= 1) scrollBy(0, down);
  }

  function released(event) {
    if (press?.id !== event.pointerId) return;
    [press.x, press.y] = [event.clientX, event.clientY];
    if (press.from) look();
    const target = press?.from && press.target;
    if (!target?.url && !target?.drop) return press && abandon();
    const { held } = press;
    letGo();
    if (target.words) say(`Dropped: ${target.words}`);
    if (target.drop) target.drop();
    else commit(held, target);
  }

  function abandon() {
    const { kind, held, from } = press;
    letGo();
    if (!from) return;
    kind.cancel?.(held);
    say("Put back");
  }

  function letGo() {
    const { held, target, timer, next, saying } = press;
    clearTimeout(timer);
    clearTimeout(saying);
    cancelAnimationFrame(next);
    layer.remove();
    held.classList.remove("held");
    target?.over?.classList.remove("drop-here");
    root.classList.remove("dragging");
    press = null;
  }

  // Show it where it goes, ask the server, and put it back where that is refused.
  async function commit(held, { url, data, apply, focus = held.id }) {
    const back = apply();
    held.setAttribute("aria-busy", "true");
    const made = await cxEdit.send(url, data, { focus });
    held.removeAttribute("aria-busy");
    if (!made) back();
  }

  function say(words) {
    if (!document.getElementById("say")) document.body.append(make("sr", { id: "say", role: "status" }));
    document.getElementById("say").textContent = words;
  }

  // Only where somebody rests is said.
  function sayLater(words) {
    clearTimeout(press.saying);
    press.saying = setTimeout(say, 600, words);
  }

  // Alt and an arrow move the line of the blueprint whose name has the focus.
  function keyed(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const line = event.target.closest?.("[data-edit] .line[id]");
    const moves = step && event.altKey && line;
    if (!moves && !(event.key === "Escape" && press?.from)) return;
    event.stopPropagation();
    event.preventDefault();
    if (!moves) return abandon();
    const target = cxPlaces.beyond(line, step);
    if (target) commit(line, target);
  }

  // By the keys of a slider: sent when somebody rests.
  const waiting = new Map();
  function felt(event) {
    const input = event.target;
    if (!input.matches?.("[data-edit] .feel")) return;
    const target = cxPlaces.felt(input);
    clearTimeout(waiting.get(input.id));
    waiting.set(input.id, setTimeout(() => commit(input, target), 400));
  }

  root.classList.add("drags");
  document.addEventListener("pointerdown", pressed, true);
  document.addEventListener("pointermove", moved);
  layer.addEventListener("wheel", (event) => frame().scrollBy(event.deltaX, event.deltaY), { passive: true });
  document.addEventListener("pointerup", released);
  document.addEventListener("pointercancel", (event) => press?.id === event.pointerId && abandon());
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("input", felt);
  for (const name of ["dragstart", "selectstart"]) {
    document.addEventListener(name, (event) => press && event.preventDefault());
  }
  document.addEventListener("contextmenu", (event) => press?.finger && event.preventDefault());
  // A finger that drags does not scroll; before the long press it does.
  document.addEventListener("touchmove", (event) => press?.from && event.preventDefault(), { passive: false });
  // What follows a drag is no click; that of a key has no detail.
  document.addEventListener("click", (event) => {
    if (!swallow || !event.detail) return;
    swallow = false;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
})();

// Dragging on the map by mouse, pen and touch: cards, touchpoints, steps, stages, lanes, the lines
// of the blueprint, handoffs and the assessed feeling. All that it does has its way by keyboard and
// by forms, too. It writes through cxEdit alone, which also says why something was refused.
"use strict";

(() => {
  const LONG_PRESS = 350; // ms until a finger holds something; before that, it scrolls
  const EDGE = 56; // px from the edge within which the map scrolls by itself
  const FASTEST = 1.4; // px per ms, at the edge
  const FORMS = "form, input, textarea, select, button, summary";

  const byId = (id) => document.getElementById(id);
  const idOf = (element) => element.id.split("-").pop();
  const box = (element) => element.getBoundingClientRect();
  const under = (x, y) => document.elementFromPoint(x, y);
  const named = (element) => (element.querySelector("h2, b, .edit") ?? element).textContent.trim();
  const table = () => document.querySelector("[data-map][data-edit]");
  const rows = () => [...table().tBodies[0].rows].filter((row) => row.cells[0].id);
  const heads = (row) => [...table().tHead.rows[row].cells].slice(1);
  const middle = (element, side, size) => box(element)[side] + box(element)[size] / 2;
  const follower = (list, element) => list[list.indexOf(element) + 1];
  const divider = (row) => (row.nextElementSibling?.matches(".divider") ? row.nextElementSibling : null);
  const urlOf = (element) => `${table().dataset.edit}${element.id.replace("-", "s/")}/`;

  // What of the map can be seen, without the heads that stay where they are.
  function room() {
    const home = box(document.querySelector("[data-map-scroll]"));
    const head = box(table().tHead);
    return {
      top: Math.max(head.bottom, 0),
      left: box(table().tHead.rows[0].cells[0]).right,
      right: Math.min(home.right, innerWidth),
      bottom: Math.min(home.bottom, innerHeight, box(table()).bottom),
      above: Math.max(head.top, 0),
    };
  }

  // Where something would go. Each finder returns null, or: `over`, the element that lights up;
  // `line`, where it goes in, as [x, y, width, height]; `words` for it; `url` and `data` to send;
  // and `apply`, which moves it at once and returns the way back.

  function inCell(item, open) {
    return (held, x, y) => {
      const cell = under(x, y)?.closest("td[id^=cell-]");
      if (!cell || !open(cell.parentNode)) return null;
      const all = [...cell.querySelectorAll(`:scope > ${item}`)];
      const others = all.filter((each) => each !== held);
      const next = others.find((each) => y < middle(each, "top", "height"));
      if (all.includes(held) && follower(all, held) === next) return { over: cell };
      const [, lane, step] = cell.id.split("-");
      const last = others.at(-1);
      const at = next ? box(next).top - 4 : last ? box(last).bottom + 3 : box(cell).top + 6;
      const { left, width } = box(cell);
      return {
        over: cell,
        line: [left + 5, at, width - 10, 0],
        words: `${named(byId(`lane-${lane}`))}, ${named(byId(`step-${step}`))}`,
        url: `${urlOf(held)}move/`,
        data: { lane, step, before: next && idOf(next) },
        apply: () => shift(held, cell, next ?? cell.querySelector(":scope > .add")),
      };
    };
  }

  function shift(element, parent, before) {
    const [home, next] = [element.parentNode, element.nextSibling];
    parent.insertBefore(element, before ?? null);
    return () => home.isConnected && home.insertBefore(element, next?.parentNode === home ? next : null);
  }

  // The stages with their columns; one without steps has an empty column.
  function plan() {
    const columns = heads(1);
    return heads(0).map((stage) => ({ stage, steps: columns.splice(0, stage.colSpan) }));
  }

  // Bring all columns into an order: the heads first, then the cells of each lane.
  function arrange(order) {
    for (const { stage, steps } of order) {
      stage.parentNode.append(stage);
      stage.colSpan = steps.length;
    }
    const columns = order.flatMap(({ steps }) => steps);
    table().tHead.rows[1].append(...columns);
    for (const row of rows()) {
      const cells = columns.map((step) => byId(`cell-${idOf(row.cells[0])}-${idOf(step)}`));
      row.append(...cells.filter(Boolean));
    }
  }

  function rearrange(order) {
    const before = plan();
    // A stage without steps is drawn by the server.
    const whole = [...before, ...order].every(({ steps }) => steps.length && steps[0].id);
    if (!whole) return () => {};
    arrange(order);
    return () => before[0].stage.isConnected && arrange(before);
  }

  function acrossColumns(columns, held, x) {
    const { left, above, bottom } = room();
    const across = Math.max(x, left + 1);
    const at = columns.find((each) => across < box(each).right) ?? columns.at(-1);
    const after = across > middle(at, "left", "width");
    const edge = Math.max(box(at)[after ? "right" : "left"], left);
    return { at, after, line: [edge, above, 0, bottom - above] };
  }

  function amongSteps(held, x) {
    const order = plan();
    const { at, after, line } = acrossColumns(heads(1), held, x);
    const group = order.find(({ steps }) => steps.includes(at));
    const steps = group.steps.filter((each) => each.id);
    const next = after || !at.id ? follower(steps, at) : at;
    if (at === held || next === held) return { over: group.stage };
    if (steps.includes(held) && follower(steps, held) === next) return { over: group.stage };
    for (const each of order) each.steps = each.steps.filter((step) => step !== held);
    group.steps.splice(next ? group.steps.indexOf(next) : group.steps.length, 0, held);
    return {
      over: group.stage,
      line,
      words: next ? `${named(group.stage)}, before ${named(next)}` : `the end of ${named(group.stage)}`,
      url: `${urlOf(held)}move/`,
      data: { stage: idOf(group.stage), before: next && idOf(next) },
      apply: () => rearrange(order),
    };
  }

  function amongStages(held, x) {
    const stages = heads(0);
    const { at, after, line } = acrossColumns(stages, held, x);
    const next = after ? follower(stages, at) : at;
    if (at === held || next === held || follower(stages, held) === next) return {};
    const order = plan();
    const [moved] = order.splice(stages.indexOf(held), 1);
    order.splice(next ? order.findIndex(({ stage }) => stage === next) : order.length, 0, moved);
    return {
      line,
      words: next ? `before ${named(next)}` : "the end",
      url: `${urlOf(held)}move/`,
      data: { before: next && idOf(next) },
      apply: () => rearrange(order),
    };
  }

  function acrossRows(y) {
    const { top } = room();
    const lanes = rows();
    const down = Math.max(y, top + 1);
    const at = lanes.find((row) => down < box(divider(row) ?? row).bottom) ?? lanes.at(-1);
    return { lanes, at, after: down > middle(at, "top", "height") };
  }

  function lineBelow(y) {
    const { left, right } = box(document.querySelector("[data-map-scroll]"));
    return [left, y, right - left, 0];
  }

  function amongLanes(head, x, y) {
    const held = head.parentNode;
    const { lanes, at, after } = acrossRows(y);
    const next = after ? follower(lanes, at) : at;
    if (at === held || next === held || follower(lanes, held) === next) return {};
    return {
      line: lineBelow(after ? box(divider(at) ?? at).bottom : box(at).top),
      words: next ? `above ${named(next.cells[0])}` : "the bottom",
      url: `${urlOf(head)}move/`,
      data: { before: next && idOf(next.cells[0]) },
      apply() {
        const line = divider(held);
        const before = next ?? (divider(lanes.at(-1)) ?? lanes.at(-1)).nextSibling;
        const back = shift(held, held.parentNode, before);
        const lineBack = line && shift(line, held.parentNode, held.nextSibling);
        return () => {
          lineBack?.();
          back();
        };
      },
    };
  }

  function belowLane(held, lane) {
    const row = held.closest("tr");
    if (!lane || divider(lane)) return {};
    return {
      line: lineBelow(box(lane).bottom),
      words: `below ${named(lane.cells[0])}`,
      url: `${urlOf(lane.cells[0])}line/`,
      data: { line: idOf(held) },
      apply: () => shift(row, row.parentNode, lane.nextSibling),
    };
  }

  function betweenLanes(held, x, y) {
    const { lanes, at, after } = acrossRows(y);
    return belowLane(held, after ? at : (lanes[lanes.indexOf(at) - 1] ?? at));
  }

  function otherTouchpoint(held, x, y) {
    const home = held.closest(".tp-home");
    const found = under(x, y)?.closest(".tp-home");
    // Its centre, so that the line holds on to what it found.
    const { right, top, height } = box(held.isConnected ? held : home);
    rope.firstChild.setAttribute("d", arc(right - 7, top + height / 2, x, y));
    if (!found || found === home) return null;
    const ends = `from=${idOf(home)}&to=${idOf(found)}`;
    return {
      over: found,
      words: named(found),
      drop: () => cxEdit.openForm(`${table().dataset.edit}handoffs/new/?${ends}`, found),
    };
  }

  function arc(x, y, toX, toY) {
    const bend = Math.max(40, Math.abs(toX - x) / 2);
    return `M${x} ${y}C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`;
  }

  // The feeling lane is drawn in a box of 132 px: +2 at 14, −2 at 118.
  const heightOf = (score) => 66 - 26 * score;
  const signed = (score) => `${score > 0 ? "+" : score < 0 ? "−" : ""}${Math.abs(score)}`;

  function feelingAt(held, x, y) {
    const { top, width } = box(held);
    const px = ((y - top) * held.offsetWidth) / width;
    const score = Math.max(-2, Math.min(2, Math.round((66 - px) / 13) / 2));
    const input = held.querySelector(".feel");
    drawFeeling(input, score);
    ghost.firstChild.textContent = signed(score);
    return {
      over: held,
      url: feelingUrl(input),
      data: { score },
      apply() {
        input.value = score;
        return () => forget(input);
      },
      focus: input.id,
    };
  }

  const feelingUrl = (input) => `${table().dataset.edit}steps/${idOf(input)}/feeling/`;

  function drawFeeling(input, score) {
    const home = input.closest("td").querySelector("svg.mood");
    home.querySelector(":scope > .live")?.remove();
    if (score === null) return;
    const point = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [name, value] of Object.entries({ class: "live", cx: "50%", cy: heightOf(score), r: 6 })) {
      point.setAttribute(name, value);
    }
    home.append(point);
  }

  function forget(input) {
    input.value = input.defaultValue;
    drawFeeling(input, null);
  }

  // What can be dragged: the first whose `grab` is pressed.
  const cards = inCell(".card", (row) => row.querySelector(":scope > td > .add") && !row.matches(".lane-touchpoints"));
  const touchpoints = inCell(".tp-home", (row) => row.matches(".lane-touchpoints"));
  const KINDS = [
    { grab: ".pull", noun: "handoff from", find: otherTouchpoint, x: true, y: true, rope: true },
    { grab: ".card[id]", noun: "card", find: cards, x: true, y: true, copy: true },
    { grab: ".tp-home[id]", noun: "touchpoint", find: touchpoints, x: true, y: true, copy: true },
    { grab: "th.step[id]", noun: "step", find: amongSteps, x: true },
    { grab: "th.stage[id]", noun: "stage", find: amongStages, x: true },
    { grab: "tbody th.rail[id]", noun: "lane", find: amongLanes, y: true },
    { grab: ".line[id]", noun: "", find: betweenLanes, y: true },
    { grab: ".mood-cell:has(.feel)", noun: "feeling", find: feelingAt, mark: true },
  ];

  const make = (name, more) => Object.assign(document.createElement("div"), { className: name, ...more });
  const ghost = make("ghost", { inert: true, innerHTML: "<div></div>" });
  const bar = make("drop-line");
  const rope = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  rope.setAttribute("class", "rope");
  rope.append(document.createElementNS(rope.namespaceURI, "path"));

  let press = null; // what is held down: {kind, held, id, x, y, …}; `press.from` once it is dragged
  let swallow = false;

  function pressed(event) {
    swallow = false;
    if (press) abandon();
    if (event.button || !event.isPrimary || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const home = event.target.closest?.("[data-map][data-edit]");
    const form = event.target.closest?.(FORMS);
    if (!home || (form && !form.matches(".feel"))) return;
    const kind = KINDS.find(({ grab }) => event.target.closest(grab));
    if (!kind) return;
    const { clientX: x, clientY: y, pointerId: id, pointerType } = event;
    press = { kind, held: event.target.closest(kind.grab), id, x, y, finger: pointerType !== "mouse" && !kind.rope };
    if (press.finger) press.timer = setTimeout(start, LONG_PRESS);
  }

  function moved(event) {
    if (press?.id !== event.pointerId) return;
    const { clientX, clientY } = event;
    const far = Math.hypot(clientX - press.x, clientY - press.y);
    if (!press.from && press.finger) {
      if (far > 10) cancel();
      return;
    }
    if (!press.from && far <= 4) return;
    if (!press.from) start();
    [press.x, press.y] = [clientX, clientY];
  }

  function start() {
    const { kind, held, x, y } = press;
    const { left, top } = box(held);
    press.from = kind.copy ? [x - left, y - top] : kind.mark ? [-16, 30] : [14, 12];
    press.time = performance.now();
    swallow = true;
    getSelection().removeAllRanges();
    document.documentElement.classList.add("dragging");
    document.documentElement.setPointerCapture?.(press.id);
    dress(kind, held);
    held.classList.add("held");
    document.body.append(bar, kind.rope ? rope : ghost);
    bar.hidden = true;
    const name = kind.rope ? named(held.closest(".tp-home")) : kind.mark ? "" : named(held);
    say(`Picked up ${kind.noun} ${name}`);
    frame(press.time);
  }

  function dress(kind, held) {
    const face = ghost.firstChild;
    const copy = kind.copy ? held.cloneNode(true) : document.createTextNode(named(held));
    const row = kind.copy ? held.closest("tr").className : "plain";
    ghost.className = `ghost ${row}`;
    if (kind.copy) {
      for (const each of [copy, ...copy.querySelectorAll("[id]")]) each.removeAttribute("id");
      face.style.width = `${held.offsetWidth}px`;
      face.style.zoom = box(held).width / held.offsetWidth;
    } else {
      face.removeAttribute("style");
    }
    face.replaceChildren(copy);
  }

  function frame(now) {
    if (!press?.from) return;
    scrollAtEdges(now - press.time);
    press.time = now;
    look();
    if (press) press.frame = requestAnimationFrame(frame);
  }

  // Find the place below the pointer, and show it.
  function look() {
    if (!press.held.isConnected) {
      // Somebody else's edit drew it anew.
      press.held = byId(press.held.id) ?? press.held;
      press.held.classList.add("held");
    }
    if (!press.held.isConnected || !table()) return cancel();
    const { kind, held, x, y, from } = press;
    const inside = room();
    const home = box(document.querySelector("[data-map-scroll]"));
    const outside = x < home.left || x > home.right || y < home.top || y > home.bottom;
    const found = outside ? null : kind.find(held, x, y);
    ghost.style.transform = `translate(${x - from[0]}px, ${y - from[1]}px)`;
    if (press.target?.over !== found?.over) press.target?.over?.classList.remove("drop-here");
    found?.over?.classList.add("drop-here");
    if (found?.words && found.words !== press.target?.words) sayLater(`Over ${found.words}`);
    press.target = found;
    bar.hidden = !found?.line;
    if (found?.line) {
      const [left, top, width, height] = found.line;
      const down = height ? top : Math.min(Math.max(top, inside.top), inside.bottom);
      bar.style.transform = `translate(${left - 1.5}px, ${down - 1.5}px)`;
      bar.style.width = `${width + 3}px`;
      bar.style.height = `${height + 3}px`;
    }
  }

  function scrollAtEdges(passed) {
    const { kind, x, y } = press;
    const { top, left, right, bottom } = room();
    const pull = (at, low, high) => {
      const speed = Math.max(low + EDGE - at, 0) - Math.max(at - high + EDGE, 0);
      return (-Math.sign(speed) * Math.min(Math.abs(speed) / EDGE, 1) ** 2 * FASTEST) * Math.min(passed, 50);
    };
    const by = [kind.x ? pull(x, left, right) : 0, kind.y ? pull(y, top, bottom) : 0];
    const home = document.querySelector("[data-map-scroll]");
    const before = home.scrollTop;
    home.scrollBy(...by);
    if (home.scrollTop === before && Math.abs(by[1]) >= 1) scrollBy(0, by[1]);
  }

  function released(event) {
    if (press?.id !== event.pointerId) return;
    if (!press.from) return cancel();
    [press.x, press.y] = [event.clientX, event.clientY];
    look();
    if (!press) return;
    const { kind, held, target } = press;
    cancel();
    if (target?.drop) target.drop();
    else if (target?.url) commit(held, target);
    else if (kind.mark) drawFeeling(held.querySelector(".feel"), null);
    if (target?.words) say(`Dropped: ${target.words}`);
  }

  function cancel() {
    if (!press) return;
    clearTimeout(press.timer);
    cancelAnimationFrame(press.frame);
    clearTimeout(press.saying);
    for (const each of [ghost, bar, rope]) each.remove();
    press.held.classList.remove("held");
    press.target?.over?.classList.remove("drop-here");
    document.documentElement.classList.remove("dragging");
    press = null;
  }

  function abandon() {
    const { kind, held, from } = press;
    cancel();
    if (kind.mark) drawFeeling(held.querySelector(".feel"), null);
    if (from) say("Put back");
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
    if (!byId("say")) {
      const home = make("sr", { id: "say", role: "status" });
      document.body.append(home);
    }
    byId("say").textContent = words;
  }

  // Only where somebody rests is said.
  function sayLater(words) {
    clearTimeout(press.saying);
    press.saying = setTimeout(say, 600, words);
  }

  // Alt and an arrow move the line of the blueprint whose name has the focus.
  function keyed(event) {
    const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const line = event.target.closest?.(".line[id]");
    if (event.key === "Escape" && press?.from) {
      event.stopPropagation();
      event.preventDefault();
      abandon();
    } else if (down && event.altKey && line && table()?.contains(line)) {
      event.stopPropagation();
      event.preventDefault();
      const lanes = rows();
      let at = lanes.findIndex((row) => divider(row)?.contains(line)) + down;
      while (lanes[at] && divider(lanes[at])) at += down;
      const target = belowLane(line, lanes[at]);
      if (target.url) commit(line, target);
    }
  }

  const waiting = new Map(); // id of the input -> timer
  function felt(event) {
    const input = event.target;
    if (!input.matches?.(".feel") || !table()?.contains(input)) return;
    const { id, value } = input;
    const url = feelingUrl(input);
    drawFeeling(input, Number(value));
    clearTimeout(waiting.get(id));
    waiting.set(id, setTimeout(() => commit(input, { url, data: { score: value }, apply: () => () => forget(input) }), 400));
  }

  document.documentElement.classList.add("drags");
  document.addEventListener("pointerdown", pressed, true);
  document.addEventListener("pointermove", moved);
  document.addEventListener("pointerup", released);
  document.addEventListener("pointercancel", (event) => press?.id === event.pointerId && abandon());
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("input", felt);
  for (const name of ["dragstart", "selectstart", "contextmenu"]) {
    document.addEventListener(name, (event) => press && (name !== "contextmenu" || press.finger) && event.preventDefault());
  }
  // A finger that drags does not scroll; before the long press it does.
  document.addEventListener("touchmove", (event) => press?.from && event.preventDefault(), { passive: false });
  // What follows a drag is no click on what was dragged; a key's click has no detail.
  document.addEventListener(
    "click",
    (event) => {
      if (!swallow || !event.detail) return;
      swallow = false;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
})();

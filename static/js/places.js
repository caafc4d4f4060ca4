// Where on the map something can go. `cxPlaces.kinds` are the things that can be dragged; the
// `find(held, x, y)` of each returns where it would go at a point of the window. That is null, or
// has some of: `over`, the element to light up; `line`, where it goes in, as [x, y, width, height];
// `path`, the way there; `label`; `words` for people who hear it; `url` and `data` to send, and
// `apply`, which moves it at once and returns the way back; or `drop`, to do instead.
"use strict";

window.cxPlaces = (() => {
  const byId = (id) => document.getElementById(id);
  const idOf = (element) => element.id.split("-").pop();
  const box = (element) => element.getBoundingClientRect();
  const middle = (element, side, size) => box(element)[side] + box(element)[size] / 2;
  const named = (element) => (element.querySelector("h2, b, .edit") ?? element).textContent.trim();
  const follower = (list, element) => list[list.indexOf(element) + 1];
  const table = () => document.querySelector("[data-map][data-edit]");
  const frame = () => document.querySelector("[data-map-scroll]");
  const rows = () => [...table().tBodies[0].rows].filter((row) => row.cells[0].id);
  const heads = (row) => [...table().tHead.rows[row].cells].slice(1);
  const divider = (row) => (row.nextElementSibling?.matches(".divider") ? row.nextElementSibling : null);
  const urlOf = (element) => `${table().dataset.edit}${element.id.replace("-", "s/")}/`;

  // What can be seen of the map, without the heads that stay where they are.
  function room() {
    const home = box(frame());
    const head = box(table().tHead);
    return {
      above: Math.max(head.top, 0),
      top: Math.max(head.bottom, 0),
      left: box(table().tHead.rows[0].cells[0]).right,
      right: Math.min(home.right, innerWidth),
      bottom: Math.min(home.bottom, innerHeight, box(table()).bottom),
    };
  }

  // By the heads of its row and column: to ask the browser takes 30 ms on a large map.
  function cellAt(x, y) {
    const { left, top } = room();
    if (x < left || y < top) return null;
    const row = rows().find((each) => y < box(each).bottom && y >= box(each).top);
    const head = heads(1).find((each) => x < box(each).right);
    return row && head && byId(`cell-${idOf(row.cells[0])}-${idOf(head)}`);
  }

  function shift(element, parent, before) {
    const [home, next] = [element.parentNode, element.nextSibling];
    parent.insertBefore(element, before ?? null);
    return () => home.isConnected && home.insertBefore(element, next?.parentNode === home ? next : null);
  }

  // ---- cards and touchpoints, in cells -------------------------------------------------------

  function inCell(item, opens) {
    return (held, x, y) => {
      const cell = cellAt(x, y);
      if (!cell || !opens(cell.parentNode)) return null;
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

  const ofTouchpoints = (row) => row.matches(".lane-touchpoints");
  const ofCards = (row) => !ofTouchpoints(row) && row.querySelector(":scope > td > .add");

  // ---- steps and stages, between columns -----------------------------------------------------

  // The stages with their columns; one without steps has an empty column.
  function plan() {
    const columns = heads(1);
    return heads(0).map((stage) => ({ stage, steps: columns.splice(0, stage.colSpan) }));
  }

  // Bring all columns into an order: the heads first, then the cells of each lane.
  function arrange(order) {
    const [stages, steps] = table().tHead.rows;
    for (const each of order) each.stage.colSpan = each.steps.length;
    lineUp(stages, order.map(({ stage }) => stage));
    const columns = order.flatMap((each) => each.steps);
    lineUp(steps, columns);
    for (const row of rows()) {
      const lane = idOf(row.cells[0]);
      lineUp(row, columns.map((step) => byId(`cell-${lane}-${idOf(step)}`)).filter(Boolean));
    }
  }

  function lineUp(row, cells) {
    let at = row.cells[1];
    for (const cell of cells) {
      if (cell === at) at = at.nextElementSibling;
      else row.insertBefore(cell, at);
    }
  }

  function rearrange(order) {
    const before = plan();
    // Where a stage has no steps, before or after, the server draws the columns.
    const whole = [...before, ...order].every(({ steps }) => steps[0]?.id);
    if (!whole) return () => {};
    arrange(order);
    return () => before[0].stage.isConnected && arrange(before);
  }

  function acrossColumns(columns, x) {
    const { left, above, bottom } = room();
    const across = Math.max(x, left + 1);
    const at = columns.find((each) => across < box(each).right) ?? columns.at(-1);
    const after = across > middle(at, "left", "width");
    const edge = Math.max(box(at)[after ? "right" : "left"], left);
    return { at, after, line: [edge, above, 0, bottom - above] };
  }

  function amongSteps(held, x) {
    const order = plan();
    const { at, after, line } = acrossColumns(heads(1), x);
    const group = order.find(({ steps }) => steps.includes(at));
    const { stage } = group;
    const steps = group.steps.filter((each) => each.id);
    const next = after || !at.id ? follower(steps, at) : at;
    const stays = at === held || next === held || (steps.includes(held) && follower(steps, held) === next);
    if (stays) return { over: stage };
    for (const each of order) each.steps = each.steps.filter((step) => step !== held);
    group.steps.splice(next ? group.steps.indexOf(next) : group.steps.length, 0, held);
    return {
      over: stage,
      line,
      words: next ? `${named(stage)}, before ${named(next)}` : `the end of ${named(stage)}`,
      url: `${urlOf(held)}move/`,
      data: { stage: idOf(stage), before: next && idOf(next) },
      apply: () => rearrange(order),
    };
  }

  function amongStages(held, x) {
    const stages = heads(0);
    const { at, after, line } = acrossColumns(stages, x);
    const next = after ? follower(stages, at) : at;
    if (at === held || next === held || follower(stages, held) === next) return null;
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

  // ---- lanes and the lines between them ------------------------------------------------------

  function acrossRows(y) {
    const lanes = rows();
    const down = Math.max(y, room().top + 1);
    const at = lanes.find((row) => down < box(divider(row) ?? row).bottom) ?? lanes.at(-1);
    return { lanes, at, after: down > middle(at, "top", "height") };
  }

  function lineAt(y) {
    const { left, width } = box(frame());
    return [left, y, width, 0];
  }

  function amongLanes(head, x, y) {
    const held = head.parentNode;
    const { lanes, at, after } = acrossRows(y);
    const next = after ? follower(lanes, at) : at;
    if (at === held || next === held || follower(lanes, held) === next) return null;
    return {
      line: lineAt(after ? box(divider(at) ?? at).bottom : box(at).top),
      words: next ? `above ${named(next.cells[0])}` : "the bottom",
      url: `${urlOf(head)}move/`,
      data: { before: next && idOf(next.cells[0]) },
      apply() {
        const line = divider(held);
        const back = shift(held, held.parentNode, next);
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
    if (!lane || divider(lane)) return null;
    return {
      line: lineAt(box(lane).bottom),
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

  // Below the next lane, up (-1) or down (1), that has no line yet.
  function beyond(held, step) {
    const lanes = rows();
    let at = lanes.findIndex((row) => divider(row)?.contains(held)) + step;
    while (lanes[at] && divider(lanes[at])) at += step;
    return belowLane(held, lanes[at]);
  }

  // ---- from a touchpoint to another ----------------------------------------------------------

  function otherTouchpoint(held, x, y) {
    const home = held.closest(".tp-home");
    const inside = (each) => y >= box(each).top && y <= box(each).bottom;
    const found = [...(cellAt(x, y)?.querySelectorAll(".tp-home") ?? [])].find(inside);
    const from = [middle(held, "left", "width"), middle(held, "top", "height")];
    const bend = Math.max(40, Math.abs(x - from[0]) / 2);
    const path = `M${from.join(" ")}C${from[0] + bend} ${from[1]} ${x - bend} ${y} ${x} ${y}`;
    if (!found || found === home) return { path };
    const url = `${table().dataset.edit}handoffs/new/?from=${idOf(home)}&to=${idOf(found)}`;
    return { path, over: found, words: named(found), drop: () => cxEdit.openForm(url, found) };
  }

  // ---- up and down, how a step feels ---------------------------------------------------------

  const signed = (score) => `${score > 0 ? "+" : score < 0 ? "−" : ""}${Math.abs(score)}`;

  // The lane is drawn in a box of 132 px: +2 at 14, −2 at 118.
  function feelingAt(held, x, y) {
    const { top, width } = box(held);
    const px = ((y - top) * held.offsetWidth) / width;
    const input = held.querySelector(".feel");
    input.value = Math.max(-2, Math.min(2, Math.round((66 - px) / 13) / 2));
    return { ...felt(input), over: held, label: signed(Number(input.value)) };
  }

  function felt(input) {
    const score = input.value;
    input.dataset.was ??= input.ariaValueText ?? "";
    input.ariaValueText = signed(Number(score));
    return {
      url: `${table().dataset.edit}steps/${idOf(input)}/feeling/`,
      data: { score },
      focus: input.id,
      apply: () => () => asBefore(input),
    };
  }

  function asBefore(input) {
    input.value = input.defaultValue;
    input.ariaValueText = input.dataset.was || null;
  }

  // The first whose `grab` matches what is pressed is what is dragged. `x` and `y`: in which
  // directions the map scrolls along. `copy`: what hangs at the pointer looks like it; else it is a
  // label, `at` so many pixels from the pointer.
  const kinds = [
    { grab: ".pull", noun: "a handoff from", find: otherTouchpoint, x: true, y: true, rope: true },
    { grab: ".card[id]", noun: "the card", find: inCell(".card[id]", ofCards), x: true, y: true, copy: true },
    { grab: ".tp-home[id]", noun: "the touchpoint", find: inCell(".tp-home[id]", ofTouchpoints), x: true, y: true, copy: true },
    { grab: "th.step[id]", noun: "the step", find: amongSteps, x: true },
    { grab: "th.stage[id]", noun: "the stage", find: amongStages, x: true },
    { grab: "tbody th.rail[id]", noun: "the lane", find: amongLanes, y: true },
    { grab: ".line[id]", noun: "the", find: betweenLanes, y: true },
    { grab: ".mood-cell:has(.feel)", noun: "the feeling", find: feelingAt, at: [-16, 30], cancel: (held) => asBefore(held.querySelector(".feel")) },
  ];

  return { kinds, room, frame, table, named, beyond, felt };
})();

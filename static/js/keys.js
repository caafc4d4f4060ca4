// The map by keyboard: arrow keys walk its cells, Alt and an arrow moves what has the focus.
"use strict";

(() => {
  const stops = "a.edit:not(.tp-edit), a.tp, a.add, a.heat, a.score-line, a.opens, input, a.comment";
  const map = () => document.querySelector("[data-map]");
  const shown = (element) => element.offsetParent !== null || element.getClientRects().length > 0;
  const within = (cell) => [...cell.querySelectorAll(stops)].filter((each) => !each.closest("[data-open-form]") && shown(each));
  const rows = (dividers = false) => [...map().rows].filter((row) => dividers || !row.classList.contains("divider"));

  // Which columns of the grid a cell covers, from 0; the lane names are column 0.
  function span(cell) {
    let start = 0;
    for (let before = cell.previousElementSibling; before; before = before.previousElementSibling) start += before.colSpan;
    return [start, start + cell.colSpan - 1];
  }

  function cellAt(row, column) {
    let start = 0;
    for (const cell of row.cells) {
      start += cell.colSpan;
      if (column < start) return cell;
    }
    return row.cells[row.cells.length - 1];
  }

  function enter(cell, last = false) {
    if (!cell) return;
    const inside = within(cell);
    const target = (last ? inside[inside.length - 1] : inside[0]) ?? cell;
    if (target === cell) cell.tabIndex = -1;
    rove(target);
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // One stop for Tab in the whole map: the place where one was last, with what belongs to it, such as
  // the note and the handoff of a touchpoint.
  let stop = [];

  function rove(current) {
    const here = current ?? map()?.querySelector("tbody a, thead a");
    if (!here) return;
    for (const link of stop) link.tabIndex = -1;
    stop = [here, ...(here.closest(".tp-home")?.querySelectorAll("a") ?? [])];
    for (const link of stop) link.tabIndex = 0;
  }

  function leaveOneStop(within) {
    for (const link of within.querySelectorAll("a, input")) if (!link.closest("[data-open-form]")) link.tabIndex = -1;
    rove(map()?.contains(document.activeElement) && document.activeElement.matches("a, input") ? document.activeElement : null);
  }

  function walk(from, key) {
    const cell = from.closest("td, th");
    const row = cell.parentElement;
    const [first, last] = span(cell);
    if (key === "ArrowLeft") return enter(cell.previousElementSibling);
    if (key === "ArrowRight") return enter(cell.nextElementSibling);
    if (key === "Home") return enter(cellAt(row, 0));
    if (key === "End") return enter(row.cells[row.cells.length - 1]);
    const inside = within(cell);
    const place = inside.indexOf(from);
    const onward = inside[place + (key === "ArrowDown" ? 1 : -1)];
    if (onward && place >= 0) {
      rove(onward);
      onward.focus({ preventScroll: true });
      return onward.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    const all = rows(first === 0);
    const beside = all[all.indexOf(row) + (key === "ArrowDown" ? 1 : -1)];
    if (beside) enter(cellAt(beside, key === "ArrowDown" ? first : Math.min(first, last)), key === "ArrowUp");
  }

  // ---- moving --------------------------------------------------------------------------------

  const number = (element) => element?.id.split("-").pop();
  const partOf = (element) => element.closest(".card[id], .tp-home[id]") ?? element.closest("th[id]");

  function move(from, key) {
    const part = partOf(from);
    if (!part) return;
    const [sort] = part.id.split("-");
    const base = `${map().dataset.edit}${sort}s/${number(part)}/move/`;
    const data = { card: moveInCell, touchpoint: moveInCell, step: moveStep, stage: moveStage, lane: moveLane }[sort]?.(part, key);
    if (data) cxEdit.send(base, data, { focus: part.id });
  }

  function moveInCell(part, key) {
    const cell = part.closest("td");
    const parts = `.${part.classList.contains("card") ? "card" : "tp-home"}[id]`;
    const beside = (element, step) => {
      for (let other = element[step]; other; other = other[step]) if (other.matches(parts)) return other;
      return null;
    };
    let target = cell;
    let before = null;
    if (key === "ArrowUp") {
      before = beside(part, "previousElementSibling");
      if (!before) target = neighbour(cell, -1);
    } else if (key === "ArrowDown") {
      const after = beside(part, "nextElementSibling");
      if (after) before = beside(after, "nextElementSibling");
      else { target = neighbour(cell, 1); before = target?.querySelector(parts); }
    } else {
      target = key === "ArrowLeft" ? cell.previousElementSibling : cell.nextElementSibling;
    }
    if (!target?.matches("td[id]") || !target.querySelector(":scope > .add")) return null;
    const [, lane, step] = target.id.split("-");
    return { lane, step, before: before ? number(before) : undefined };
  }

  // The cell of the next lane, up or down, in which a card can stand.
  function neighbour(cell, direction) {
    const all = rows();
    const [column] = span(cell);
    for (let place = all.indexOf(cell.parentElement) + direction; all[place]; place += direction) {
      const other = cellAt(all[place], column);
      if (other.querySelector(":scope > a.add[href*='lane=']")) return other;
    }
    return null;
  }

  function moveStage(head, key) {
    const heads = [...head.parentElement.querySelectorAll("th.stage")];
    return shifted(heads, head, key, "ArrowLeft", "ArrowRight");
  }

  function moveLane(head, key) {
    const heads = [...map().querySelectorAll("tbody th[id^=lane-]")];
    return shifted(heads, head, key, "ArrowUp", "ArrowDown");
  }

  function shifted(all, one, key, back, forth) {
    const place = all.indexOf(one);
    if (key === back && place > 0) return { before: number(all[place - 1]) };
    if (key === forth && place < all.length - 1) return { before: number(all[place + 2]) };
    return null;
  }

  // Within its stage, and at its ends into the stage beside it, an empty one too.
  function moveStep(head, key) {
    const stages = [...map().querySelectorAll("th.stage")];
    const [column] = span(head);
    const at = stages.findIndex((stage) => span(stage)[0] <= column && column <= span(stage)[1]);
    const [first, last] = span(stages[at]);
    const row = head.parentElement;
    if (key === "ArrowLeft" && column > first) return { stage: number(stages[at]), before: number(cellAt(row, column - 1)) };
    if (key === "ArrowRight" && column < last) return { stage: number(stages[at]), before: column + 2 <= last ? number(cellAt(row, column + 2)) : undefined };
    const beside = stages[at + (key === "ArrowLeft" ? -1 : 1)];
    if (!beside || key === "ArrowUp" || key === "ArrowDown") return null;
    const heads = cellAt(row, span(beside)[0]);
    return { stage: number(beside), before: key === "ArrowRight" && heads.id ? number(heads) : undefined };
  }

  // ---- keys ------------------------------------------------------------------------------------

  function press(selector, from) {
    const cell = from.closest("td, th");
    const link = (partOf(from) ?? cell)?.querySelector(selector) ?? cell?.querySelector(selector);
    link?.click();
    return Boolean(link);
  }

  function remove(from) {
    const part = from.closest(".card[id], .tp-home[id]");
    if (!part) return false;
    const touchpoint = part.id.startsWith("touchpoint");
    const url = `${map().dataset.edit}${touchpoint ? "touchpoints" : "cards"}/${number(part)}/${touchpoint ? "archive" : "remove"}/`;
    cxEdit.send(url, {}, { said: "Taken off the map.", undo: true });
    return true;
  }

  const arrows = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
  const letters = {
    n: (from) => press(":scope > a.add, a.add", from),
    "+": (from) => press(":scope > a.add, a.add", from),
    Insert: (from) => press(":scope > a.add, a.add", from),
    e: (from) => press("a.tp-edit, a.edit", from),
    F2: (from) => press("a.tp-edit, a.edit", from),
    c: (from) => press("a.comment", from),
    h: (from) => press("a.hand-off", from),
    Delete: remove,
    Backspace: remove,
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const typing = event.target.closest("input:not([type=range]), textarea, select, [contenteditable], [data-open-form]");
    const command = event.ctrlKey || event.metaKey;
    if (command && !typing && !event.altKey && /^[zy]$/i.test(event.key)) {
      event.preventDefault();
      const again = event.shiftKey || event.key.toLowerCase() === "y";
      cxEdit.send(`${location.pathname}${again ? "redo" : "undo"}/`);
      return;
    }
    if (event.key === "?" && !typing && !command) {
      event.preventDefault();
      document.getElementById("keys")?.showModal();
      return;
    }
    if (typing || command || !map()?.contains(event.target)) return;
    const slides = event.target.matches("input[type=range]") && (event.key === "ArrowUp" || event.key === "ArrowDown");
    if (event.altKey && arrows.includes(event.key)) {
      event.preventDefault();
      move(event.target, event.key);
    } else if (!event.altKey && !slides && (arrows.includes(event.key) || event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      walk(event.target, event.key);
    } else if (!event.altKey && letters[event.key]?.(event.target)) {
      event.preventDefault();
    }
  });

  document.addEventListener("focusin", (event) => {
    if (map()?.contains(event.target) && event.target.matches("a, input") && !event.target.closest("[data-open-form]")) rove(event.target);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) document.getElementById("keys")?.showModal();
  });
  document.addEventListener("cx:applied", (event) => {
    for (const part of event.detail.elements) if (map()?.contains(part) || part.contains(map())) leaveOneStop(part.contains(map()) ? map() : part);
  });
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.contains(map())) leaveOneStop(map()); });
  if (map()) leaveOneStop(map());
})();

// Editing a map in place: forms open in their cell, edits are sent one after another in the order in
// which they were made, and what could not be sent is kept and tried again.
"use strict";

const cxEdit = (() => {
  const map = () => document.querySelector("[data-map]");
  const home = location.pathname;
  const store = `cx-unsent:${home}`;
  const ownRevisions = new Set();
  const quiet = () => !document.querySelector("[data-open-form]");
  let queue = [];
  let sending = false;
  let wait = 1000;
  let timer = 0;

  // ---- saying things -----------------------------------------------------------------------

  function say(text, { alert = false, undo = false } = {}) {
    const box = document.getElementById("edit-say");
    const note = document.createElement("p");
    note.className = alert ? "told alert" : "told";
    if (alert) note.setAttribute("role", "alert");
    note.append(text);
    if (undo) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: "Undo" });
      button.addEventListener("click", () => { note.remove(); send(`${home}undo/`); });
      note.append(" ", button);
    }
    box.replaceChildren(note);
    clearTimeout(say.timer);
    if (!alert) say.timer = setTimeout(() => note.remove(), 8000);
    else {
      const close = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: "Close" });
      close.addEventListener("click", () => note.remove());
      note.append(" ", close);
    }
  }

  // ---- the queue ---------------------------------------------------------------------------

  function keep() {
    // A file cannot be kept beyond the page; its edit waits in the page alone.
    const unsent = queue.filter(({ data }) => !data.some(([, value]) => value instanceof File && value.size)).map(({ url, data, token, focus, cell }) => ({ url, data, token, focus, cell }));
    try {
      if (unsent.length) sessionStorage.setItem(store, JSON.stringify(unsent));
      else sessionStorage.removeItem(store);
    } catch { /* Without storage the queue lives as long as the page. */ }
  }

  // data: a FormData or a plain object. Resolves when the server has answered, with true where the
  // edit was made. `cell` is the id of the cell in which the text shows until then.
  function send(url, data = {}, options = {}) {
    const pairs = data instanceof FormData ? [...data] : Object.entries(data).filter(([, value]) => value !== undefined && value !== null);
    const op = { url: new URL(url, location.href).pathname + new URL(url, location.href).search, data: pairs, token: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, from: document.activeElement, ...options };
    const done = new Promise((resolve) => (op.resolve = resolve));
    queue.push(op);
    keep();
    drawPending();
    next();
    return done;
  }

  async function next() {
    if (sending || !queue.length) return;
    sending = true;
    clearTimeout(timer);
    const op = queue[0];
    const body = new FormData();
    for (const [name, value] of op.data) body.append(name, value);
    let response = null;
    try {
      response = await fetch(op.url, {
        method: "POST", body, redirect: "error", headers: headers({ "X-CSRFToken": document.body.dataset.csrf, "X-Edit-Id": op.token }),
      });
    } catch { /* Offline, or the server is not there. */ }
    if (response && response.status < 500) {
      const html = await response.text().catch(() => null);
      if (html !== null) {
        queue.shift();
        keep();
        wait = 1000;
        answered(op, response, html);
        sending = false;
        showWaiting();
        next();
        return;
      }
    }
    sending = false;
    showWaiting();
    timer = setTimeout(next, wait);
    wait = Math.min(2 * wait, 15000);
  }

  function answered(op, response, html) {
    if (response.ok) {
      const own = response.headers.get("X-Own-Revision");
      if (own) ownRevisions.add(Number(own));
      const focus = op.focus ?? response.headers.get("X-Focus");
      // Whoever has gone on meanwhile, or has more on the way, is not called back.
      const stayed = !document.activeElement || document.activeElement === document.body || document.activeElement === op.from;
      const bar = document.activeElement?.closest?.("#edit-bar button")?.form?.action;
      cxParts.apply(html, Number(response.headers.get("X-Revision")));
      if (bar) document.querySelector(`#edit-bar form[action="${new URL(bar).pathname}"] button`)?.focus();
      else if (focus && stayed && !queue.length && quiet() && focus !== "none") focusOn(focus);
      if (op.said) say(op.said, { undo: op.undo });
      op.resolve?.(true);
      return;
    }
    op.resolve?.(false);
    if (response.status === 409 || response.status === 422) refuse(op, html);
    else if (response.status === 400) say(html, { alert: true });
    else {
      const why = response.status === 403 ? "You may not change this map any more, or you were signed out." : "What you changed is not there any more.";
      say(`${why} Nothing was saved.${wordsOf(op)}`, { alert: true });
    }
    drawPending();
    refresh();
  }

  const refresh = () => cxParts.fetch(["map"]).then(({ html, revision }) => cxParts.apply(html, revision), () => {});

  // The server's words, or the form with its errors, where the person wrote; else as a notice. A form
  // in which they write by now stays: the refused one comes back when none is open.
  function refuse(op, html) {
    const { content } = Object.assign(document.createElement("template"), { innerHTML: html });
    const form = content.querySelector("form");
    const why = content.querySelector("p")?.textContent;
    if (!form) return say(why ? `${why}${wordsOf(op)}` : html, { alert: true });
    refused.push({ content, homes: [form.dataset.backTo || op.back, op.cell] });
    if (dirty(document.querySelector("[data-open-form] form"))) say("A change was refused. Its form comes back when this one is closed.", { alert: true });
    else giveBack();
  }

  const refused = [];
  function giveBack() {
    if (!refused.length) return;
    const { content, homes } = refused.shift();
    place(content, [...homes, "edit-bar"].map((id) => document.getElementById(id)).find(Boolean)).refused = true;
  }

  function setAside(box) {
    const content = document.createDocumentFragment();
    content.append(...box.childNodes);
    refused.push({ content, homes: [box.cameFrom] });
  }

  function wordsOf(op) {
    const words = op.data?.find(([name]) => name === "text" || name === "title")?.[1];
    return words ? ` Your text was: ${words}` : "";
  }

  function showWaiting() {
    const box = document.getElementById("edit-waiting");
    const failed = !sending && queue.length > 0;
    box.hidden = !failed;
    if (failed) box.firstElementChild.textContent = queue.length === 1 ? "One change is not saved yet. It is kept here and tried again." : `${queue.length} changes are not saved yet. They are kept here and tried again.`;
  }

  // What was written and not answered yet stands in its cell all the same.
  function drawPending() {
    for (const old of document.querySelectorAll(".card.pending")) old.remove();
    for (const op of queue) {
      const text = op.data.find(([name]) => name === "text")?.[1];
      const cell = op.cell && document.getElementById(op.cell);
      if (!cell || !text) continue;
      const card = Object.assign(document.createElement("div"), { className: "card pending", textContent: text });
      card.setAttribute("aria-busy", "true");
      cell.insertBefore(card, cell.querySelector(":scope > [data-open-form], :scope > .add"));
    }
  }

  function headers(more = {}) {
    return { "HX-Request": "true", "HX-Current-URL": location.href, ...more };
  }

  // ---- forms in their cell -------------------------------------------------------------------

  // The form of a new card is there at once, so that no key is lost; its details follow.
  function openQuick(add) {
    const box = place(document.getElementById("quick-form").content.cloneNode(true), add);
    box.cameFrom = add.closest("td").id;
    nextCard(box, add.closest("td"));
    fetch(add.href, { headers: headers() }).then((response) => (response.ok ? response.text() : "")).then((html) => {
      const full = document.createElement("template");
      full.innerHTML = html;
      const details = full.content.querySelector("details");
      const form = box.querySelector("form");
      if (!details || !box.isConnected) return;
      const clean = !dirty(form);
      // Behind the buttons, so that none moves from under the pointer.
      form.querySelector(".part-save").after(details);
      details.open = details.querySelector("[type=file]") !== null;
      if (clean) form.before_ = state(form);
    }, () => {});
  }

  // How many forms were asked for: only the last of them opens.
  let opening = 0;
  async function openForm(url, anchor) {
    if (!closeForm({ save: true })) return null;
    if (anchor?.matches("td > a.add[href*='lane=']")) return openQuick(anchor);
    const early = typedMeanwhile();
    const newest = (opening += 1);
    let response;
    let html;
    try {
      response = await fetch(url, { headers: headers(), redirect: "error" });
      html = await response.text();
    } catch {
      early.stop();
      say("The server cannot be reached, so this form cannot open now. Nothing is lost; try again in a moment.", { alert: true });
      return null;
    }
    if (!response.ok) {
      early.stop();
      if (response.status === 409) refuse({}, html);
      else say(response.status === 403 ? "You may not change this map." : "This is not on the map any more.", { alert: true });
      if (response.status === 404) refresh();
      return null;
    }
    const content = document.createElement("template");
    content.innerHTML = html;
    cxPress.whenLetGo(() => early.into(content.content, { anchor: inPlace(anchor), opens: newest === opening }));
    return null;
  }

  // The link that stands where this one stood, should the map have been drawn anew meanwhile.
  function inPlace(link) {
    if (!link || link.isConnected) return link;
    const home = document.getElementById(link.closest("[id]")?.id);
    const href = link.getAttribute("href");
    return [...(home?.querySelectorAll("a") ?? [])].find((each) => each.getAttribute("href") === href) ?? home;
  }

  // Keys that are pressed before a form is there go into it when it is. Who left it before by
  // Escape does not see it, and who wrote and went on finds it saved.
  function typedMeanwhile() {
    let typed = "";
    let entered = false;
    let left = false;
    let gone = false;
    const listen = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.key.length === 1 && !entered) typed += event.key;
      else if (event.key === "Enter") entered = true;
      else if (event.key === "Escape") {
        left = true;
        stop();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    };
    const goOn = () => {
      gone = typed !== "";
      if (gone) stop();
    };
    const stop = () => {
      document.removeEventListener("keydown", listen, true);
      document.removeEventListener("pointerdown", goOn, true);
    };
    document.addEventListener("keydown", listen, true);
    document.addEventListener("pointerdown", goOn, true);
    setTimeout(stop, 3000);
    return {
      stop,
      into(content, { anchor, opens }) {
        stop();
        if (left) return;
        const field = content.querySelector(FIRST);
        const takes = typed && field?.matches("textarea, input:not([type=radio], [type=checkbox])");
        if (gone || !opens) {
          if (!takes) return;
          field.value = typed;
          return void submit(field.form, null, { focus: "none" });
        }
        place(content, anchor);
        if (takes) field.value = typed;
        if (takes && entered) field.form.requestSubmit();
      },
    };
  }

  const FIRST = "textarea, input:not([type=hidden]), select, button, a";

  // Put a form where its part stands on the map.
  function place(content, anchor) {
    const before = document.querySelector("[data-open-form]");
    if (before?.refused) setAside(before);
    closeNow();
    const box = document.createElement("div");
    box.className = "cell-form";
    box.dataset.openForm = "";
    // A press on its words gives it the focus, which would go to the frame of the map otherwise,
    // and that would be leaving the form.
    box.tabIndex = -1;
    box.append(content);
    const part = anchor?.closest?.(".card, .tp-home, .handoff");
    const cell = anchor?.closest?.("td, th");
    if (part) {
      part.classList.add("editing");
      part.after(box);
    } else if (cell) {
      cell.insertBefore(box, cell.querySelector(":scope > .add"));
    } else {
      box.classList.add("floating");
      (anchor?.closest?.(".head, .empty, .edit-bar, .menu-body") ?? document.getElementById("edit-bar")).append(box);
    }
    box.cameFrom = anchor?.closest?.("[id]")?.id;
    htmx.process(box);
    const form = box.querySelector("form");
    if (form) form.before_ = state(form);
    const field = box.querySelector(FIRST);
    field?.focus({ preventScroll: true });
    if (field?.select && field.value) field.select();
    keepInSight(box);
    sizes.observe(box);
    return box;
  }

  function keepInSight(box) {
    const frame = box.closest("[data-map-scroll]")?.getBoundingClientRect();
    if (!frame) return box.scrollIntoView({ block: "nearest" });
    if (box.closest("tbody")) makeRoom(box);
    const at = box.getBoundingClientRect();
    box.classList.toggle("leftwards", at.right > Math.min(frame.right, innerWidth) - 4);
    box.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // A form that would reach below the map moves up, as far as the head of the map lets it; what
  // does not fit even so, the map makes room for. Once it stands there it moves up no further.
  function makeRoom(box, { stands = false } = {}) {
    box.style.translate = "";
    const [at, whole, head] = [box, map(), map().tHead].map((each) => each.getBoundingClientRect());
    const scale = at.height / box.offsetHeight;
    const over = Math.max(0, at.bottom + BESIDE - whole.bottom);
    const up = Math.min(stands ? (box.raised || 0) * scale : over, Math.max(0, at.top - whole.top - head.height - BESIDE));
    box.raised = up / scale;
    box.style.translate = `0 ${-box.raised}px`;
    map().style.marginBottom = `${Math.max(0, over - up) / scale}px`;
    box.style.scrollMarginTop = `${(head.height + BESIDE) / scale}px`;
  }
  const BESIDE = 8;

  // The map was drawn anew around a form, or the form has grown, as when its details opened: what
  // somebody is typing into neither leaves the frame nor moves from under the pointer.
  function makeRoomAgain() {
    const box = document.querySelector("[data-map-scroll] tbody [data-open-form]");
    if (box?.offsetHeight) makeRoom(box, { stands: true });
  }
  const sizes = new ResizeObserver(makeRoomAgain);

  const state = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value instanceof File ? value.name : value]));
  const dirty = (form) => form && form.before_ !== undefined && state(form) !== form.before_;

  function closeNow() {
    for (const box of document.querySelectorAll("[data-open-form]")) {
      // A word that is being composed ends with the focus, and not with its field.
      box.querySelector(":focus")?.blur();
      box.remove();
    }
    if (map()) map().style.marginBottom = "";
    for (const part of document.querySelectorAll(".editing")) part.classList.remove("editing");
    setTimeout(() => quiet() && giveBack());
  }

  // Whether none is open then: what cannot be saved yet stays, and says what is missing.
  function closeForm({ save = false, focus = false } = {}) {
    const box = document.querySelector("[data-open-form]");
    if (!box) return true;
    const form = box.querySelector("form[data-op]");
    const back = box.cameFrom;
    if (save && box.refused && !dirty(form)) {
      keepInSight(box);
      return false;
    }
    if (save && dirty(form)) {
      if (!form.reportValidity()) return false;
      submit(form, null, { focus: "none" });
    }
    closeNow();
    if (focus && back) focusOn(back);
    return true;
  }

  function submit(form, button, options = {}) {
    const url = button?.hasAttribute("formaction") ? button.formAction : form.getAttribute("action");
    const data = new FormData(form);
    if (button?.name) data.append(button.name, button.value);
    const box = form.closest("[data-open-form]");
    if (box) box.refused = false;
    const quick = form.hasAttribute("data-quick");
    const cell = quick ? form.closest("td")?.id : undefined;
    const back = box?.cameFrom;
    const taken = button?.classList.contains("danger") ? { said: "Taken off the map.", undo: true } : {};
    if (box && !quick) {
      if (!button?.hasAttribute("formaction")) foretell(form);
      closeNow();
    }
    return send(url, data, { cell, back, ...taken, ...options });
  }

  // Show the new words at once; the server's answer replaces them.
  function foretell(form) {
    const link = document.getElementById(form.dataset.backTo)?.querySelector("a.edit");
    const words = form.elements.text?.value ?? form.elements.title?.value;
    if (link && words && !link.querySelector("*")) {
      link.textContent = words;
      link.setAttribute("aria-busy", "true");
    }
  }

  function focusOn(id) {
    const part = document.getElementById(id);
    if (!part) return;
    const target = part.matches("a, button, input") ? part : part.querySelector("a.edit:not(.tp-edit), a.tp, a.add, input, a, button");
    if (!target) part.tabIndex = -1;
    (target ?? part).focus({ preventScroll: true });
    (target ?? part).scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // The form of the next card: in this cell, or in the one beside it. It is the same form, emptied,
  // so that nothing is lost of what somebody types on.
  function nextCard(box, cell) {
    const add = cell.querySelector(":scope > a.add");
    const form = box.querySelector("form");
    form.reset();
    form.action = add.href;
    form.dataset.backTo = box.cameFrom = cell.id;
    const head = (element) => element?.querySelector("a.edit")?.textContent ?? "";
    const step = document.getElementById(`step-${cell.id.split("-")[2]}`);
    const title = `${head(cell.parentElement.querySelector("th"))} at ${head(step)}`;
    form.setAttribute("aria-label", title);
    form.querySelector("h2").textContent = title;
    if (box.parentElement !== cell) cell.insertBefore(box, add);
    form.before_ = state(form);
    form.elements.text.focus({ preventScroll: true });
    keepInSight(box);
  }

  // Lines, or cells of a spreadsheet, become cards: one in each step from here to the right.
  function paste(event, add) {
    const lines = event.clipboardData.getData("text/plain").split(/\r?\n|\t/).map((line) => line.trim()).filter(Boolean);
    if (lines.length < 2) return false;
    event.preventDefault();
    const where = new URL(add.href).searchParams;
    closeNow();
    send(`${map().dataset.edit}cards/paste/`, { lane: where.get("lane"), step: where.get("step"), text: lines.join("\n") },
      { said: `Pasted ${lines.length} cards, one in each step.`, undo: true });
    return true;
  }

  // ---- what people do ------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const cancel = event.target.closest("[data-cancel]");
    if (cancel?.closest("[data-open-form]")) {
      event.preventDefault();
      closeForm({ focus: true });
      return;
    }
    const link = event.target.closest("[data-map] a.edit, [data-map] a.add, #head a.edit, a[data-form]");
    if (link) {
      event.preventDefault();
      // A link in a form opens another one in its place.
      const from = link.closest("[data-open-form]")?.cameFrom;
      openForm(link.href, document.getElementById(from) ?? link);
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-op]");
    if (!form) return;
    event.preventDefault();
    submit(form, event.submitter);
    const box = form.closest("[data-open-form]");
    if (box && form.hasAttribute("data-quick")) nextCard(box, box.closest("td"));
  });

  document.addEventListener("focusin", (event) => {
    const box = event.target.closest?.("[data-open-form]");
    if (box && event.target.matches("input, textarea, select")) box.writing = event.target;
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.("[data-open-form]");
    // Whoever presses on its words, as by a double click on what opens it, writes on all the same.
    if (box && event.target === box && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.stopPropagation();
      return void box.writing?.focus();
    }
    if (box && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      closeForm({ focus: true });
      return;
    }
    const form = box && event.target.closest("form");
    if (!form || event.isComposing) return;
    const text = event.target.matches("textarea");
    const quick = form.hasAttribute("data-quick");
    if (event.key === "Enter" && text && !event.shiftKey) {
      event.preventDefault();
      const cell = form.closest("td");
      if (quick && !event.target.value.trim()) return closeForm({ focus: true });
      if (!form.reportValidity()) return;
      if (!quick && !dirty(form) && !box.refused) return closeForm({ focus: true });
      submit(form, null);
      if (quick) nextCard(form.closest("[data-open-form]"), cell);
      return;
    }
    if (event.key === "Tab" && quick && text) {
      event.preventDefault();
      const cell = form.closest("td");
      const beside = event.shiftKey ? cell.previousElementSibling : cell.nextElementSibling;
      if (event.target.value.trim()) submit(form, null);
      nextCard(form.closest("[data-open-form]"), beside?.querySelector(":scope > a.add") ? beside : cell);
    }
  }, true);

  // Whoever clicks elsewhere has finished: what was written is saved. That waits until they let go,
  // as a click is lost on what moves from under the pointer before; it comes before the click then.
  let leaving = null;
  const leave = () => {
    if (leaving?.isConnected) closeForm({ save: true });
    leaving = null;
  };
  document.addEventListener("pointerdown", (event) => {
    const box = document.querySelector("[data-open-form]");
    leaving = box?.contains(event.target) ? null : box;
    if (leaving) cxPress.whenLetGo(leave);
  }, true);
  document.addEventListener("click", leave, true);
  // A finger that scrolls or zooms goes nowhere; a mouse that begins to drag a link does.
  document.addEventListener("pointercancel", ({ pointerType }) => {
    if (pointerType !== "mouse") leaving = null;
  }, true);
  // A view that is drawn anew has no place for what is being written.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target.id === "view" && !closeForm({ save: true })) event.preventDefault();
  });
  document.addEventListener("focusout", (event) => {
    const box = event.target.closest?.("[data-open-form]");
    if (leaving || !box || !event.relatedTarget || box.contains(event.relatedTarget)) return;
    setTimeout(() => box.isConnected && !box.contains(document.activeElement) && closeForm({ save: true }), 0);
  });

  document.addEventListener("paste", (event) => {
    const box = event.target.closest?.("form[data-quick]");
    if (box && event.target.value === "") paste(event, box.closest("td").querySelector(":scope > a.add"));
    else if (!event.target.closest?.("input, textarea, select, [data-open-form]") && event.target.closest?.("[data-map] td")) {
      const add = event.target.closest("td").querySelector(":scope > a.add");
      if (add?.href.includes("lane=")) paste(event, add);
    }
  });

  document.addEventListener("cx:applied", () => {
    drawPending();
    makeRoomAgain();
  });
  window.addEventListener("online", () => { wait = 1000; next(); });
  window.addEventListener("beforeunload", (event) => { if (queue.length || dirty(document.querySelector("[data-open-form] form"))) event.preventDefault(); });
  document.getElementById("edit-waiting")?.querySelector("button").addEventListener("click", () => { wait = 1000; next(); });

  try {
    queue = JSON.parse(sessionStorage.getItem(store) ?? "[]");
  } catch { /* Nothing was kept. */ }
  next();

  return { send, openForm, closeForm, focusOn, say, ownRevisions, map, get pending() { return sending ? 1 : 0; } };
})();
window.cxEdit = cxEdit;

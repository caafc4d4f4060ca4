// What is pressed now, by mouse, pen or finger: a click is lost on what moves from under it meanwhile.
// `cxPress.target` is what the last press began on; `cxPress.isHeld()` whether it goes on;
// `cxPress.whenLetGo(act)` calls `act` when nothing is pressed any more, or at once.
"use strict";

window.cxPress = (() => {
  const LIFTED = 300; // ms in which a click may follow
  const waiting = [];
  const press = { target: null, isHeld: () => held, whenLetGo };
  let held = false;
  let finger = false;
  let lifting = 0;

  function whenLetGo(act) {
    if (held) waiting.push(() => whenLetGo(act));
    else act();
  }

  function letGo() {
    held = false;
    for (const act of waiting.splice(0)) act();
  }

  document.addEventListener("pointerdown", ({ target, pointerType }) => {
    press.target = target;
    finger = pointerType !== "mouse";
    clearTimeout(lifting);
    held = true;
  }, true);

  // A finger clicks a little after it was lifted, or not at all. Where a menu opens on the press, as on
  // a Mac, nobody hears of the letting go of a mouse.
  for (const end of ["pointerup", "pointercancel", "click", "contextmenu"]) {
    document.addEventListener(end, ({ type }) => {
      if (finger && type === "contextmenu") return;
      clearTimeout(lifting);
      lifting = setTimeout(letGo, finger && type === "pointerup" ? LIFTED : 0);
    }, true);
  }

  return press;
})();

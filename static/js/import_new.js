// The import page: the file's name, the place to drop it, and how much of it is sent.
"use strict";

function size(bytes) {
  const [unit, step] = bytes < 2 ** 20 ? ["kilobyte", 2 ** 10] : ["megabyte", 2 ** 20];
  const format = new Intl.NumberFormat("en", { style: "unit", unit, maximumFractionDigits: 1 });
  return format.format(bytes / step);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-upload]");
  if (!form || event.target.type !== "file") return;
  const file = event.target.files[0];
  const name = form.querySelector("[data-file-name]");
  name.textContent = file ? `${file.name} (${size(file.size)})` : "Choose a file, or drop it here";
});

// The input covers its place, so that browsers take a dropped file by themselves.
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.target.closest?.("[data-drop]")?.classList.toggle("over", kind === "dragover");
  });
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest("[data-upload]");
  if (!form) return;
  form.querySelector("[data-sending]").hidden = false;
  form.querySelector("button").disabled = true;
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target.closest?.("[data-upload]");
  const { loaded, total, lengthComputable } = event.detail;
  if (!form || !lengthComputable) return;
  const bar = form.querySelector("[data-sent]");
  bar.value = (100 * loaded) / total;
  const text = form.querySelector("[data-sent-text]");
  text.textContent =
    loaded < total ? `${size(loaded)} of ${size(total)} sent` : "Sent; reading its first rows …";
});

for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    const form = event.target.closest?.("[data-upload]");
    if (!form) return;
    form.querySelector("[data-sending]").hidden = true;
    form.querySelector("button").disabled = false;
  });
}

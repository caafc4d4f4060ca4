// Charts: drawn by Plotly in the page's own colours, walked by arrow keys, saved as pictures.
"use strict";

const dark = matchMedia("(prefers-color-scheme: dark)");
const NARROW = 480;
const TITLE = 34;
// Plotly takes texts for markup: names must not be, only the breaks that charts put in themselves.
const MARKUP = /<(?!br>|\/?extra>)/g;
const QUIET = { displayModeBar: false, responsive: true, scrollZoom: false };

// "--accent/.15" -> what that colour of the page is now, with that opacity.
function painted(value, style) {
  if (Array.isArray(value)) return value.map((each) => painted(each, style));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, painted(each, style)]));
  }
  if (typeof value !== "string") return value;
  const named = /^(--[\w-]+)(?:\/([\d.]+))?$/.exec(value);
  if (!named) return value.replace(MARKUP, "&lt;");
  const hex = style.getPropertyValue(named[1]).trim();
  const full = hex.length === 4 ? hex.replace(/[^#]/g, "$&$&") : hex;
  if (!named[2]) return full;
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(full.slice(at, at + 2), 16));
  return `rgba(${red}, ${green}, ${blue}, ${named[2]})`;
}

function dressed(layout, style) {
  const axis = { gridcolor: "--line", linecolor: "--line-2", zerolinecolor: "--line-2", tickcolor: "--line-2", automargin: true };
  const own = {
    font: { family: style.getPropertyValue("--font"), size: 12.5, color: "--ink-2" },
    paper_bgcolor: "--card", plot_bgcolor: "--card",
    margin: { t: 12, r: 12, b: 36, l: 44 },
    height: 320,
    hovermode: "closest",
    hoverlabel: { bgcolor: "--card", bordercolor: "--line-2", font: { color: "--ink" } },
    legend: { orientation: "h", y: -0.18, x: 0 },
    dragmode: false,
  };
  const merged = { ...own, ...layout };
  const axes = new Set(["xaxis", "yaxis", ...Object.keys(layout).filter((key) => /^[xy]axis/.test(key))]);
  for (const name of axes) merged[name] = { ...axis, ...layout[name] };
  return painted(merged, style);
}

// On a phone the names of rows would take the room of what they name.
function fitted(layout, width) {
  const names = layout.yaxis?.ticktext;
  if (!names || width > NARROW) return layout;
  const short = names.map((name) => name.replaceAll("<br>", " ")).map((name) => (name.length > 13 ? `${name.slice(0, 12).trimEnd()}…` : name));
  return { ...layout, yaxis: { ...layout.yaxis, ticktext: short } };
}

function figureOf(plot) {
  return JSON.parse(document.getElementById(plot.dataset.chartPlot).textContent);
}

function draw(plot) {
  const style = getComputedStyle(document.documentElement);
  const { data, layout } = figureOf(plot);
  plot.hidden = false;
  const drawn = dressed(fitted(layout, plot.clientWidth), style);
  // Where the window changes its size, Plotly takes the height from here.
  plot.style.height = `${drawn.height}px`;
  return Plotly.react(plot, painted(data, style), drawn, QUIET);
}

function prepare(home = document) {
  for (const plot of home.querySelectorAll("[data-chart-plot]")) {
    if (plot.dataset.drawn) continue;
    plot.dataset.drawn = "yes";
    const chart = plot.closest("[data-chart]");
    draw(plot).then(() => {
      chart.querySelector("[data-chart-table]").open = false;
      chart.querySelector("[data-chart-png]").hidden = false;
    });
  }
}

// The lines that have points to read: not the bands around them.
function readable(plot) {
  return plot.data.map((trace, index) => ({ trace, index })).filter(({ trace }) => trace.hoverinfo !== "skip" && (trace.x || trace.z));
}

// What Python said of a point, else its numbers. Of a table, points go on from row to row.
function told({ trace }, at) {
  const cell = (table, width) => table[Math.floor(at / width)][at % width];
  if (trace.z) return cell(trace.hovertext ?? trace.z, trace.z[0].length);
  if (trace.hovertext) return trace.hovertext[at];
  const value = trace.y[at] == null ? "no figure" : trace.y[at];
  return `${trace.name ? `${trace.name}, ` : ""}${trace.x[at]}: ${value}`;
}

// Left and right go from point to point, up and down from line to line; in a table, by rows.
function moved(last, steps, lines) {
  if (!last) return { line: 0, point: 0 };
  const { trace } = lines[last.line];
  const width = trace.z?.[0].length;
  const count = width ? trace.z.length * width : trace.x.length;
  const by = width ? steps[0] * width + steps[1] : steps[1];
  const point = last.point + by;
  if (width || !steps[0]) return { line: last.line, point: point < 0 || point >= count ? last.point : point };
  const line = (last.line + steps[0] + lines.length) % lines.length;
  return { line, point: Math.min(last.point, lines[line].trace.x.length - 1) };
}

function walk(plot, event) {
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const lines = readable(plot);
  if (!steps || !lines.length) return;
  event.preventDefault();
  plot.walked = moved(plot.walked, steps, lines);
  const { line, point } = plot.walked;
  const chosen = lines[line];
  plot.closest("[data-chart]").querySelector("[data-chart-said]").textContent = told(chosen, point);
  const width = chosen.trace.z?.[0].length;
  const pointNumber = width ? [Math.floor(point / width), point % width] : point;
  Plotly.Fx.hover(plot, [{ curveNumber: chosen.index, pointNumber }]);
}

// Away from its page, a picture has to say by itself what it shows, and of how many.
function titled(plot) {
  const head = plot.closest("[data-chart]").querySelector("figcaption");
  const text = [head.querySelector("h3"), head.querySelector(".margin")].map((each) => each?.textContent.trim()).filter(Boolean).join(" · ");
  const { legend = {}, margin = {}, ...rest } = plot.layout;
  const [width, height] = [plot.clientWidth, plot.clientHeight + TITLE];
  const layout = {
    ...rest,
    title: { text, x: 0, xref: "paper", y: 1, yref: "container", yanchor: "top", pad: { t: 10 }, font: { size: 15 } },
    margin: { ...margin, t: (margin.t ?? 0) + TITLE },
    legend: legend.yref === "container" ? { ...legend, y: 1 - TITLE / height } : legend,
    height,
  };
  return { figure: { data: plot.data, layout }, width, height };
}

// Through a picture of the page's own address: the policy lets none come from elsewhere.
async function save(plot) {
  const { figure, width, height } = titled(plot);
  const scale = 2;
  const drawn = await Plotly.toImage(figure, { format: "svg", width, height, imageDataOnly: true });
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn)}`;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: width * scale, height: height * scale });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const link = Object.assign(document.createElement("a"), { href: canvas.toDataURL("image/png"), download: `${figureOf(plot).name}.png` });
  link.click();
}

document.addEventListener("keydown", (event) => {
  const plot = event.target.closest?.("[data-chart-plot]");
  if (plot) walk(plot, event);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-png]");
  if (button) save(button.closest("[data-chart]").querySelector("[data-chart-plot]"));
});

dark.addEventListener("change", () => {
  for (const plot of document.querySelectorAll("[data-chart-plot]")) draw(plot);
});
document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  if (event.detail.elt.dataset?.drawn) Plotly.purge(event.detail.elt);
});
prepare();

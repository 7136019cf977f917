"use strict";
// Draws every map of the page; its data lie in the JSON script element inside each figure.

const PALETTE = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a900", "#7a5cc4",
  "#8c564b", "#6b7280", "#003f5c", "#8fbf3f"];
const SYMBOLS = ["diamond-open", "square-open", "triangle-up-open", "star-open", "pentagon-open"];
const darkMode = matchMedia("(prefers-color-scheme: dark)");
const byFinger = matchMedia("(pointer: coarse), (max-width: 40rem)");

function pointType() {
  const gl = document.createElement("canvas").getContext("webgl");
  return gl ? "scattergl" : "scatter";
}

function layer(data, name, keep, marker) {
  const rows = data.x.map((_, i) => i).filter(keep);
  return {
    type: pointType(), mode: "markers", name, x: rows.map((i) => data.x[i]), y: rows.map((i) => data.y[i]),
    text: rows.map((i) => data.text[i] + (data.sources ? "<br><i>" + about(data, i) + "</i>" : "")),
    hovertemplate: "%{text}<extra></extra>", marker: { size: byFinger.matches ? 3.5 : 5, opacity: 0.7, ...marker(rows) },
  };
}

function about(data, i) {
  const parts = [data.sources[data.source[i]]];
  if (data.cluster) parts.push("cluster " + data.cluster[i]);
  if (data.picked) parts.push(data.picked[i] ? "picked" : "left");
  return parts.join(", ");
}

const MODES = {
  source: (data) => data.sources.map((name, number) =>
    layer(data, name, (i) => data.source[i] === number, () => ({ color: PALETTE[number % PALETTE.length] }))),
  cluster: (data) => [layer(data, "training rows, a colour per cluster", () => true,
    (rows) => ({ color: rows.map((i) => PALETTE[data.cluster[i] % PALETTE.length]) }))],
  picked: (data, ink) => [
    layer(data, "left in the pool", (i) => !data.picked[i], () => ({ color: ink.quiet, opacity: 0.45 })),
    layer(data, "picked by the mix", (i) => data.picked[i], () => ({ color: ink.main, opacity: 0.85 })),
  ],
};

function testLayer(test, number, ink) {
  const marker = () => ({ color: ink.text, size: byFinger.matches ? 5 : 7, opacity: 0.9, symbol: SYMBOLS[number % SYMBOLS.length],
    line: { width: 1.2, color: ink.text } });
  return layer(test, "test: " + test.name, () => true, marker);
}

function inks() {
  return darkMode.matches
    ? { text: "#e8eaed", quiet: "#66707c", main: "#56b4e9", paper: "#20262e" }
    : { text: "#1c2430", quiet: "#a3abb4", main: "#0072b2", paper: "#ffffff" };
}

function axis() {
  return { showgrid: false, zeroline: false, showticklabels: false, ticks: "", showline: false };
}

function layout(ink, width) {
  const height = Math.min(680, Math.max(460, width * 0.85));
  return {
    height, margin: { l: 4, r: 4, t: 30, b: 4 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: "system-ui, sans-serif", size: 13, color: ink.text },
    xaxis: axis(), yaxis: { ...axis(), scaleanchor: "x" }, hovermode: "closest", uirevision: "keep",
    // one finger scrolls the page; two fingers move the map
    dragmode: byFinger.matches ? false : "pan",
    modebar: { bgcolor: "rgba(0,0,0,0)", color: ink.quiet, activecolor: ink.main },
    legend: { orientation: "h", x: 0, y: -0.02, yanchor: "top", itemsizing: "constant" },
    hoverlabel: { align: "left", bgcolor: ink.paper, bordercolor: ink.quiet,
      font: { color: ink.text, size: 12, family: "system-ui, sans-serif" } },
  };
}

const CONFIG = {
  scrollZoom: true, responsive: true, displaylogo: false, displayModeBar: true, showTips: false,
  modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"]],
};

function draw(figure, data, mode) {
  const ink = inks();
  const traces = [...MODES[mode](data, ink), ...data.tests.map((test, number) => testLayer(test, number, ink))];
  figure.dataset.mode = mode;
  return Plotly.react(figure, traces, layout(ink, figure.clientWidth), CONFIG);
}

function distance(touches) {
  return Math.hypot(touches[0].clientX - touches[1].clientX, touches[0].clientY - touches[1].clientY);
}

function middle(touches, box) {
  return [(touches[0].clientX + touches[1].clientX) / 2 - box.left,
    (touches[0].clientY + touches[1].clientY) / 2 - box.top];
}

function followTwoFingers(figure) {
  let start = null;
  const begin = (event) => {
    if (event.touches.length !== 2) { start = null; return; }
    const { xaxis, yaxis } = figure._fullLayout;
    const box = figure.getBoundingClientRect();
    start = { gap: distance(event.touches), at: middle(event.touches, box), box,
      x: [...xaxis.range], y: [...yaxis.range], xaxis, yaxis };
  };
  const move = (event) => {
    if (!start || event.touches.length !== 2) return;
    event.preventDefault();
    const zoom = start.gap / Math.max(distance(event.touches), 1);
    const at = middle(event.touches, start.box);
    const range = ([low, high], axis, was, now) => {
      const part = (pixel) => (pixel - axis._offset) / axis._length;
      const span = (high - low) * zoom;
      const up = axis._id === "y";
      const fixed = low + (high - low) * (up ? 1 - part(was) : part(was));
      const from = fixed - span * (up ? 1 - part(now) : part(now));
      return [from, from + span];
    };
    Plotly.relayout(figure, {
      "xaxis.range": range(start.x, start.xaxis, start.at[0], at[0]),
      "yaxis.range": range(start.y, start.yaxis, start.at[1], at[1]),
    });
  };
  figure.addEventListener("touchstart", begin, { passive: true, capture: true });
  figure.addEventListener("touchmove", move, { passive: false, capture: true });
  figure.addEventListener("touchend", () => { start = null; }, { passive: true });
}

function start(card) {
  const figure = card.querySelector(".map-plot");
  const data = JSON.parse(card.querySelector("script").textContent);
  const buttons = [...card.querySelectorAll("button[data-mode]")];
  const show = (mode) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    return draw(figure, data, mode);
  };
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.mode));
  darkMode.addEventListener("change", () => show(figure.dataset.mode));
  show("source").then(() => followTwoFingers(figure));
}

for (const card of document.querySelectorAll(".map")) start(card);

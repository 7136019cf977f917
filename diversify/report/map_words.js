// What is said beside a map: the legend, the counts, the row under the pointer.

const MARKS = ["◇", "□", "△", "▽", "⬡"];
const inWords = new Intl.NumberFormat("en").format;

function made(tag, words, attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = words; // never markup: names and texts come out of data files
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function fillLegend(list, map) {
  const { data, points, mode, colours } = map;
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.what : null;
  const chip = (what, mark, colour, words) => {
    const button = made("button", "", { type: "button", "data-what": what, "aria-pressed": String(map.isShown(what)) });
    const dot = made("span", mark, { "aria-hidden": "true" });
    dot.style.color = colour;
    button.append(dot, made("span", words));
    button.addEventListener("click", () => map.toggle(what));
    return button;
  };
  const coloured = (on, what, colour, words) => chip(what, on ? "●" : "○", on ? colour : "currentColor", words);
  const chips = data.sources.map((one, number) => coloured(mode === "source", `source ${number}`,
    colours.names[number % colours.names.length], `${one.name} ${inWords(one.rows)}`));
  if (points.picked) {
    const picked = mode === "picked", few = data.picked_rows;
    chips.push(coloured(picked, "picked 1", colours.accent, `picked ${inWords(few)}`));
    chips.push(coloured(picked, "picked 0", "var(--muted)", `left ${inWords(data.rows - few)}`));
  }
  data.tests.forEach((one, number) => chips.push(
    chip(`test ${number}`, MARKS[number % MARKS.length], colours.ink, `test: ${one.name} ${inWords(one.count)}`)));
  if (map.grids) chips.push(chip("ground", "▦", "var(--muted)", "density of all rows"));
  list.replaceChildren(...chips);
  if (focused) list.querySelector(`[data-what="${focused}"]`)?.focus();
}

function countWords({ data, points, layers, hidden, word }) {
  const shown = layers.reduce((sum, rows) => sum + rows.length, 0);
  let words = shown === data.rows ? `${inWords(shown)} rows` : `${inWords(shown)} of ${inWords(data.rows)} rows are drawn`;
  if (data.picked_drawn && data.rows > points.count && !hidden.size) {
    words += `, ${inWords(data.picked_drawn)} picked ones among them`;
  }
  if (word) words += `; ${inWords(layers[2].length)} hold “${word}”` + (layers[2].length ? ": Enter leads to the next" : "");
  return words;
}

function aboutPoint({ points, data }, i) {
  if (i >= points.count) return `test: ${data.tests[points.test[i - points.count]].name}`;
  const parts = [data.sources[points.source[i]].name];
  if (points.cluster) {
    const number = points.cluster[i], terms = data.terms[number];
    parts.push(number < 0 ? "no cluster" : `cluster ${number}` + (terms ? ` (${terms})` : ""));
  }
  if (points.picked) parts.push(points.picked[i] ? "picked" : "left");
  return parts.join(", ");
}

// beside the place, and never beyond the picture
function placeTip(tip, plot, x, y) {
  const left = Math.max(4, Math.min(x + 12, plot.clientWidth - tip.offsetWidth - 4));
  const below = y + 14 + tip.offsetHeight <= plot.clientHeight;
  const top = Math.max(4, below ? y + 14 : y - 14 - tip.offsetHeight);
  tip.style.transform = `translate(${left}px, ${top}px)`;
}

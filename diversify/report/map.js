// Every map of the page: what is shown of it, and in which colours.

const SHAPES = [
  [[0, -1], [1, 0], [0, 1], [-1, 0]], [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]],
  [[0, -1], [0.95, 0.7], [-0.95, 0.7]], [[0, 1], [0.95, -0.7], [-0.95, -0.7]],
  [[-0.5, -0.9], [0.5, -0.9], [1, 0], [0.5, 0.9], [-0.5, 0.9], [-1, 0]],
];
const MOST_PIXELS = 4e6; // finer ones nobody sees, and they would cost frames

class InstructionMap {
  constructor(card, data, points, grids) {
    Object.assign(this, { card, data, points, grids, mode: "source", word: "", at: -1, read: -1 });
    this.plot = card.querySelector(".map-plot");
    this.canvas = this.plot.querySelector("canvas");
    this.tip = this.plot.querySelector(".map-tip");
    this.pixels = new Pixels(this.canvas);
    this.view = new View(boxOf(points));
    this.shown = new Uint8Array(points.x.length);
    this.names = points.cluster ? namesOf(points, data.terms) : [];
    // what is switched off, such as "source 3", "test 0" or "picked 1"
    this.hidden = new Set(data.rows > data.count ? [] : ["ground"]);
    this.connect();
    this.select();
    new ResizeObserver(() => this.resize()).observe(this.plot);
  }

  connect() {
    const act = {
      move: (dx, dy) => this.change(() => this.view.move(dx, dy)), zoom: (factor, x, y) => this.zoom(factor, x, y),
      reset: () => this.change(() => this.view.reset()), leave: () => this.say(-1),
      read: (x, y, reach) => this.readAt(x, y, reach),
    };
    followMouse(this.canvas, act);
    followFingers(this.canvas, act, this.plot.dataset.fingers === "1");
    followKeys(this.canvas, act);
    const zooms = { in: () => this.zoom(1.6), out: () => this.zoom(1 / 1.6), all: act.reset };
    for (const button of this.card.querySelectorAll("button[data-zoom]")) {
      button.addEventListener("click", zooms[button.dataset.zoom]);
    }
    const modes = [...this.card.querySelectorAll("button[data-mode]")];
    for (const button of modes) {
      button.addEventListener("click", () => {
        for (const one of modes) one.setAttribute("aria-pressed", String(one === button));
        this.mode = button.dataset.mode;
        this.select();
      });
    }
    const search = this.card.querySelector(".map-search");
    search.addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.search(search.value), 120);
    });
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") this.next(event.shiftKey ? -1 : 1); });
    darkMode.addEventListener("change", () => this.select());
  }

  isShown(what) {
    return !this.hidden.has(what);
  }

  toggle(what) {
    if (!this.hidden.delete(what)) this.hidden.add(what);
    this.select();
  }

  // which points are shown and in which colours, the important ones last
  select() {
    const { points, shown, data } = this, { count, picked, source } = points;
    const sources = data.sources.map((_, number) => this.isShown(`source ${number}`));
    const picks = [0, 1].map((number) => this.isShown(`picked ${number}`));
    const found = this.word ? this.matches : null;
    this.layers = [[], [], []]; // rows, picked rows, rows that hold the word
    for (let i = 0; i < count; i++) {
      shown[i] = sources[source[i]] && (!picked || picks[picked[i]]) ? 1 : 0;
      if (shown[i]) this.layers[found?.[i] ? 2 : picked?.[i] ? 1 : 0].push(i);
    }
    points.test.forEach((number, k) => { shown[count + k] = this.isShown(`test ${number}`) ? 1 : 0; });
    this.colours = inksOf(this.card, data.colours);
    const colour = colourOf(this);
    this.batches = this.layers.map((rows, layer) => ({
      x: Float32Array.from(rows, (i) => points.x[i]), y: Float32Array.from(rows, (i) => points.y[i]),
      colour: Uint32Array.from(rows, (i) => found && layer < 2 ? this.colours.faint : colour(i)),
    }));
    if (this.grids) this.shades = shadesOf(this.grids, (number) => sources[number]);
    if (this.read >= 0 && !shown[this.read]) this.say(-1);
    fillLegend(this.card.querySelector(".map-legend"), this);
    this.card.querySelector(".map-count").textContent = countWords(this);
    this.paint();
  }

  search(text) {
    this.word = text.trim();
    const word = this.word.toLowerCase();
    this.lower ??= this.points.texts.map((one) => one.toLowerCase());
    this.matches = Uint8Array.from(this.lower, (one) => one.includes(word) ? 1 : 0);
    this.at = -1;
    this.select();
  }

  next(step) {
    const found = this.layers[2];
    if (!found.length) return;
    this.at = this.at < 0 && step < 0 ? found.length - 1 : (this.at + step + found.length) % found.length;
    const i = found[this.at];
    this.change(() => this.view.goTo(this.points.x[i], this.points.y[i], 6));
    this.say(i);
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (!width || !height) return;
    this.view.fit(width, height);
    this.pixels.resize(width, height, Math.min(devicePixelRatio, Math.sqrt(MOST_PIXELS / (width * height))));
    this.draw();
  }

  change(how) {
    how();
    this.say(-1);
    this.paint();
  }

  zoom(factor, x, y) {
    const [dx, dy] = x === undefined ? [0, 0] : this.fromMiddle(x, y);
    this.change(() => this.view.zoom(factor, dx, dy));
  }

  paint() {
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = undefined;
    const { view, pixels, colours, points } = this, { closer, box } = view;
    if (!view.whole) return;
    if (this.grids && this.isShown("ground")) pixels.ground(view, this.shades, this.data.density.bins, colours.ground);
    else pixels.clear(colours.paper);
    const room = Math.sqrt(view.whole ** 2 * box.width * box.height / (points.count || 1)); // pixels between points
    const size = Math.max(0.8, Math.min(3, 0.4 * room)) * closer ** 0.4;
    const opacity = Math.min(0.9, 0.5 + 0.08 * size * closer ** 0.3);
    const larger = [1, this.mode === "picked" ? 1.6 : 1.2, 1.6];
    this.batches.forEach((batch, layer) =>
      pixels.dots(view, batch, Math.min(5, size) * pixels.ratio * larger[layer], layer ? 1 : opacity));
    pixels.show();
    const mark = Math.min(6, 3 * closer ** 0.3);
    points.test.forEach((number, k) => {
      const i = points.count + k;
      if (this.shown[i]) pixels.outline(view, points.x[i], points.y[i], SHAPES[number % SHAPES.length], mark, colours.ink, 1.2);
    });
    if (this.mode === "cluster") {
      const names = this.names.map((one) => ({ ...one, ...pixels.at(view, one.x, one.y) }));
      writeNames(pixels, names, colours.ink, colours.card);
    }
    if (this.read >= 0) pixels.outline(view, points.x[this.read], points.y[this.read], null, 8, colours.ink, 2);
    this.plot.dataset.mode = this.mode;
  }

  fromMiddle(x, y) {
    const box = this.canvas.getBoundingClientRect();
    return [x - box.left - box.width / 2, y - box.top - box.height / 2];
  }

  // where a point lies in the picture
  spot(i) {
    const { view, points, plot } = this;
    return [plot.clientWidth / 2 + (points.x[i] - view.x) * view.scale,
      plot.clientHeight / 2 + (points.y[i] - view.y) * view.scale];
  }

  readAt(clientX, clientY, reach = 8) {
    const [dx, dy] = this.fromMiddle(clientX, clientY), { x, y, scale } = this.view;
    this.say(nearestPoint(this.points, this.shown, x + dx / scale, y + dy / scale, reach / scale));
  }

  say(i) {
    if (i === this.read) return;
    this.read = i;
    this.tip.hidden = i < 0;
    if (i >= 0) {
      this.tip.replaceChildren(made("p", this.points.texts[i]), made("p", aboutPoint(this, i), { class: "note" }));
      placeTip(this.tip, this.plot, ...this.spot(i));
    }
    this.paint();
  }
}

async function start(card) {
  if (!window.DecompressionStream) {
    card.querySelector(".map-count").textContent = "This browser cannot unpack the map: those of 2023 and later can.";
    return;
  }
  const data = JSON.parse(card.querySelector('script[type="application/json"]').textContent);
  const [points, grids] = await Promise.all([readPoints(data), readGrids(data.density)]);
  card.classList.add("ready");
  card.querySelector(".map-plot").map = new InstructionMap(card, data, points, grids);
}

for (const card of document.querySelectorAll(".map")) start(card);

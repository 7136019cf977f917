// Draws by hand into the pixels of a canvas: as fast without a graphics card, and the same everywhere.

const MARGIN = 16; // pixels around the picture, so that a point at the rim needs no test
const PHASES = 4; // places of a point's middle within a pixel, along each side

class Pixels {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
  }

  resize(width, height, ratio) {
    this.ratio = ratio;
    this.width = this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.height = this.canvas.height = Math.max(1, Math.round(height * ratio));
    this.stride = this.width + 2 * MARGIN;
    this.image = new ImageData(this.stride, this.height + 2 * MARGIN);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  // where a place lies, in pixels of the picture with its margin
  frame(view) {
    const scale = view.scale * this.ratio;
    return { scale, left: this.width / 2 - view.x * scale + MARGIN, top: this.height / 2 - view.y * scale + MARGIN };
  }

  // the same in pixels of the canvas
  at(view, x, y) {
    const { scale, left, top } = this.frame(view);
    return { x: x * scale + left - MARGIN, y: y * scale + top - MARGIN };
  }

  clear(paper) {
    this.pixels.fill(paper);
  }

  // the density layer: shades between the middles of its cells, straight into the picture
  ground(view, shades, bins, colours) {
    const { scale, left, top } = this.frame(view), cell = bins / (SPAN + 1);
    const paper = colours[0], row = new Float32Array(bins + 1);
    const lowest = Math.max(0, Math.floor((-left / scale) * cell - 1));
    const highest = Math.min(bins - 1, Math.ceil(((this.stride - left) / scale) * cell + 1));
    for (let py = 0, at = 0; py < this.height + 2 * MARGIN; py++) {
      const v = ((py - top) / scale) * cell - 0.5, upper = Math.floor(v), down = v - upper;
      if (upper < -1 || upper >= bins) {
        this.pixels.fill(paper, at, at += this.stride);
        continue;
      }
      const one = upper >= 0 ? upper * bins : -1, two = upper + 1 < bins ? (upper + 1) * bins : -1;
      for (let i = lowest; i <= highest; i++) {
        row[i] = (one < 0 ? 0 : shades[one + i]) * (1 - down) + (two < 0 ? 0 : shades[two + i]) * down;
      }
      const step = cell / scale;
      for (let px = 0, u = (-left / scale) * cell - 0.5; px < this.stride; px++, u += step) {
        const before = Math.floor(u), right = u - before;
        const low = before >= 0 && before < bins ? row[before] : 0;
        const high = before >= -1 && before + 1 < bins ? row[before + 1] : 0;
        this.pixels[at++] = colours[(low + (high - low) * right) | 0];
      }
    }
  }

  dots(view, batch, radius, opacity) {
    const { scale, left, top } = this.frame(view), { pixels, stride } = this;
    const right = this.width + 2 * MARGIN - 9, bottom = this.height + 2 * MARGIN - 9;
    const stamps = makeStamps(Math.min(radius, MARGIN / 2 - 1), opacity, stride);
    const { x, y, colour } = batch;
    for (let i = 0; i < x.length; i++) {
      const px = x[i] * scale + left, py = y[i] * scale + top;
      if (!(px > 9 && py > 9 && px < right && py < bottom)) continue;
      const column = px | 0, line = py | 0;
      const stamp = stamps[((py - line) * PHASES | 0) * PHASES + ((px - column) * PHASES | 0)];
      const at = line * stride + column, { offsets, shares } = stamp;
      const redBlue = colour[i] & 0xff00ff, green = colour[i] >>> 8 & 0xff;
      for (let k = 0; k < offsets.length; k++) {
        const share = shares[k], rest = 256 - share, under = pixels[at + offsets[k]];
        // red and blue in one product each: they lie eight bits apart
        const two = Math.imul(under & 0xff00ff, rest) + Math.imul(redBlue, share) >>> 8 & 0xff00ff;
        const one = (under >>> 8 & 0xff) * rest + green * share & 0xff00;
        pixels[at + offsets[k]] = 0xff000000 | two | one;
      }
    }
  }

  show() {
    this.context.putImageData(this.image, -MARGIN, -MARGIN);
  }

  // outlined shapes above the points: test instructions, and the row that is read
  outline(view, x, y, shape, size, colour, width) {
    const { x: px, y: py } = this.at(view, x, y), pen = this.context, reach = size * this.ratio;
    if (px < -reach || py < -reach || px > this.width + reach || py > this.height + reach) return;
    pen.beginPath();
    if (shape) shape.forEach(([dx, dy], i) => pen[i ? "lineTo" : "moveTo"](px + dx * reach, py + dy * reach));
    else pen.arc(px, py, reach, 0, 2 * Math.PI);
    pen.closePath();
    pen.strokeStyle = colour;
    pen.lineWidth = width * this.ratio;
    pen.stroke();
  }
}

// Words above the points, the first ones first; a later one that would cover an earlier one is left out.
function writeNames({ width, height, ratio, context: pen }, names, ink, paper) {
  const taken = [], high = 24 * ratio;
  Object.assign(pen, { font: `600 ${12 * ratio}px system-ui, sans-serif`, textAlign: "center", textBaseline: "middle",
    lineJoin: "round", lineWidth: 3 * ratio, strokeStyle: paper, fillStyle: ink });
  for (const { x, y, words } of names) {
    const half = pen.measureText(words).width / 2 + 6 * ratio, box = [x - half, x + half, y - high / 2, y + high / 2];
    if (box[0] < 0 || box[1] > width || box[2] < 0 || box[3] > height) continue;
    if (taken.some((one) => one[0] < box[1] && box[0] < one[1] && one[2] < box[3] && box[2] < one[3])) continue;
    taken.push(box);
    pen.strokeText(words, x, y);
    pen.fillText(words, x, y);
  }
}

// Discs with smooth rims: the pixels each covers, and by how much of 256.
function makeStamps(radius, opacity, stride) {
  const reach = Math.ceil(radius + 0.5), stamps = [];
  for (let phase = 0; phase < PHASES * PHASES; phase++) {
    const x = (phase % PHASES + 0.5) / PHASES, y = ((phase / PHASES | 0) + 0.5) / PHASES;
    const offsets = [], shares = [];
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const cover = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(dx + 0.5 - x, dy + 0.5 - y)));
        const share = Math.round(256 * opacity * cover);
        if (share) { offsets.push(dy * stride + dx); shares.push(share); }
      }
    }
    stamps.push({ offsets: Int32Array.from(offsets), shares: Int32Array.from(shares) });
  }
  return stamps;
}

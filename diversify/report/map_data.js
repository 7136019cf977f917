"use strict";
// What a map's JSON carries: numbers and texts, packed with deflate and written in base64.

const SPAN = 65535; // places are whole numbers from 0 to this; y grows downwards

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

async function readPoints(data) {
  const texts = new TextDecoder().decode(await unpacked(data.text)).split("\n");
  const points = {
    count: data.count, // training rows; test instructions follow them
    x: new Uint16Array(await unpacked(data.x)),
    y: new Uint16Array(await unpacked(data.y)),
    source: new Uint16Array(await unpacked(data.source)),
    cluster: data.cluster && new Int32Array(await unpacked(data.cluster)),
    picked: data.picked && new Uint8Array(await unpacked(data.picked)),
    test: data.tests.flatMap((test, number) => new Array(test.count).fill(number)),
    texts,
  };
  points.grid = makeGrid(points.x, points.y);
  return points;
}

async function readGrids(density) {
  if (!density) return null;
  return Promise.all(density.grids.map(async (grid) => new Uint8Array(await unpacked(grid))));
}

// The middle and the size of what there is, never nothing.
function boxOf({ x, y }) {
  let [left, right, top, bottom] = [SPAN, 0, SPAN, 0];
  for (let i = 0; i < x.length; i++) {
    left = Math.min(left, x[i]); right = Math.max(right, x[i]);
    top = Math.min(top, y[i]); bottom = Math.max(bottom, y[i]);
  }
  const width = Math.max(right - left, SPAN / 100), height = Math.max(bottom - top, SPAN / 100);
  return { x: (left + right) / 2, y: (top + bottom) / 2, width, height };
}

// The middle of each cluster that has terms, and the first two of them; the largest cluster first.
function namesOf({ count, cluster, x, y }, terms) {
  const sums = terms.map(() => [0, 0, 0]);
  for (let i = 0; i < count; i++) {
    const sum = sums[cluster[i]];
    if (sum) { sum[0] += x[i]; sum[1] += y[i]; sum[2]++; }
  }
  return sums.map(([right, down, rows], number) =>
    ({ x: right / rows, y: down / rows, rows, words: terms[number].split(", ").slice(0, 2).join(", ") }))
    .filter(({ rows, words }) => rows && words).sort((one, other) => other.rows - one.rows);
}

// An index of the plane: the points of each cell side by side.
const CELLS = 256;
const cellOf = (place) => (place * CELLS / (SPAN + 1)) | 0;

function makeGrid(x, y) {
  const starts = new Uint32Array(CELLS * CELLS + 1);
  const cell = Uint32Array.from(x, (one, i) => cellOf(y[i]) * CELLS + cellOf(one));
  for (const one of cell) starts[one + 1]++;
  for (let i = 0; i < CELLS * CELLS; i++) starts[i + 1] += starts[i];
  const next = starts.slice(), members = new Uint32Array(x.length);
  cell.forEach((one, i) => { members[next[one]++] = i; });
  return { starts, members };
}

function nearestPoint(points, shown, x, y, reach) {
  const bound = (place) => Math.min(CELLS - 1, Math.max(0, cellOf(place)));
  let best = -1, least = reach * reach;
  for (let row = bound(y - reach); row <= bound(y + reach); row++) {
    const from = points.grid.starts[row * CELLS + bound(x - reach)];
    const to = points.grid.starts[row * CELLS + bound(x + reach) + 1];
    for (let k = from; k < to; k++) {
      const i = points.grid.members[k];
      const gap = (points.x[i] - x) ** 2 + (points.y[i] - y) ** 2;
      if (shown[i] && gap <= least) { best = i; least = gap; }
    }
  }
  return best;
}

// Grids hold logarithms of counts, as `packed_counts` wrote them; shades run from 0 to 255.
function shadesOf(grids, shown) {
  const counts = Float64Array.from({ length: 256 }, (_, level) => (2 ** (level / 11) - 1) / 16);
  const total = new Float64Array(grids[0].length);
  grids.forEach((grid, number) => {
    if (grids.length === 1 || shown(number)) grid.forEach((level, i) => { if (level) total[i] += counts[level]; });
  });
  let most = 0;
  for (const one of total) most = Math.max(most, one);
  const unit = 255 / Math.log1p(most || 1);
  return Uint8Array.from(total, (one) => Math.log1p(one) * unit);
}

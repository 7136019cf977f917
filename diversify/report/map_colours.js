// Colours as the pixels of a canvas hold them: opaque, blue above green above red.

const darkMode = matchMedia("(prefers-color-scheme: dark)");

function packColour(hex) {
  const value = parseInt(hex.slice(1), 16);
  return 0xff000000 | (value & 0xff) << 16 | (value & 0xff00) | value >> 16;
}

function mixed(from, to, share) {
  const part = (shift) => {
    const low = from >>> shift & 255, high = to >>> shift & 255;
    return Math.round(low + (high - low) * share) << shift;
  };
  return 0xff000000 | part(16) | part(8) | part(0);
}

// those of the page around the map, and the names' on a light or a dark one
function inksOf(card, names) {
  const style = getComputedStyle(card), of = (name) => style.getPropertyValue(name).trim();
  const paper = packColour(of("--card")), quiet = packColour(of("--muted"));
  return {
    paper, card: of("--card"), ink: of("--ink"), accent: of("--accent"),
    quiet: mixed(paper, quiet, 0.5), faint: mixed(paper, quiet, 0.35),
    names: names[darkMode.matches ? "dark" : "light"],
    ground: Uint32Array.from({ length: 256 }, (_, shade) => mixed(paper, quiet, shade / 255 * 0.75)),
  };
}

function colourOf({ points, mode, colours }) {
  const names = colours.names.map(packColour), main = packColour(colours.accent);
  if (mode === "picked") return (i) => points.picked[i] ? main : colours.quiet;
  const number = mode === "cluster" ? points.cluster : points.source;
  return (i) => number[i] < 0 ? colours.quiet : names[number[i] % names.length];
}

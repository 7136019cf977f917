// Moves a map: mouse, wheel, one or two fingers, keys.

const KEYS = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };

function followMouse(canvas, act) {
  let from = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button) return;
    from = [event.clientX, event.clientY];
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    if (!from) { act.read(event.clientX, event.clientY); return; }
    act.move(event.clientX - from[0], event.clientY - from[1]);
    from = [event.clientX, event.clientY];
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { from = null; });
  canvas.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") act.leave(); });
  canvas.addEventListener("dblclick", (event) => act.zoom(2, event.clientX, event.clientY));
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 33 : 1);
    act.zoom(2 ** (-Math.max(-200, Math.min(200, pixels)) / 200), event.clientX, event.clientY);
  }, { passive: false });
}

// On a page of its own one finger moves the map; inside the report it scrolls on.
function followFingers(canvas, act, oneMoves) {
  let last = null, tap = null;
  const state = (touches) => {
    const [one, two = one] = touches;
    return { count: touches.length, x: (one.clientX + two.clientX) / 2, y: (one.clientY + two.clientY) / 2,
      gap: Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY) };
  };
  canvas.addEventListener("touchstart", (event) => {
    last = state(event.touches);
    tap = last.count === 1 ? last : null;
  }, { passive: true });
  canvas.addEventListener("touchmove", (event) => {
    const now = state(event.touches);
    if (tap && Math.hypot(now.x - tap.x, now.y - tap.y) > 6) tap = null;
    if (!last || now.count !== last.count) { last = now; return; }
    if (now.count === 1 && !oneMoves) return;
    event.preventDefault();
    act.move(now.x - last.x, now.y - last.y);
    if (now.count === 2) act.zoom(now.gap / Math.max(1, last.gap), now.x, now.y);
    last = now;
  }, { passive: false });
  canvas.addEventListener("touchend", (event) => {
    if (tap && !event.touches.length) act.read(tap.x, tap.y, 24);
    last = event.touches.length ? state(event.touches) : null;
    tap = null;
  }, { passive: true });
  canvas.addEventListener("touchcancel", () => { last = tap = null; }, { passive: true });
}

function followKeys(canvas, act) {
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (KEYS[event.key]) act.move(-KEYS[event.key][0], -KEYS[event.key][1]);
    else if (event.key === "+" || event.key === "=") act.zoom(1.5);
    else if (event.key === "-") act.zoom(1 / 1.5);
    else if (event.key === "0") act.reset();
    else if (event.key === "Escape") act.leave();
    else return;
    event.preventDefault();
  });
}

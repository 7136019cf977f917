// Which part of the plane is seen: the place in the middle, and pixels of the screen for each step of it.

class View {
  constructor(box) {
    this.box = box;
    [this.x, this.y, this.scale, this.whole] = [box.x, box.y, 1, 0];
  }

  // how much closer than when all is seen
  get closer() {
    return this.scale / this.whole;
  }

  fit(width, height) {
    const before = this.whole;
    this.whole = Math.max(Math.min(width / this.box.width, height / this.box.height) * 0.94, 1e-6);
    this.scale *= before ? this.whole / before : this.whole;
  }

  reset() {
    [this.x, this.y, this.scale] = [this.box.x, this.box.y, this.whole];
  }

  move(dx, dy) {
    const inside = (place) => Math.max(0, Math.min(SPAN, place));
    this.x = inside(this.x - dx / this.scale);
    this.y = inside(this.y - dy / this.scale);
  }

  // what lies (dx, dy) from the middle of the screen stays there
  zoom(factor, dx, dy) {
    const scale = Math.max(this.whole * 0.7, Math.min(this.whole * 300, this.scale * factor));
    this.x += dx / this.scale - dx / scale;
    this.y += dy / this.scale - dy / scale;
    this.scale = scale;
    this.move(0, 0);
  }

  goTo(x, y, closer) {
    this.scale = Math.max(this.scale, this.whole * closer);
    [this.x, this.y] = [x, y];
  }
}

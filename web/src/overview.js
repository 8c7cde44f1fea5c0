// The whole time in a strip: how much was asked when, and which part of it is in view.

import { paint } from "./sprites.js";

const EDGE = 18;
const BAR = 5;

export class Overview {
  constructor(canvas, data, clock, view) {
    Object.assign(this, { canvas, data, clock, view });
    let start = null;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      const [from, to] = view.domain;
      const at = this.share(event);
      start = at > from && at < to ? at - (from + to) / 2 : 0;
      this.centre(at - start);
    });
    canvas.addEventListener("pointermove", (event) => start !== null && this.centre(this.share(event) - start));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (start = null));
  }

  share(event) {
    return (event.offsetX - EDGE) / (this.width - 2 * EDGE);
  }

  centre(share) {
    const [from, to] = this.view.domain;
    const half = (to - from) / 2;
    const middle = Math.min(Math.max(share, half), 1 - half);
    this.view.show([middle - half, middle + half], 0);
  }

  resize() {
    const ratio = (this.ratio = Math.min(window.devicePixelRatio || 1, 2));
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    this.count();
  }

  count() {
    const bars = Math.max(Math.floor((this.width - 2 * EDGE) / BAR), 1);
    this.bars = Array.from({ length: bars }, () => ({ all: 0, shown: 0 }));
    for (const prompt of this.data.prompts) {
      const bar = this.bars[Math.min(Math.floor(prompt.x * bars), bars - 1)];
      bar.all += 1;
      if (prompt.shown) bar.shown += 1;
    }
    this.most = Math.max(1, ...this.bars.map((bar) => bar.all));
    // What is out of view is the same, paler; each is drawn once, and a move shows parts of both.
    this.near = this.strip(1);
    this.far = this.strip(0.45);
    this.draw();
  }

  strip(alpha) {
    const canvas = Object.assign(document.createElement("canvas"), { width: this.canvas.width, height: this.canvas.height });
    const draw = canvas.getContext("2d");
    const colours = paint();
    const { width, height, bars } = this;
    const { start, end } = this.data;
    const step = (width - 2 * EDGE) / bars.length;
    draw.scale(this.ratio, this.ratio);
    draw.fillStyle = colours.band;
    draw.beginPath();
    draw.roundRect(EDGE - 6, 0, width - 2 * EDGE + 12, height, 8);
    draw.fill();
    draw.fillStyle = colours.dim;
    draw.font = '450 10.5px "Inter Variable", system-ui, sans-serif';
    draw.textAlign = "center";
    for (const { time, midnight } of this.clock.ticks(start, end, width - 2 * EDGE, 110).ticks) {
      const x = EDGE + ((time - start) / (end - start)) * (width - 2 * EDGE);
      if (x > EDGE + 24 && x < width - EDGE - 24) draw.fillText(midnight ? this.clock.day(time) : this.clock.time(time), x, 13);
    }
    const column = (index, number, colour) => {
      if (!number) return;
      const tall = 3 + Math.sqrt(number / this.most) * (height - 26);
      draw.fillStyle = colour;
      draw.beginPath();
      draw.roundRect(EDGE + index * step + 0.75, height - 4 - tall, Math.max(step - 1.5, 1), tall, 1.5);
      draw.fill();
    };
    bars.forEach((bar, index) => column(index, bar.all, colours.line));
    draw.globalAlpha = alpha;
    bars.forEach((bar, index) => column(index, bar.shown, colours.accent));
    return canvas;
  }

  draw() {
    if (!this.near) return;
    const draw = this.canvas.getContext("2d");
    const { width, height } = this;
    const [from, to] = this.view.domain.map((share) => EDGE + Math.min(Math.max(share, 0), 1) * (width - 2 * EDGE));
    draw.clearRect(0, 0, width, height);
    draw.drawImage(this.far, 0, 0, width, height);
    if (to - from >= width - 2 * EDGE - 2) return draw.drawImage(this.near, 0, 0, width, height);
    draw.save();
    draw.beginPath();
    draw.roundRect(from - 1, 1, Math.max(to - from, 6) + 2, height - 2, 6);
    draw.clip();
    draw.drawImage(this.near, 0, 0, width, height);
    draw.restore();
    draw.strokeStyle = paint().dim;
    draw.lineWidth = 1.5;
    draw.stroke();
  }
}

// The lanes with their bubbles, drawn.

import { firstIndex } from "./data.js";
import { keepsStill } from "./dom.js";
import { AXIS } from "./layout.js";
import { drawBubble, paint } from "./sprites.js";

const INTRO = 700;
const PULSE = 600;

export class Picture {
  constructor(canvas, data, clock, view) {
    Object.assign(this, { canvas, data, clock, view });
    // Nothing is seen through it, which spares blending a whole picture a frame.
    this.context = canvas.getContext("2d", { alpha: false });
    this.ratio = 1;
    this.hovered = null;
    this.opened = null;
    this.pulses = new Map();
    this.asked = false;
    this.began = null;
    this.range = Math.max(data.end - data.start, 1);
  }

  resize(layout, width, height) {
    this.layout = layout;
    this.width = width;
    this.height = height;
    this.ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    this.draw();
  }

  /** Draws with the next frame. */
  ask() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame((now) => {
      this.asked = false;
      this.draw(now);
    });
  }

  radius(prompt) {
    // What is near in time comes apart when zoomed in: then there is room to be seen.
    const most = Math.max(1.3, 1 / this.layout.scale);
    const grown = Math.min(Math.pow(this.view.transform.k, 0.4), most);
    // A rating has to be legible, as soon as there is room for it.
    const least = prompt.rating && this.layout.scale * grown > 0.8 ? 6.5 : 3;
    return Math.max(this.layout.radius * grown * Math.sqrt(prompt.size), least);
  }

  place(prompt) {
    return { x: this.view.x(prompt.x), y: this.layout.y(prompt) - this.view.top, radius: this.radius(prompt) };
  }

  /** The topmost prompt there; a finger, and what is small, get a little more. */
  at(x, y, slack = 3) {
    let best = null;
    let nearest = Infinity;
    for (const { lane, top, height } of this.layout.lanes) {
      if (y + this.view.top < top - 24 || y + this.view.top > top + height + 24) continue;
      for (const prompt of this.near(lane, x - 40, x + 40)) {
        if (!prompt.shown) continue;
        const place = this.place(prompt);
        const away = Math.hypot(place.x - x, place.y - y) - place.radius;
        if (away <= slack && away <= Math.max(nearest, 0)) [best, nearest] = [prompt, away];
      }
    }
    return best;
  }

  /** Those of a lane between two places. */
  near(lane, left, right) {
    const [from, to] = [this.view.share(left), this.view.share(right)];
    const first = firstIndex(lane.prompts, (prompt) => prompt.x >= from);
    return lane.prompts.slice(first, firstIndex(lane.prompts, (prompt) => prompt.x > to));
  }

  pulse(prompt) {
    if (!keepsStill()) this.pulses.set(prompt, performance.now());
    this.ask();
  }

  draw(now = performance.now()) {
    const { context, ratio, width, height, layout } = this;
    if (!layout) return;
    this.began ??= now;
    const age = keepsStill() ? INTRO : now - this.began;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = paint().back;
    context.fillRect(0, 0, width, height);
    this.drawBands();
    this.drawTicks();
    context.save();
    context.beginPath();
    context.rect(0, AXIS - 8, width, height);
    context.clip();
    const inView = layout.lanes.filter(({ top, height: tall }) => top + tall + 24 > this.view.top && top - 24 < this.view.top + height);
    const seen = inView.map(({ lane }) => this.near(lane, -30, width + 30));
    const bubbles = (shown) => {
      for (const prompts of seen) {
        for (const prompt of prompts) if (prompt.shown === shown) this.drawPrompt(prompt, age);
      }
    };
    // Those that are filtered out lie under the others.
    context.globalAlpha = 0.1;
    bubbles(false);
    context.globalAlpha = 1;
    bubbles(true);
    this.drawMarked(now);
    this.drawScroll();
    context.restore();
    if (age < INTRO || this.pulses.size) this.ask();
  }

  drawPrompt(prompt, age) {
    const { x, y, radius } = this.place(prompt);
    if (y < -30 || y > this.height + 30) return;
    let grown = 1;
    if (age < INTRO) {
      // From left to right, as the day went.
      const t = Math.min(Math.max((age - (x / this.width) * 320) / 380, 0), 1);
      grown = 1 - Math.pow(1 - t, 3);
      if (grown <= 0) return;
    }
    drawBubble(this.context, prompt.rating, x, y, radius, this.ratio, grown);
  }

  drawMarked(now) {
    const { context } = this;
    const colours = paint();
    for (const prompt of new Set([this.hovered, this.opened])) {
      if (!prompt) continue;
      const { x, y, radius } = this.place(prompt);
      drawBubble(context, prompt.rating, x, y, radius, this.ratio, 1.12);
      context.strokeStyle = prompt === this.opened ? colours.accent : colours.text;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x, y, radius * 1.12 + (prompt.rating === 5 ? 6 : 3), 0, 2 * Math.PI);
      context.stroke();
    }
    for (const [prompt, start] of this.pulses) {
      const t = (now - start) / PULSE;
      if (t >= 1) {
        this.pulses.delete(prompt);
        continue;
      }
      const { x, y, radius } = this.place(prompt);
      context.globalAlpha = 1 - t;
      context.strokeStyle = colours.ratings[prompt.rating];
      context.lineWidth = 3 * (1 - t) + 0.5;
      context.beginPath();
      context.arc(x, y, radius + 4 + 26 * (1 - Math.pow(1 - t, 3)), 0, 2 * Math.PI);
      context.stroke();
      context.globalAlpha = 1;
    }
  }

  /** How far down one is, where not all lanes are in view. */
  drawScroll() {
    const { context, layout, view, width, height } = this;
    if (!layout.overflow) return;
    const track = height - AXIS - 8;
    const share = track / (track + layout.overflow);
    context.fillStyle = paint().line;
    context.beginPath();
    context.roundRect(width - 6, AXIS + 4 + (view.top / layout.overflow) * track * (1 - share), 4, track * share, 2);
    context.fill();
  }

  drawBands() {
    const { context, layout, width, view } = this;
    const colours = paint();
    for (const { top, height, middle } of layout.lanes) {
      context.fillStyle = colours.band;
      context.beginPath();
      context.roundRect(-12, top - view.top, width + 24, height, 10);
      context.fill();
      context.strokeStyle = colours.faint;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(0, Math.round(middle - view.top) + 0.5);
      context.lineTo(width, Math.round(middle - view.top) + 0.5);
      context.stroke();
    }
  }

  drawTicks() {
    const { context, width, height, view, clock, data } = this;
    const colours = paint();
    const time = (x) => data.start + view.share(x) * this.range;
    const { ticks, step } = clock.ticks(Math.max(time(0), data.start), Math.min(time(width), data.end + 1), width);
    // Lanes that are scrolled up go under the axis.
    context.fillStyle = colours.back;
    context.fillRect(0, 0, width, AXIS - 8);
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    for (const tick of ticks) {
      const x = Math.round(view.x((tick.time - data.start) / this.range)) + 0.5;
      context.strokeStyle = tick.midnight ? colours.line : colours.faint;
      context.beginPath();
      context.moveTo(x, AXIS - 14);
      context.lineTo(x, height);
      context.stroke();
      const day = tick.midnight && (data.from !== data.to || step >= 86_400_000);
      context.fillStyle = day ? colours.text : colours.dim;
      context.font = `${day ? 600 : 450} 12px "Inter Variable", system-ui, sans-serif`;
      const name = day ? clock.day(tick.time) : clock.time(tick.time);
      const half = context.measureText(name).width / 2 + 2;
      context.fillText(name, Math.min(Math.max(x, half), width - half), AXIS - 22);
    }
    if (data.now > data.start && data.now < data.end) {
      const x = view.x((data.now - data.start) / this.range);
      context.strokeStyle = colours.accent;
      context.setLineDash([3, 4]);
      context.beginPath();
      context.moveTo(x, AXIS - 14);
      context.lineTo(x, height);
      context.stroke();
      context.setLineDash([]);
    }
  }
}

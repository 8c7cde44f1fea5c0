// The opening crawl: the prompts scrolling away in perspective, or, for who wants nothing to move, a list.

import { byId, keepsStill, make, onStill } from "./dom.js";

const SPEEDS = [0.5, 1, 1.5, 2, 4, 8];
/** Pixels a second at speed 1. */
const PACE = 58;
const LONGEST = 900;
const MONTAGE = 4;

export class Crawl {
  constructor({ data, clock, open }) {
    Object.assign(this, { data, clock, open });
    this.screen = byId("screen");
    this.plane = byId("plane");
    this.seek = byId("seek");
    this.speed = 1;
    this.playing = false;
    this.active = false;
    this.first = 0;
    this.top = 0;
    this.items = [];
    byId("play").addEventListener("click", () => this.toggle());
    byId("slower").addEventListener("click", () => this.faster(-1));
    byId("faster").addEventListener("click", () => this.faster(1));
    this.seek.addEventListener("input", () => this.start(Number(this.seek.value)));
    this.screen.addEventListener("wheel", (event) => {
      if (keepsStill()) return;
      event.preventDefault();
      this.move(event.deltaY * 0.8);
    }, { passive: false });
    onStill(() => this.active && this.enter());
  }

  get shown() {
    return this.data.prompts.filter((prompt) => prompt.shown);
  }

  enter(focus = true) {
    this.active = true;
    this.prompts = this.shown;
    this.seek.max = String(Math.max(this.prompts.length - 1, 0));
    byId("crawl").classList.toggle("still", keepsStill());
    if (keepsStill()) this.list();
    else {
      this.start(0);
      this.play();
    }
    if (focus) this.screen.focus({ preventScroll: true });
  }

  leave() {
    this.active = false;
    this.pause();
    this.plane.replaceChildren();
  }

  /** All of them, to be scrolled by hand. */
  list() {
    this.pause();
    this.items = [];
    this.plane.style.transform = "";
    this.plane.replaceChildren(...this.prompts.map((prompt) => this.item(prompt)));
  }

  /** From the prompt of that number on, coming up from below. */
  start(number) {
    const title = number === 0;
    this.next = this.first = Math.min(Math.max(number, 0), Math.max(this.prompts.length - 1, 0));
    this.items = [];
    this.plane.replaceChildren();
    if (title) this.entitle();
    // The foot of the plane is the foot of the screen: what is about to come stands just below it.
    this.top = this.screen.clientHeight * (number ? 0.55 : 0.86);
    this.fill();
    this.place();
  }

  /** What a crawl begins with. */
  entitle() {
    const element = make("article", { class: "title" }, make("h2", {}, byId("date").textContent), make("p", {}, byId("summary").textContent.split("  ·  ")[0]));
    this.plane.append(element);
    this.items.push({ element, height: element.offsetHeight, title: true });
  }

  item(prompt) {
    const text = prompt.text.trim();
    const { clock } = this;
    const when = this.data.from === this.data.to ? clock.time(prompt.time) : `${clock.day(prompt.time)} ${clock.time(prompt.time)}`;
    return make("article", {},
      make("button", { class: "head", "aria-label": `Open the prompt of ${when}`, onclick: () => this.choose(prompt) },
        make("span", {}, when), make("span", {}, prompt.lane.label), prompt.rating ? make("span", { class: "stars", "aria-label": `rated ${prompt.rating} of 5` }, "★".repeat(prompt.rating)) : null),
      make("p", {}, text.slice(0, LONGEST) + (text.length > LONGEST ? " …" : "")));
  }

  choose(prompt) {
    this.pause();
    this.open(prompt);
  }

  /** Has as many prompts on the plane as can be seen; what went away at the top goes, or the plane would grow with the day. */
  fill() {
    const far = -this.screen.clientHeight * MONTAGE;
    while (this.items.length > 1 && this.top + this.items[0].height < far) {
      const gone = this.items.shift();
      this.top += gone.height;
      gone.element.remove();
      if (!gone.title) this.first += 1;
    }
    let bottom = this.top + this.items.reduce((sum, item) => sum + item.height, 0);
    while (bottom < this.screen.clientHeight * 1.2 && this.next < this.prompts.length) {
      const element = this.item(this.prompts[this.next]);
      this.plane.append(element);
      const height = element.offsetHeight;
      this.items.push({ element, height });
      bottom += height;
      this.next += 1;
    }
    this.bottom = bottom;
  }

  move(pixels) {
    // Backwards only as far as what is still on the plane.
    this.top = Math.min(this.top - pixels, this.screen.clientHeight * 0.9);
    this.fill();
    this.place();
    if (this.next >= this.prompts.length && this.bottom < -this.screen.clientHeight) this.pause();
  }

  place() {
    this.plane.style.transform = `translateY(${this.top.toFixed(2)}px)`;
    // The one that is being read: near the foot.
    let y = this.top;
    let number = this.first;
    for (const { height, title } of this.items) {
      if (y + height > this.screen.clientHeight * 0.6) break;
      y += height;
      if (!title) number += 1;
    }
    number = Math.min(number, this.prompts.length - 1);
    if (this.prompts[number]) {
      this.seek.value = String(number);
      byId("clock").textContent = this.clock.time(this.prompts[number].time);
      this.seek.setAttribute("aria-valuetext", this.clock.time(this.prompts[number].time));
    }
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    if (this.playing || keepsStill()) return;
    if (this.next >= this.prompts.length && this.bottom < 0) this.start(0);
    this.playing = true;
    this.state();
    let last = null;
    const step = (now) => {
      if (!this.playing) return;
      // After a pause of the browser's it goes on where it was.
      const passed = last === null ? 0 : Math.min(now - last, 100);
      last = now;
      this.move((passed / 1000) * PACE * this.speed);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  pause() {
    this.playing = false;
    this.state();
  }

  state() {
    byId("crawl").classList.toggle("playing", this.playing);
    byId("play").setAttribute("aria-label", this.playing ? "Pause" : "Play");
  }

  faster(by) {
    const place = SPEEDS.indexOf(this.speed) + by;
    this.speed = SPEEDS[Math.min(Math.max(place, 0), SPEEDS.length - 1)];
    byId("speed").textContent = `${this.speed}×`;
  }

  key(key) {
    if (key === " ") this.toggle();
    else if (key === "+" || key === "=") this.faster(1);
    else if (key === "-") this.faster(-1);
    else if (!keepsStill() && key === "ArrowDown") this.move(60);
    else if (!keepsStill() && key === "ArrowUp") this.move(-60);
    else return false;
    return true;
  }
}

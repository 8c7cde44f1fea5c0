// The picture under mouse, finger and keys.

import { firstIndex, ratingName } from "./data.js";
import { byId, make } from "./dom.js";

export class Stage {
  constructor({ data, clock, view, picture, rater, panel }) {
    Object.assign(this, { data, clock, view, picture, rater, panel });
    this.stage = byId("stage");
    this.holder = byId("focus");
    this.preview = byId("preview");
    this.focused = null;
    this.button = null;
    this.stage.addEventListener("pointermove", (event) => this.hover(event));
    this.stage.addEventListener("pointerleave", () => this.unhover());
    this.stage.addEventListener("click", (event) => this.click(event));
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.stage.addEventListener("focus", () => this.offer());
    byId("zoom-in").addEventListener("click", () => view.zoomBy(1.8));
    byId("zoom-out").addEventListener("click", () => view.zoomBy(1 / 1.8));
    byId("zoom-reset").addEventListener("click", () => this.reset());
    this.offer();
  }

  /** What is shown first and with 0: from a little before the first prompt to a little after the last. */
  get whole() {
    const { prompts } = this.data;
    if (!prompts.length) return [0, 1];
    const [first, last] = [prompts[0].x, prompts.at(-1).x];
    const margin = Math.max((last - first) * 0.025, 0.02 / ((this.data.end - this.data.start) / 86_400_000));
    return [Math.max(first - margin, 0), Math.min(last + margin, 1)];
  }

  reset(duration) {
    this.view.show(this.whole, duration);
  }

  // Under the pointer

  hover(event) {
    if (event.pointerType === "touch" || event.buttons) return this.unhover();
    const { left, top } = this.stage.getBoundingClientRect();
    const prompt = this.picture.at(event.clientX - left, event.clientY - top);
    this.stage.classList.toggle("over", Boolean(prompt));
    if (prompt === this.picture.hovered) return;
    this.picture.hovered = prompt;
    this.picture.ask();
    if (prompt) this.showPreview(prompt);
    else this.preview.classList.remove("shown");
  }

  unhover() {
    this.stage.classList.remove("over");
    this.preview.classList.remove("shown");
    if (this.picture.hovered) {
      this.picture.hovered = null;
      this.picture.ask();
    }
  }

  showPreview(prompt) {
    const text = prompt.text.trim().slice(0, 320);
    const head = make("p", { class: "head" },
      make("b", {}, this.clock.time(prompt.time)),
      make("span", {}, prompt.lane.label),
      make("span", { class: `mark rating-${prompt.rating}` }, prompt.rating ? String(prompt.rating) : ""));
    this.preview.replaceChildren(head, make("p", { class: "text" }, text + (prompt.text.length > 320 ? " …" : "")));
    if (prompt.note) this.preview.append(make("p", { class: "note" }, prompt.note.slice(0, 120)));
    const { x, y, radius } = this.picture.place(prompt);
    const { offsetWidth: width, offsetHeight: height } = this.preview;
    const left = Math.min(Math.max(x - width / 2, 8), Math.max(this.view.width - width - 8, 8));
    const below = y + radius + 14 + height < this.view.height || y - radius - 14 - height < 0;
    const top = below ? y + radius + 14 : y - radius - 14 - height;
    this.preview.style.left = `${left}px`;
    this.preview.style.top = `${top}px`;
    this.preview.classList.add("shown");
  }

  click(event) {
    const { left, top } = this.stage.getBoundingClientRect();
    const own = event.target.closest(".bubble");
    const touch = event.pointerType === "touch";
    const prompt = own ? this.focused : this.picture.at(event.clientX - left, event.clientY - top, touch ? 14 : 3);
    if (prompt) this.open(prompt);
    else this.panel.close();
  }

  open(prompt) {
    this.unhover();
    this.focus(prompt, false);
    this.panel.open(prompt);
    this.follow(prompt);
  }

  follow(prompt) {
    this.picture.opened = this.panel.prompt;
    this.show(prompt);
    this.picture.ask();
  }

  show(prompt) {
    const { radius } = this.picture.place(prompt);
    const covered = this.panel.width < window.innerWidth * 0.8 ? this.panel.width : 0;
    this.view.reveal(prompt.x, this.picture.layout.y(prompt), radius, covered);
  }

  // Under the keys: of all bubbles one is a button, which the arrows take from one to the next.

  /** Has a bubble in the order of Tab, without going there. */
  offer() {
    if (this.focused?.shown && this.inView(this.focused)) return;
    const prompt = this.data.prompts.find((prompt) => prompt.shown && this.inView(prompt)) ?? this.data.prompts.find((prompt) => prompt.shown);
    if (document.activeElement === this.button && this.button) return;
    this.setFocused(prompt ?? null);
  }

  inView(prompt) {
    if (!this.picture.layout) return false;
    const { x, y } = this.picture.place(prompt);
    return x >= 0 && x <= this.view.width && y >= 0 && y <= this.view.height;
  }

  setFocused(prompt) {
    this.focused = prompt;
    const old = this.button;
    if (!prompt) {
      this.button = null;
      old?.remove();
      return;
    }
    const text = prompt.text.trim().replace(/\s+/g, " ").slice(0, 160);
    // A new one each time: what is already in focus is not read out again.
    this.button = make("button", {
      class: "bubble",
      "aria-label": `${this.clock.time(prompt.time)}, ${prompt.lane.label}, ${ratingName(prompt.rating)}: ${text}`,
    });
    const had = old && document.activeElement === old;
    this.holder.append(this.button);
    this.place();
    if (had) this.button.focus({ preventScroll: true });
    old?.remove();
  }

  focus(prompt, take = true) {
    this.setFocused(prompt);
    if (take) this.button.focus({ preventScroll: true });
  }

  /** Keeps the button on its bubble. */
  place() {
    if (!this.button || !this.picture.layout) return;
    const { x, y, radius } = this.picture.place(this.focused);
    const reach = radius + 3;
    Object.assign(this.button.style, { width: `${2 * reach}px`, height: `${2 * reach}px`, transform: `translate(${x - reach}px, ${y - reach}px)` });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const done = event.target === this.button && !event.shiftKey ? this.bubbleKey(event.key) : false;
    if (done || this.stageKey(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  bubbleKey(key) {
    const walk = { ArrowLeft: () => this.along(-1), ArrowRight: () => this.along(1), ArrowUp: () => this.across(-1), ArrowDown: () => this.across(1) };
    const jump = { Home: 0, End: -1 };
    if (walk[key]) this.go(walk[key]());
    else if (key in jump) this.go(this.data.prompts.filter((prompt) => prompt.shown).at(jump[key]));
    else if (key === "PageUp" || key === "PageDown") this.go(this.inTime(key === "PageUp" ? -1 : 1));
    else if (key === "Enter" || key === " ") this.open(this.focused);
    else if (/^[0-5]$/.test(key) && this.rater.can) this.rater.rate(this.focused, Number(key));
    else if (key === "Escape") this.stage.focus();
    else return false;
    return true;
  }

  stageKey(key) {
    const { view } = this;
    if (key === "ArrowLeft") view.panBy(-view.width / 5);
    else if (key === "ArrowRight") view.panBy(view.width / 5);
    else if (key === "ArrowUp") view.scrollBy(-60);
    else if (key === "ArrowDown") view.scrollBy(60);
    else if (key === "Enter" && document.activeElement === this.stage) {
      this.offer();
      if (this.focused) this.go(this.focused);
    } else return false;
    return true;
  }

  go(prompt) {
    if (!prompt) return;
    this.focus(prompt);
    this.show(prompt);
  }

  /** The next one shown in its lane. */
  along(by) {
    const { prompts } = this.focused.lane;
    let place = prompts.indexOf(this.focused) + by;
    while (prompts[place] && !prompts[place].shown) place += by;
    return prompts[place];
  }

  /** The next one shown at all. */
  inTime(by) {
    let place = this.focused.place + by;
    while (this.data.prompts[place] && !this.data.prompts[place].shown) place += by;
    return this.data.prompts[place];
  }

  /** The nearest in time in the next lane that shows any. */
  across(by) {
    for (let lane = this.focused.lane.index + by; this.data.lanes[lane]; lane += by) {
      const prompts = this.data.lanes[lane].prompts.filter((prompt) => prompt.shown);
      if (!prompts.length) continue;
      const after = firstIndex(prompts, (prompt) => prompt.time >= this.focused.time);
      const near = [prompts[after - 1], prompts[after]].filter(Boolean);
      return near.sort((a, b) => Math.abs(a.time - this.focused.time) - Math.abs(b.time - this.focused.time))[0];
    }
    return null;
  }
}

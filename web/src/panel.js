// One prompt, in full.

import { byId, make } from "./dom.js";
import { RATINGS, count, ratingName } from "./data.js";

const number = (value) => value.toLocaleString("en-GB");

export class Panel {
  constructor({ data, clock, rater, moved, closed }) {
    Object.assign(this, { data, clock, rater, moved, closed });
    this.panel = byId("panel");
    this.prompt = null;
    byId("panel-close").addEventListener("click", () => this.close());
    byId("panel-previous").addEventListener("click", () => this.step(-1));
    byId("panel-next").addEventListener("click", () => this.step(1));
    this.panel.addEventListener("keydown", (event) => this.key(event));
    this.buttons = RATINGS.slice(1).map((rating) =>
      make("button", {
        class: `mark rating-${rating}`,
        "aria-label": `Rate ${rating} of 5`,
        title: rater.can ? `Rate ${rating} (key ${rating})` : null,
        disabled: !rater.can,
        onclick: () => this.rate(this.prompt.rating === rating ? 0 : rating),
      }, String(rating)));
    byId("rating").replaceChildren(...this.buttons);
  }

  get width() {
    return this.prompt ? this.panel.offsetWidth : 0;
  }

  open(prompt, focus = true) {
    this.prompt = prompt;
    this.panel.hidden = false;
    this.show();
    this.panel.querySelector(".body").scrollTop = 0;
    if (focus) this.panel.focus({ preventScroll: true });
  }

  close() {
    if (!this.prompt) return;
    const { prompt } = this;
    this.prompt = null;
    this.panel.hidden = true;
    this.closed(prompt);
  }

  step(by) {
    let place = this.prompt.place + by;
    while (this.data.prompts[place] && !this.data.prompts[place].shown) place += by;
    const prompt = this.data.prompts[place];
    if (!prompt) return;
    this.open(prompt, false);
    this.moved(prompt);
  }

  rate(rating) {
    this.rater.rate(this.prompt, rating);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowLeft") this.step(-1);
    else if (event.key === "ArrowRight") this.step(1);
    else if (/^[0-5]$/.test(event.key)) this.rate(Number(event.key));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  hint(text) {
    byId("rating-hint").textContent = text;
  }

  /** Shows the prompt as it is now. */
  show() {
    const { prompt, clock, data } = this;
    if (!prompt) return;
    const days = data.from !== data.to;
    byId("panel-title").textContent = days ? `${clock.day(prompt.time)}, ${clock.time(prompt.time)}` : clock.seconds(prompt.time);
    byId("panel-project").textContent = prompt.lane.label;
    byId("panel-project").title = prompt.lane.project;
    byId("panel-text").textContent = prompt.text;
    this.buttons.forEach((button, index) => {
      button.setAttribute("aria-pressed", String(prompt.rating === index + 1));
    });
    this.hint(this.rater.can ? (prompt.rating ? `${ratingName(prompt.rating)}; 0 takes it away` : "not rated") : "open with memento prompt serve to rate");
    byId("panel-previous").disabled = !data.prompts.slice(0, prompt.place).some((other) => other.shown);
    byId("panel-next").disabled = !data.prompts.slice(prompt.place + 1).some((other) => other.shown);
    byId("panel-more").replaceChildren(...this.more(prompt));
  }

  more(prompt) {
    const parts = [];
    if (prompt.secrets) {
      parts.push(make("p", { class: "masked" }, `Masked: ${prompt.secrets.join(", ")}`));
    }
    if (prompt.note) {
      parts.push(make("h3", {}, "Note"), make("p", { class: "note" }, prompt.note));
    }
    if (prompt.tags) {
      parts.push(make("ul", { class: "tags", "aria-label": "Tags" }, ...prompt.tags.map((tag) => make("li", {}, tag))));
    }
    const turn = prompt.turn ?? {};
    const context = turn.context_after ? `${number(turn.context_before)} → ${number(turn.context_after)}` : null;
    const read = (turn.input ?? 0) + (turn.cache_read ?? 0) + (turn.cache_written ?? 0);
    const facts = [
      ["Length", count(prompt.characters, "character")],
      ["Branch", turn.branch],
      ["Model", turn.model],
      ["Tokens", prompt.turn ? `${number(read)} read, ${number(turn.output)} written` : null],
      ["Context", context],
      ["Session", prompt.session],
      ["Project", prompt.lane.project],
      ["Number", prompt.id],
    ];
    const rows = facts.filter(([, value]) => value).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, String(value))]);
    parts.push(make("dl", {}, ...rows));
    return parts;
  }
}

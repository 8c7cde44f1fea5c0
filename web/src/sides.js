// What stands around the picture: the names of the lanes, the legend of ratings, the heading.

import { longDate, shortDate } from "./clock.js";
import { RATINGS, count, ratingName } from "./data.js";
import { byId, make } from "./dom.js";

export class LaneNames {
  constructor(data, filter) {
    this.filter = filter;
    this.nav = byId("lanes");
    this.inner = make("div", { class: "inner" });
    this.buttons = data.lanes.map((lane) =>
      make("button", {
        class: "lane",
        title: lane.project || "no project",
        onclick: (event) => filter.toggle(filter.lanes, lane, event.ctrlKey || event.metaKey || event.shiftKey),
      }, make("span", { class: "name" }, lane.label), make("span", { class: "count" }, String(lane.prompts.length))));
    this.inner.append(...this.buttons);
    this.nav.append(this.inner);
    this.lanes = data.lanes;
  }

  place(layout) {
    layout.lanes.forEach(({ top, height }, index) => {
      this.buttons[index].style.top = `${top}px`;
      this.buttons[index].style.height = `${height}px`;
    });
  }

  scroll(top) {
    this.inner.style.transform = `translateY(${-top}px)`;
  }

  show() {
    const { lanes } = this.filter;
    this.buttons.forEach((button, index) => {
      button.setAttribute("aria-pressed", String(lanes.has(this.lanes[index])));
      button.classList.toggle("off", lanes.size > 0 && !lanes.has(this.lanes[index]));
    });
  }
}

export class Legend {
  constructor(data, filter) {
    Object.assign(this, { data, filter });
    this.buttons = RATINGS.map((rating) =>
      make("button", {
        class: "key",
        title: ratingName(rating),
        onclick: (event) => filter.toggle(filter.ratings, rating, event.ctrlKey || event.metaKey || event.shiftKey),
      }, make("span", { class: `mark rating-${rating}`, "aria-hidden": "true" }, rating ? String(rating) : ""), make("span", { class: "count" })));
    byId("legend").append(...this.buttons);
  }

  show() {
    const counts = RATINGS.map(() => 0);
    for (const prompt of this.data.prompts) counts[prompt.rating] += 1;
    this.buttons.forEach((button, rating) => {
      button.querySelector(".count").textContent = String(counts[rating]);
      button.setAttribute("aria-label", `${ratingName(rating)}: ${counts[rating]}`);
      button.setAttribute("aria-pressed", String(this.filter.ratings.has(rating)));
      button.classList.toggle("off", this.filter.ratings.size > 0 && !this.filter.ratings.has(rating));
    });
  }
}

/** The date, what the time holds, and the ways to other days. */
export function showHeading(data, clock) {
  const days = data.from === data.to ? longDate(data.from) : `${shortDate(data.from)} – ${shortDate(data.to)} ${data.to.slice(0, 4)}`;
  byId("date").textContent = days;
  document.title = `Prompts of ${days}`;
  showSummary(data, clock);
  for (const [id, date, way] of [["previous", data.previous, "Previous"], ["next", data.next, "Next"]]) {
    const link = byId(id);
    // A file has no other days to go to.
    if (!data.token) continue;
    link.hidden = false;
    if (date) {
      link.href = `/timeline/${date}`;
      link.setAttribute("aria-label", `${way} day with prompts, ${longDate(date)}`);
      link.title = longDate(date);
    } else {
      link.setAttribute("aria-disabled", "true");
    }
  }
}

export function showSummary(data, clock) {
  const { prompts, lanes } = data;
  if (!prompts.length) return;
  const rated = prompts.filter((prompt) => prompt.rating);
  const parts = [`${count(prompts.length, "prompt")} in ${count(lanes.length, "project")}`];
  if (data.from === data.to) parts.push(`${clock.time(prompts[0].time)} – ${clock.time(prompts.at(-1).time)}`);
  if (rated.length) {
    const average = rated.reduce((sum, prompt) => sum + prompt.rating, 0) / rated.length;
    parts.push(`${rated.length.toLocaleString("en-GB")} rated, ${average.toFixed(1)} on average`);
  }
  byId("summary").textContent = parts.join("  ·  ");
}

/** A day without prompts says so, and where the nearest ones are. */
export function showEmpty(data) {
  const middle = (date) => Date.parse(`${date}T00:00:00Z`);
  const away = (date) => Math.min(Math.abs(middle(date) - middle(data.from)), Math.abs(middle(date) - middle(data.to)));
  const near = [data.previous, data.next].filter(Boolean).sort((a, b) => away(a) - away(b));
  const way = (date) => data.token
    ? make("a", { href: `/timeline/${date}` }, longDate(date))
    : make("span", {}, longDate(date), make("code", {}, `memento prompt timeline ${date}`));
  const parts = near.length
    ? [make("p", {}, "The nearest with prompts:"), make("ul", {}, ...near.map((date) => make("li", {}, way(date))))]
    : [make("p", {}, "There are no prompts at all yet. ", make("code", {}, "memento prompt sync"), " reads them.")];
  byId("empty").replaceChildren(
    make("div", { class: "rings", "aria-hidden": "true" }, make("i"), make("i"), make("i")),
    make("h2", {}, data.from === data.to ? "Nothing was asked on this day" : "Nothing was asked on these days"),
    ...parts,
  );
  byId("empty").hidden = false;
}

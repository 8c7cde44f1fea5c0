// The page of a timeline: its parts, and what one tells the other.

import { Clock } from "./clock.js";
import { Crawl } from "./crawl.js";
import { count, readData } from "./data.js";
import { byId, onStill, say, takesKey } from "./dom.js";
import { Filter } from "./filter.js";
import { Layout } from "./layout.js";
import { Overview } from "./overview.js";
import { Panel } from "./panel.js";
import { Picture } from "./picture.js";
import { Rater } from "./rate.js";
import { LaneNames, Legend, showEmpty, showHeading, showSummary } from "./sides.js";
import { forgetSprites } from "./sprites.js";
import { Stage } from "./stage.js";
import { onTheme, startTheme } from "./theme.js";
import { View } from "./view.js";

startTheme(byId("theme"));
const data = readData();
const clock = new Clock(data.offsets);
showHeading(data, clock);
if (data.prompts.length) start();
else {
  showEmpty(data);
  byId("timeline").hidden = true;
  document.querySelector(".tools").classList.add("bare");
  ready();
}

/** Says that the page can be used, and how long that took. */
function ready() {
  requestAnimationFrame(() => (document.documentElement.dataset.ready = performance.now().toFixed(1)));
}

function start() {
  const range = data.end - data.start;
  // As far in as a minute across the picture.
  const view = new View(byId("stage"), Math.max(range / 60_000, 2), () => moved());
  const picture = new Picture(byId("picture"), data, clock, view);
  const overview = new Overview(byId("overview"), data, clock, view);
  const filter = new Filter(data, () => filtered());
  const names = new LaneNames(data, filter);
  const legend = new Legend(data, filter);
  const rater = new Rater(data.token, (prompt) => rated(prompt), (prompt, why) => refused(prompt, why));
  const panel = new Panel({ data, clock, rater, moved: (prompt) => stepped(prompt), closed: (prompt) => closed(prompt) });
  const stage = new Stage({ data, clock, view, picture, rater, panel });
  const crawl = new Crawl({ data, clock, open: (prompt) => panel.open(prompt) });
  const search = byId("search");
  let crawled = null;

  function moved() {
    picture.ask();
    requestAnimationFrame(() => {
      stage.place();
      overview.draw();
    });
    names.scroll(view.top);
    byId("preview").classList.remove("shown");
  }

  function resize() {
    const { clientWidth: width, clientHeight: height } = byId("stage");
    if (!width || !height) return;
    const layout = new Layout(data.lanes, width, height);
    names.place(layout);
    picture.layout = layout;
    view.resize(width, height, layout.overflow);
    picture.resize(layout, width, height);
    overview.resize();
    stage.place();
  }

  function filtered() {
    stage.unhover();
    names.show();
    legend.show();
    overview.count();
    picture.ask();
    stage.offer();
    const some = filter.active ? `${filter.shown.toLocaleString("en-GB")} of ${data.prompts.length.toLocaleString("en-GB")}` : "";
    byId("matches").textContent = some;
    say(filter.active ? `${count(filter.shown, "prompt")} shown` : "all shown");
    if (crawl.active) crawl.enter(false);
  }

  function rated(prompt) {
    if (filter.ratings.size) prompt.shown = filter.passes(prompt) || prompt === panel.prompt;
    legend.show();
    showSummary(data, clock);
    if (panel.prompt === prompt) panel.show();
    picture.pulse(prompt);
    if (stage.focused === prompt) stage.setFocused(prompt);
  }

  function refused(prompt, why) {
    if (panel.prompt === prompt) panel.hint(why);
    say(why);
  }

  function stepped(prompt) {
    if (crawl.active) return;
    stage.setFocused(prompt);
    stage.follow(prompt);
  }

  function closed(prompt) {
    picture.opened = null;
    picture.ask();
    if (crawl.active) return (crawled ?? byId("screen")).focus({ preventScroll: true });
    stage.focus(prompt);
  }

  function showCrawl(on) {
    if (on === crawl.active) return;
    panel.close();
    byId("crawl").hidden = !on;
    byId("timeline").hidden = on;
    document.documentElement.classList.toggle("crawling", on);
    byId("as-timeline").setAttribute("aria-pressed", String(!on));
    byId("as-crawl").setAttribute("aria-pressed", String(on));
    if (on) crawl.enter();
    else {
      crawl.leave();
      resize();
      byId("as-timeline").focus();
    }
  }

  search.addEventListener("input", () => filter.setText(search.value));
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      search.value = "";
      filter.setText("");
      byId("stage").focus({ preventScroll: true });
    } else if (event.key === "Enter" && filter.shown && !crawl.active) {
      stage.go(data.prompts.find((prompt) => prompt.shown));
    } else return;
    event.preventDefault();
  });
  byId("as-timeline").addEventListener("click", () => showCrawl(false));
  byId("as-crawl").addEventListener("click", () => showCrawl(true));
  byId("screen").addEventListener("click", (event) => (crawled = event.target.closest("button")));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || takesKey(event.target, event.key)) return;
    const { key } = event;
    const pressed = event.target.closest("button, a");
    if (key === "/") search.focus();
    else if (key === "c") showCrawl(!crawl.active);
    else if (key === "Escape" && crawl.active) showCrawl(false);
    else if (key === "Escape" && filter.active) clear();
    else if (crawl.active && !(pressed && key === " ") && crawl.key(key)) {
      // Done.
    } else if (crawl.active) return;
    else if (key === "+" || key === "=") view.zoomBy(1.8);
    else if (key === "-") view.zoomBy(1 / 1.8);
    else if (key === "0") stage.reset();
    else return;
    event.preventDefault();
  });

  function clear() {
    search.value = "";
    filter.lanes.clear();
    filter.ratings.clear();
    filter.setText("");
  }

  byId("lanes").addEventListener("wheel", (event) => view.scrollBy(event.deltaY), { passive: true });
  onTheme(() => {
    forgetSprites();
    picture.ask();
    overview.count();
  });
  onStill(() => picture.ask());
  // A font that comes late is drawn with, too.
  document.fonts?.load("700 12px 'Inter Variable'").then(() => {
    forgetSprites();
    picture.ask();
    overview.count();
  });
  legend.show();
  names.show();
  resize();
  stage.reset(0);
  stage.offer();
  new ResizeObserver(() => resize()).observe(byId("stage"));
  ready();
}

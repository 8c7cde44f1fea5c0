// The page in Chromium: what it shows, under mouse and keys.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Home, browser, open } from "./home.mjs";
import { history } from "./history.mjs";

const DAY = "2025-10-02";
const HOSTILE = [
  "</script><img src=x onerror=\"document.title='broken'\">",
  "<!--<script>document.title='broken'</script>",
  "line\u2028separator \u2029 paragraph &lt;b&gt; </SCRIPT\n><svg onload=document.title='broken'>",
];
let home;
let chromium;
let url;

before(async () => {
  const hostile = HOSTILE.map((display, index) => ({
    display, timestamp: Date.parse(`2025-10-09T10:0${index}:00Z`), project: `/r/<b>${index}`, pastedContents: {}, sessionId: "<i>s",
  }));
  home = new Home([...history(DAY, 140), ...history("2025-10-03", 2000, 3), ...hostile]);
  chromium = await browser();
  url = (await home.serve()).url;
});

after(async () => {
  await chromium?.close();
  await home?.close();
});

// A page that is left open goes on drawing.
afterEach(() => Promise.all(chromium.contexts().map((context) => context.close())));

const day = (date = DAY) => `${url}/timeline/${date}`;
const rating = (id, date = DAY) =>
  home.json("prompt", "timeline", date, "--json").lanes.flatMap((lane) => lane.bubbles).find(({ prompt }) => prompt.id === id).prompt.rating;
const shown = (page) => page.locator("#matches").textContent();

/** Where the bubble in the order of Tab is, and which prompt it is. */
async function bubble(page) {
  const button = page.locator("#focus .bubble");
  return { box: await button.boundingBox(), label: await button.getAttribute("aria-label") };
}

/** Waits until something holds: a busy machine takes its time. */
async function until(what, holds) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail(`not ${what} within 5 seconds`);
}

/** Moves the mouse to a bubble that no other covers. */
async function hover(page) {
  const { box } = await bubble(page);
  const at = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(...at);
  return at;
}

test("a day is shown, with a lane per project", async () => {
  const page = await open(chromium, `${url}/`);
  assert.match(page.url(), /\/timeline\/\d{4}-\d\d-\d\d$/);
  await page.goto(day());
  assert.equal(await page.locator("h1").textContent(), "Thursday, 2 October 2025");
  assert.match(await page.locator("#summary").textContent(), /^140 prompts in 6 projects/);
  const lanes = await page.locator(".lane .name").allTextContents();
  assert.deepEqual([...lanes].sort(), ["billing/api", "dotfiles", "garden-planner", "memento", "notes", "shop/api"]);
  // The browser is in another time zone than the prompts.
  assert.match((await bubble(page)).label, /^08:57, /);
  assert.deepEqual(page.faults, []);
  const away = page.requests.filter((request) => !request.startsWith(url) && !request.startsWith("data:"));
  assert.deepEqual(away, []);
});

test("project, text and rating filter, and let go", async () => {
  const page = await open(chromium, day());
  const memento = page.locator(".lane", { hasText: "memento" });
  await memento.click();
  assert.equal(await shown(page), "43 of 140");
  assert.equal(await memento.getAttribute("aria-pressed"), "true");
  await memento.click();
  assert.equal(await shown(page), "");
  await page.keyboard.press("/");
  await page.keyboard.type("why");
  assert.match(await shown(page), /^\d+ of 140$/);
  await page.keyboard.press("Escape");
  assert.equal(await shown(page), "");
  assert.equal(await page.inputValue("#search"), "");
  await page.locator(".key").nth(5).click();
  assert.match(await shown(page), /^\d+ of 140$/);
  await page.keyboard.press("Escape");
  assert.equal(await shown(page), "");
});

test("hovering previews, a click opens, rating by mouse and by key is stored", async () => {
  const page = await open(chromium, day());
  const at = await hover(page);
  await page.locator("#preview.shown").waitFor();
  assert.match(await page.locator("#preview").textContent(), /^08:57/);
  await page.mouse.click(...at);
  const panel = page.locator("#panel");
  await panel.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "panel");
  const id = Number(await page.locator("#panel dd").last().textContent());
  const stored = () => page.waitForResponse((answer) => answer.url().endsWith(`/api/prompts/${id}/rating`) && answer.ok());
  await Promise.all([stored(), page.locator("#rating button").nth(3).click()]);
  assert.equal(rating(id), 4);
  await Promise.all([stored(), page.keyboard.press("2")]);
  assert.equal(rating(id), 2);
  assert.match(await page.locator("#rating-hint").textContent(), /^rated 2 of 5/);
  await Promise.all([stored(), page.keyboard.press("0")]);
  assert.equal(rating(id), 0);
  await Promise.all([stored(), page.keyboard.press("5")]);
  await page.reload();
  await page.waitForFunction(() => document.documentElement.dataset.ready);
  assert.match((await bubble(page)).label, /rated 5 of 5/);
  assert.deepEqual(page.faults, []);
});

test("all of it is reached by keys, and the panel gives the focus back", async () => {
  const page = await open(chromium, day());
  const focused = () => page.evaluate(() => document.activeElement.className || document.activeElement.id);
  for (let step = 0; step < 30 && (await focused()) !== "bubble"; step += 1) await page.keyboard.press("Tab");
  assert.equal(await focused(), "bubble");
  const ring = await page.locator(".bubble").evaluate((bubble) => getComputedStyle(bubble).outlineStyle);
  assert.equal(ring, "solid");
  const first = await bubble(page);
  await page.keyboard.press("ArrowRight");
  const second = await bubble(page);
  assert.notEqual(second.label, first.label);
  await page.keyboard.press("ArrowDown");
  const third = await bubble(page);
  assert.ok(third.box.y > second.box.y + 20);
  const stored = page.waitForResponse((answer) => answer.url().endsWith("/rating") && answer.ok());
  await page.keyboard.press("3");
  await stored;
  assert.match((await bubble(page)).label, /rated 3 of 5/);
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "panel");
  const before = await page.locator("#panel-title").textContent();
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await page.locator("#panel-title").textContent(), before);
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#panel").isHidden());
  assert.equal(await focused(), "bubble");
  await page.keyboard.press("End");
  assert.match((await bubble(page)).label, /^22:53/);
  assert.equal(await focused(), "bubble");
});

test("wheel, drag and keys zoom and pan, and 0 shows all again", async () => {
  const page = await open(chromium, day());
  const place = async () => (await bubble(page)).box.x;
  await page.locator("#stage").focus();
  const home = await place();
  const stage = await page.locator("#stage").boundingBox();
  await page.mouse.move(stage.x + stage.width / 2, stage.y + 300);
  await page.mouse.wheel(0, -400);
  await until("zoomed in", async () => (await place()) < home - 50);
  const zoomed = await place();
  await page.mouse.down();
  await page.mouse.move(stage.x + stage.width / 2 + 120, stage.y + 300, { steps: 5 });
  await page.mouse.up();
  await until("dragged", async () => Math.abs((await place()) - zoomed - 120) < 8);
  assert.ok(await page.locator("#panel").isHidden());
  await page.keyboard.press("ArrowRight");
  await until("panned", async () => (await place()) < zoomed + 20);
  await page.keyboard.press("0");
  await until("all shown", async () => Math.abs((await place()) - home) < 1);
  await page.keyboard.press("+");
  await until("zoomed by key", async () => Math.abs((await place()) - home) > 5);
});

test("dark and light follow the system, and what was chosen stays", async () => {
  const theme = (page) => page.evaluate(() => document.documentElement.dataset.theme);
  const page = await open(chromium, day(), { colorScheme: "dark" });
  assert.equal(await theme(page), "dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.waitForFunction(() => document.documentElement.dataset.theme === "light");
  await page.click("#theme");
  assert.equal(await theme(page), "dark");
  await page.reload();
  assert.equal(await theme(page), "dark");
});

test("each rating stands out from the back in both themes", async () => {
  const page = await open(chromium, day());
  const contrasts = () => page.evaluate(() => {
    const style = getComputedStyle(document.documentElement);
    const light = (name) => {
      const hex = style.getPropertyValue(`--${name}`).trim().slice(1);
      const [r, g, b] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const ratings = [0, 1, 2, 3, 4, 5].map((rating) => contrast(`rating-${rating}`, "band"));
    const digits = [1, 2, 3, 4, 5].map((rating) => contrast(`rating-${rating}`, "digit"));
    return { graphics: Math.min(...ratings, ...digits), text: Math.min(contrast("text", "back"), contrast("dim", "back"), contrast("dim", "band")) };
  });
  for (const theme of ["light", "dark"]) {
    await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme);
    const { graphics, text } = await contrasts();
    assert.ok(graphics >= 3, `${theme}: ${graphics}`);
    assert.ok(text >= 4.5, `${theme}: ${text}`);
  }
});

test("the crawl plays, pauses and takes another speed", async () => {
  const page = await open(chromium, day());
  await page.keyboard.press("c");
  const top = () => page.locator("#plane").evaluate((plane) => new DOMMatrix(getComputedStyle(plane).transform).f);
  const start = await top();
  await until("played", async () => (await top()) < start - 5);
  await page.keyboard.press(" ");
  assert.equal(await page.locator("#play").getAttribute("aria-label"), "Play");
  const paused = await top();
  await page.waitForTimeout(250);
  assert.equal(await top(), paused);
  await page.keyboard.press("+");
  assert.equal(await page.locator("#speed").textContent(), "1.5×");
  await page.locator("#seek").fill("100");
  const texts = await page.locator("#plane article").count();
  assert.ok(texts > 0 && texts < 40);
  // A filter that is typed in keeps the keys.
  await page.keyboard.press("/");
  await page.keyboard.type("tests");
  assert.equal(await page.inputValue("#search"), "tests");
  await page.keyboard.press("Escape");
  await page.locator("#plane article .head").first().focus();
  await page.keyboard.press("Enter");
  await page.locator("#panel").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#timeline").isVisible());
  assert.deepEqual(page.faults, []);
});

test("where motion is reduced, the crawl is a list that stands still", async () => {
  const page = await open(chromium, day(), { reducedMotion: "reduce" });
  await page.click("#as-crawl");
  assert.equal(await page.locator("#plane article").count(), 140);
  const top = () => page.locator("#screen").evaluate((screen) => screen.scrollTop);
  await page.waitForTimeout(300);
  assert.equal(await top(), 0);
  assert.equal(await page.locator("#plane").evaluate((plane) => getComputedStyle(plane).transform), "none");
  assert.ok(await page.locator("#play").isHidden());
  await page.mouse.move(600, 400);
  await page.mouse.wheel(0, 300);
  await page.waitForFunction(() => document.querySelector("#screen").scrollTop > 100);
});

test("a day without prompts says so and leads to the nearest", async () => {
  const page = await open(chromium, day("2025-10-05"));
  assert.match(await page.locator("#empty h2").textContent(), /Nothing was asked/);
  const links = await page.locator("#empty a").allTextContents();
  assert.deepEqual(links, ["Friday, 3 October 2025", "Thursday, 9 October 2025"]);
  await page.locator("#empty a").first().click();
  await page.waitForFunction(() => document.querySelector("#summary").textContent.startsWith("2,000 prompts"));
  await page.locator("#previous").click();
  await page.waitForURL(day());
});

test("what was typed is text, whatever it says", async () => {
  for (const where of [day("2025-10-09"), home.file("2025-10-09")]) {
    const page = await open(chromium, where);
    assert.equal(await page.title(), "Prompts of Thursday, 9 October 2025");
    await page.locator("#stage").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    const seen = [];
    for (const text of HOSTILE) {
      seen.push((await page.locator("#panel-text").textContent()) === text);
      await page.keyboard.press("ArrowRight");
    }
    assert.deepEqual(seen, [true, true, true]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("c");
    await page.waitForTimeout(200);
    assert.equal(await page.locator("img, #panel svg[onload], #plane b, #plane i").count(), 0);
    assert.equal(await page.title(), "Prompts of Thursday, 9 October 2025");
    assert.deepEqual(page.faults, []);
  }
});

test("the file loads nothing, may load nothing, and shows ratings without changing them", async () => {
  const page = await open(chromium, home.file(DAY));
  assert.ok(page.requests.every((request) => /^(file|data):/.test(request)), page.requests.join("\n"));
  const refused = await page.evaluate(async (url) => {
    const outcome = [];
    await fetch(`${url}/timeline/2025-10-02`, { mode: "no-cors" }).then(() => outcome.push("fetched"), () => {});
    const image = new Image();
    await new Promise((done) => {
      image.onload = () => done(outcome.push("image"));
      image.onerror = done;
      image.src = `${url}/x.png`;
    });
    return outcome;
  }, url);
  assert.deepEqual(refused, []);
  page.faults.length = 0;
  await page.locator("#stage").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  assert.match(await page.locator("#rating-hint").textContent(), /memento prompt serve/);
  assert.ok(await page.locator("#rating button").first().isDisabled());
  await page.keyboard.press("1");
  assert.deepEqual(page.faults, []);
});

test("a rating that the server does not take is taken back, and says why", async () => {
  const page = await open(chromium, day());
  await page.evaluate(() => 0);
  await page.route("**/api/**", (route) => route.fulfill({ status: 503, contentType: "application/json", body: '{"error":{"kind":"locked","message":"busy: try again"}}' }));
  await page.locator("#stage").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  const before = await page.locator('#rating [aria-pressed="true"]').count();
  await page.keyboard.press("1");
  await page.waitForFunction(() => document.querySelector("#rating-hint").textContent === "busy: try again");
  assert.equal(await page.locator('#rating [aria-pressed="true"]').count(), before);
});

test("a narrow window has all of it within its width", async () => {
  const page = await open(chromium, day(), { viewport: { width: 390, height: 780 } });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  await page.locator("#stage").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  assert.equal((await page.locator("#panel").boundingBox()).width, 390);
});

test("2,000 prompts: how fast they are there, and how smoothly they move", async () => {
  for (const where of [day("2025-10-03"), home.file("2025-10-03")]) {
    const page = await open(chromium, where);
    const ready = await page.evaluate(() => Number(document.documentElement.dataset.ready));
    const served = await page.evaluate(() => performance.getEntriesByType("navigation")[0].responseStart);
    await page.waitForTimeout(1200);
    const frames = await page.evaluate(async () => {
      const stage = document.querySelector("#stage");
      const { left, top, width, height } = stage.getBoundingClientRect();
      const at = (x) => ({ bubbles: true, cancelable: true, clientX: left + x, clientY: top + height / 2, view: window, button: 0, buttons: 1 });
      const wheel = (deltaY) => stage.dispatchEvent(new WheelEvent("wheel", { ...at(width / 2), deltaY }));
      const times = [];
      let last = null;
      const frame = () => new Promise((done) => requestAnimationFrame((now) => {
        if (last !== null) times.push(now - last);
        last = now;
        done();
      }));
      for (let step = 0; step < 10; step += 1) {
        wheel(-20);
        await frame();
      }
      stage.dispatchEvent(new MouseEvent("mousedown", at(width / 2)));
      times.length = 0;
      for (let step = 0; step < 120; step += 1) {
        window.dispatchEvent(new MouseEvent("mousemove", at(width / 2 + 200 * Math.sin(step / 12))));
        await frame();
      }
      window.dispatchEvent(new MouseEvent("mouseup", at(width / 2)));
      return times;
    });
    frames.sort((a, b) => a - b);
    const share = (part) => frames[Math.floor(frames.length * part)].toFixed(1);
    const mean = frames.reduce((sum, time) => sum + time, 0) / frames.length;
    console.log(`2,000 prompts from ${new URL(where).protocol} interactive ${(ready - served).toFixed(0)} ms after the first byte, which took ${served.toFixed(0)} ms; panning ${(1000 / mean).toFixed(0)} frames a second, a frame ${share(0.5)} ms, 95 of 100 within ${share(0.95)} ms, the longest ${share(0.999)} ms`);
    assert.ok(frames.length > 100);
    assert.deepEqual(page.faults, []);
  }
});

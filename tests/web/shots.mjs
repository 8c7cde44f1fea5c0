// Takes pictures of the page to look at. usage: node shots.mjs DIRECTORY

import { mkdirSync } from "node:fs";
import { Home, browser, open } from "./home.mjs";
import { history } from "./history.mjs";

const to = process.argv[2];
mkdirSync(to, { recursive: true });
const day = "2025-10-02";
const home = new Home([...history(day, 140), ...history("2025-10-03", 2000, 3), ...history("2025-10-06", 60, 5), ...history("2025-10-07", 40, 9)]);
const chromium = await browser();
try {
  const { url } = await home.serve();
  const prompts = home.json("prompt", "timeline", day, "--to", "2025-10-07", "--json").lanes.flatMap((lane) => lane.bubbles).map((bubble) => bubble.prompt);
  const page = await open(chromium, `${url}/timeline/${day}`, { colorScheme: "light" });
  // Some are rated, as somebody does: more of the good than of the bad.
  const ids = prompts.filter((prompt, index) => prompt.time && index % 2 === 0).map((prompt) => prompt.id);
  await page.evaluate(async (ids) => {
    const { token } = JSON.parse(document.getElementById("data").textContent);
    for (const id of ids) {
      const rating = [5, 4, 3, 5, 4, 2, 4, 1, 3, 5][(id * 7) % 10];
      await fetch(`/api/prompts/${id}/rating`, { method: "POST", headers: { "content-type": "application/json", "x-memento-token": token }, body: JSON.stringify({ rating }) });
    }
  }, ids.filter((id, index) => index < 500));
  const shot = (page, name) => page.screenshot({ path: `${to}/${name}.png` });
  const settled = (page) => page.waitForTimeout(1100);
  for (const colorScheme of ["light", "dark"]) {
    const page = await open(chromium, `${url}/timeline/${day}`, { colorScheme });
    await settled(page);
    await shot(page, colorScheme);
    const target = prompts.find((prompt) => prompt.text.includes("the build is red"));
    await page.locator("#stage").focus();
    await page.keyboard.press("Enter");
    for (let step = 0; step < 12; step += 1) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await page.waitForTimeout(400);
    await shot(page, `${colorScheme}-focus`);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(500);
    await shot(page, `${colorScheme}-panel`);
    await page.keyboard.press("Escape");
    await page.locator("#stage .bubble").evaluate((bubble) => bubble.blur());
    const box = await page.locator("#stage").boundingBox();
    scan: for (let y = 60; y < 500; y += 9) {
      for (let x = 300; x < 900; x += 9) {
        await page.mouse.move(box.x + x, box.y + y);
        if (await page.locator("#preview.shown").count()) break scan;
      }
    }
    await page.waitForTimeout(250);
    await shot(page, `${colorScheme}-hover`);
    if (!target) throw new Error("no target");
    await page.fill("#search", "test");
    await page.waitForTimeout(250);
    await shot(page, `${colorScheme}-filter`);
    await page.goto(`${url}/timeline/2025-10-03`);
    await settled(page);
    await shot(page, `${colorScheme}-2000`);
    await page.mouse.move(box.x + 500, box.y + 300);
    for (let step = 0; step < 8; step += 1) await page.mouse.wheel(0, -200);
    await page.waitForTimeout(400);
    await shot(page, `${colorScheme}-2000-zoomed`);
    await page.goto(`${url}/timeline/2025-10-02?to=2025-10-07`);
    await settled(page);
    await shot(page, `${colorScheme}-week`);
    await page.goto(`${url}/timeline/2025-10-05`);
    await page.waitForTimeout(300);
    await shot(page, `${colorScheme}-empty`);
    const narrow = await open(chromium, `${url}/timeline/${day}`, { colorScheme, viewport: { width: 420, height: 780 } });
    await settled(narrow);
    await shot(narrow, `${colorScheme}-narrow`);
    await narrow.locator("#stage").focus();
    await narrow.keyboard.press("Enter");
    await narrow.keyboard.press("Enter");
    await narrow.waitForTimeout(400);
    await shot(narrow, `${colorScheme}-narrow-panel`);
  }
  const crawl = await open(chromium, `${url}/timeline/${day}`, { colorScheme: "dark" });
  await crawl.click("#as-crawl");
  await crawl.waitForTimeout(7000);
  await shot(crawl, "crawl");
  const still = await open(chromium, `${url}/timeline/${day}`, { reducedMotion: "reduce" });
  await still.click("#as-crawl");
  await still.waitForTimeout(400);
  await shot(still, "crawl-still");
  if (page.faults.length) console.log(page.faults);
} finally {
  await chromium.close();
  await home.close();
}

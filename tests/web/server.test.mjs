// The server: who it answers, and what it gives out.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { existsSync, readFileSync, statSync } from "node:fs";
import { after, before, test } from "node:test";
import { Home, browser, open } from "./home.mjs";
import { history } from "./history.mjs";

const DAY = "2025-10-02";
let home;
let port;
let url;
let token;
let id;

before(async () => {
  home = new Home(history(DAY, 30));
  ({ url } = await home.serve());
  port = Number(new URL(url).port);
  const { body } = await ask("GET", `/timeline/${DAY}`);
  const data = JSON.parse(body.match(/id="data">(.*?)<\/script>/s)[1]);
  token = data.token;
  id = data.lanes[0].prompts[0].id;
});

after(() => home?.close());

/** One request, with the headers that it is told and no others; paths go out as they are. */
function ask(method, path, headers = {}, body = "") {
  return new Promise((done, failed) => {
    const asked = request({ host: "127.0.0.1", port, method, path, headers: { host: `127.0.0.1:${port}`, ...headers } }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (data) => (text += data));
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, body: text }));
    });
    asked.on("error", failed);
    asked.end(body);
  });
}

const rate = (headers, { body = '{"rating":5}', method = "POST", path = `/api/prompts/${id}/rating` } = {}) =>
  ask(method, path, { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers }, body);
const own = () => ({ origin: url, "x-memento-token": token });
const rating = () => home.json("prompt", "timeline", DAY, "--json").lanes.flatMap((lane) => lane.bubbles).find(({ prompt }) => prompt.id === id).prompt.rating;

test("the page's own rating is taken, by POST and by PUT", async () => {
  assert.equal((await rate(own())).status, 200);
  assert.equal(rating(), 5);
  const put = await rate({ ...own(), "sec-fetch-site": "same-origin" }, { method: "PUT", body: '{"rating":3}' });
  assert.deepEqual(JSON.parse(put.body), { id, rating: 3 });
  assert.equal(rating(), 3);
  await rate(own(), { body: '{"rating":0}' });
  assert.equal(rating(), 0);
});

test("nobody else's is", async () => {
  const refused = {
    "no token": { origin: url },
    "a wrong token": { origin: url, "x-memento-token": token.replace(/./g, "0") },
    "no origin": { "x-memento-token": token },
    "a foreign origin": { ...own(), origin: "http://evil.example" },
    "no origin at all": { ...own(), origin: "null" },
    "another port here": { ...own(), origin: `http://127.0.0.1:${port + 1}` },
    "a foreign host": { ...own(), host: `evil.example:${port}` },
    "rebinding": { ...own(), host: `evil.example:${port}`, origin: `http://evil.example:${port}`, "sec-fetch-site": "same-origin" },
    "across sites": { ...own(), "sec-fetch-site": "cross-site" },
    "another site here": { ...own(), "sec-fetch-site": "same-site" },
  };
  for (const [name, headers] of Object.entries(refused)) {
    const { status, body } = await rate(headers);
    assert.equal(status, 403, name);
    assert.equal(JSON.parse(body).error.kind, "refused", name);
  }
  assert.equal(rating(), 0);
});

test("what makes no sense is refused in one line", async () => {
  const cases = [
    [400, {}, { body: '{"rating":6}' }],
    [400, {}, { body: '{"rating":-1}' }],
    [400, {}, { body: "no" }],
    [400, {}, { path: "/api/prompts/x/rating" }],
    [404, {}, { path: "/api/prompts/999999/rating" }],
    [405, {}, { method: "DELETE" }],
    [413, {}, { body: JSON.stringify({ rating: 1, more: "x".repeat(4096) }) }],
    [415, { "content-type": "text/plain" }, {}],
  ];
  for (const [status, headers, options] of cases) {
    const answer = await rate({ ...own(), ...headers }, options);
    assert.equal(answer.status, status, JSON.stringify(options));
    if (status !== 413) assert.ok(!JSON.parse(answer.body).error.message.includes("\n"));
  }
  assert.equal(rating(), 0);
});

test("a foreign host does not get the page either", async () => {
  for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", `127.0.0.1:${port + 1}`]) {
    assert.equal((await ask("GET", `/timeline/${DAY}`, { host })).status, 403, host);
  }
  assert.equal((await ask("GET", `/timeline/${DAY}`, { host: `localhost:${port}` })).status, 200);
});

test("no path leads to the disk", async () => {
  const paths = ["/../../etc/passwd", "/timeline/../../../etc/passwd", "/timeline/..%2f..%2f..%2fetc%2fpasswd", "/timeline/%2e%2e/%2e%2e/etc/passwd",
    "/timeline//etc/passwd", "/memento.db", "/web/dist/timeline.html", "/timeline/2025-10-02/../../memento.db", "/api/prompts/../../etc/passwd", "/.git/config", "/timeline/2025-02-30", "/timeline/2025-10-2"];
  for (const path of paths) {
    const { status, body } = await ask("GET", path);
    assert.ok([400, 404].includes(status), `${path}: ${status}`);
    assert.ok(!/root:|SQLite/.test(body), path);
  }
});

test("nothing is kept, framed or shared", async () => {
  const { headers } = await ask("GET", `/timeline/${DAY}`, { origin: "http://evil.example" });
  assert.equal(headers["cache-control"], "no-store");
  assert.equal(headers["x-frame-options"], "DENY");
  assert.equal(headers["cross-origin-resource-policy"], "same-origin");
  assert.ok(!Object.keys(headers).some((name) => name.startsWith("access-control")));
  const preflight = await ask("OPTIONS", `/api/prompts/${id}/rating`, { origin: "http://evil.example", "access-control-request-method": "POST" });
  assert.ok(!Object.keys(preflight.headers).some((name) => name.startsWith("access-control")));
  const { status, headers: first } = await ask("GET", "/");
  assert.equal(status, 307);
  assert.match(first.location, /^\/timeline\/\d{4}-\d\d-\d\d$/);
});

test("a page of another host can neither read nor rate, also where its name leads here", async () => {
  const evil = createServer((_, answer) => answer.end("<!doctype html><title>evil</title>")).listen(0, "127.0.0.1");
  await once(evil, "listening");
  const chromium = await browser();
  try {
    const page = await (await chromium.newContext()).newPage();
    const attack = ([url, id, token]) => Promise.all([
      fetch(`${url}/timeline/2025-10-02`).then((answer) => answer.text().then((text) => (answer.ok ? text : "")), () => ""),
      fetch(`${url}/api/prompts/${id}/rating`, { method: "POST", headers: { "content-type": "application/json", "x-memento-token": token }, body: '{"rating":1}' }).then((answer) => answer.status, () => "refused"),
      fetch(`${url}/api/prompts/${id}/rating`, { method: "POST", mode: "no-cors", body: '{"rating":1}' }).then((answer) => answer.type, () => "refused"),
    ]);
    await page.goto(`http://evil.example:${evil.address().port}/`);
    const [read, wrote] = await page.evaluate(attack, [url, id, token]);
    assert.equal(read, "");
    assert.equal(wrote, "refused");
    const rebound = await page.goto(`http://evil.example:${port}/timeline/${DAY}`);
    assert.equal(rebound.status(), 403);
    const [, status] = await page.evaluate(attack, [`http://evil.example:${port}`, id, token]);
    assert.equal(status, 403);
    assert.equal(rating(), 0);
  } finally {
    await chromium.close();
    evil.close();
  }
});

test("a port in use is named, with what to do; C-c ends the server with 0", async () => {
  const taken = home.run("prompt", "serve", "--no-open", "--port", String(port));
  assert.equal(taken.status, 2);
  assert.match(taken.stderr, /^memento: port \d+ is in use: .*--port.*\n$/);
  const { url: second, server } = await home.serve("--json").catch(() => ({}));
  assert.deepEqual(Object.keys(JSON.parse(second)), ["port", "url"]);
  // A browser keeps connections open.
  const chromium = await browser();
  const page = await open(chromium, JSON.parse(second).url);
  server.kill("SIGINT");
  const [code] = await once(server, "exit");
  assert.equal(code, 0);
  await page.close();
  await chromium.close();
});

test("the file is its owner's alone, and keeps what looks like a key to itself", async () => {
  const key = "AKIAIOSFODNN7EXAMPLE";
  const secret = new Home([{ display: `use ${key} for the upload`, timestamp: Date.parse(`${DAY}T10:00:00Z`), project: "/r/a", pastedContents: {}, sessionId: "s" }]);
  try {
    const file = secret.file(DAY).slice("file://".length);
    assert.equal(file, secret.path(`data/timelines/${DAY}.html`));
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(!readFileSync(file, "utf8").includes(key));
    assert.ok(!secret.run("prompt", "timeline", DAY, "--json").stdout.includes(key));
    const out = secret.run("prompt", "timeline", DAY, "--output", "-");
    assert.match(out.stdout, /^<!doctype html>/);
    assert.equal(secret.run("prompt", "timeline", DAY, "--to", "2025-10-04", "--output", "days.html", "--no-open").stdout.trim(), secret.path("days.html"));
    assert.ok(existsSync(secret.path("days.html")));
    const wrong = secret.run("prompt", "timeline", DAY, "--to", "2025-10-01");
    assert.equal(wrong.status, 2);
    assert.equal(wrong.stderr.split("\n").length, 2);
  } finally {
    await secret.close();
  }
});

test("days are those of the local clock, also where it changes", async () => {
  const at = (time) => ({ display: time, timestamp: Date.parse(time), project: "/r/a", pastedContents: {}, sessionId: "s" });
  // 26 October 2025 has 25 hours in central Europe, 30 March 23.
  const times = ["2025-10-25T21:59:59Z", "2025-10-25T22:00:00Z", "2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z", "2025-10-26T22:59:59Z", "2025-10-26T23:00:00Z"];
  const europe = new Home(times.map(at), "CET-1CEST,M3.5.0,M10.5.0/3");
  const chromium = await browser();
  try {
    const autumn = europe.json("prompt", "timeline", "2025-10-26", "--json");
    assert.equal(autumn.end - autumn.start, 25 * 3_600_000);
    assert.deepEqual(autumn.lanes[0].bubbles.map(({ prompt }) => prompt.text), times.slice(1, 5));
    assert.deepEqual([autumn.previous, autumn.next], ["2025-10-25", "2025-10-27"]);
    const spring = europe.json("prompt", "timeline", "2025-03-30", "--json");
    assert.equal(spring.end - spring.start, 23 * 3_600_000);
    const page = await open(chromium, europe.file("2025-10-26"));
    await page.locator("#stage").focus();
    await page.keyboard.press("Enter");
    const seen = [];
    for (let step = 0; step < 4; step += 1) {
      seen.push((await page.locator(".bubble").getAttribute("aria-label")).slice(0, 5));
      await page.keyboard.press("ArrowRight");
    }
    assert.deepEqual(seen, ["00:00", "02:30", "02:30", "23:59"]);
  } finally {
    await chromium.close();
    await europe.close();
  }
});

// A home of the tests' own, the binary in it, and Chromium.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const memento = process.env.MEMENTO;
if (!memento) throw new Error("MEMENTO has to name the binary");

export class Home {
  constructor(lines, zone = "UTC") {
    this.dir = mkdtempSync(join(tmpdir(), "memento-web-"));
    mkdirSync(this.path(".claude"));
    writeFileSync(this.path(".claude/history.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    this.env = {
      PATH: process.env.PATH,
      HOME: this.dir,
      USER: "ann",
      TZ: zone,
      MEMENTO_CLAUDE_DIR: this.path(".claude"),
      MEMENTO_DATA_DIR: this.path("data"),
      MEMENTO_NOTES_DIR: this.path("notes"),
    };
    this.servers = [];
  }

  path(name) {
    return join(this.dir, name);
  }

  run(...args) {
    return spawnSync(memento, args, { env: this.env, cwd: this.dir, encoding: "utf8", maxBuffer: 64 << 20 });
  }

  json(...args) {
    const { stdout, stderr, status } = this.run(...args);
    if (status !== 0) throw new Error(`memento ${args.join(" ")}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** The page of a day as a file; its address. */
  file(...args) {
    const { stdout, stderr, status } = this.run("prompt", "timeline", "--no-open", ...args);
    if (status !== 0) throw new Error(stderr);
    return `file://${stdout.trim()}`;
  }

  /** Serves; the address, and the process. */
  async serve(...args) {
    const server = spawn(memento, ["prompt", "serve", "--no-open", "--port", "0", ...args], { env: this.env, stdio: ["ignore", "pipe", "pipe"] });
    this.servers.push(server);
    server.errors = "";
    server.stderr.on("data", (data) => (server.errors += data));
    const line = await Promise.race([
      once(createInterface(server.stdout), "line").then(([line]) => line),
      once(server, "exit").then(() => { throw new Error(server.errors); }),
    ]);
    return { url: line.replace(/\/$/, ""), server };
  }

  async close() {
    for (const server of this.servers) {
      if (server.exitCode === null && server.signalCode === null) {
        server.kill("SIGINT");
        await once(server, "exit");
      }
    }
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export const browser = () => chromium.launch({
  executablePath: spawnSync("which", [process.env.CHROMIUM ?? "chromium"], { encoding: "utf8" }).stdout.trim(),
  // Root has no sandbox to be in; the pages are the tests' own.
  args: [...(process.getuid() === 0 ? ["--no-sandbox"] : []), "--disable-dev-shm-usage", "--host-resolver-rules=MAP evil.example 127.0.0.1"],
});

/** A page that is ready to be used, with all that it said and asked for. */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 820 }, timezoneId: "America/New_York", ...options });
  const page = await context.newPage();
  page.faults = [];
  page.requests = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
  page.on("request", (request) => page.requests.push(request.url()));
  await page.goto(url);
  await page.waitForFunction(() => document.documentElement.dataset.ready);
  return page;
}

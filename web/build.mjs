// Makes dist/timeline.html of src/: one file that loads nothing. Its policy names the one script and the one style by their
// hashes; @DATA@ and @CONNECT@ are filled in by the binary.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const here = (path) => new URL(path, import.meta.url).pathname;
const bundled = await build({
  entryPoints: [here("src/main.js"), here("src/style/main.css")],
  bundle: true,
  minify: true,
  write: false,
  outdir: here("dist"),
  format: "iife",
  target: ["es2022", "chrome110", "firefox115", "safari16.4"],
  loader: { ".woff2": "dataurl" },
  legalComments: "none",
});
const text = (end) => bundled.outputFiles.find((file) => file.path.endsWith(end)).text.trim();
const [script, style] = [text(".js"), text(".css")];
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
// A function: `$` in a replacement has a meaning, and scripts are full of it.
const page = readFileSync(here("src/page.html"), "utf8")
  .replace("@SCRIPT_HASH@", () => hash(script))
  .replace("@STYLE_HASH@", () => hash(style))
  .replace("@STYLE@", () => style)
  .replace("@SCRIPT@", () => script);
for (const mark of ["@DATA@", "@CONNECT@"]) {
  if (page.split(mark).length !== 2) throw new Error(`${mark} must stand in the page once`);
}
mkdirSync(here("dist"), { recursive: true });
writeFileSync(here("dist/timeline.html.new"), page);
renameSync(here("dist/timeline.html.new"), here("dist/timeline.html"));

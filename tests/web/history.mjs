// A day as somebody may have had it, the same every time: several projects, sessions, languages and lengths.

const PROJECTS = [
  ["/home/ann/repos/memento", 34, "7c1f"],
  ["/home/ann/repos/garden-planner", 22, "a3d0"],
  ["/home/ann/work/shop/api", 18, "51be"],
  ["/home/ann/work/billing/api", 10, "e90a"],
  ["/home/ann/dotfiles", 8, "03c7"],
  ["/home/ann/notes", 8, "b24d"],
];

const TEXTS = [
  "run the tests again",
  "yes",
  "commit this with a message that says why",
  "Why does the parser drop the last line when the file has no final newline? Look at scan.rs and write a test that fails first.",
  "The list flickers when I type fast. Measure it before you change anything, then tell me what you found.",
  "Bitte übersetze die Fehlermeldungen ins Deutsche, aber lass die Namen der Befehle, wie sie sind 🙏",
  "プロジェクト全体でこの関数の使い方を調べて、古い呼び出しを新しい API に置き換えてください。",
  "Refactor `Store::open` so that migration and opening are two steps. Keep the public signature. I want to see the diff before you commit.",
  "what is the difference between a barrier and a lease here",
  "Make the retry policy configurable: number of attempts, first delay, factor, jitter. Document each in the README and add a property test that the total delay never passes the limit.",
  "the build is red on main, look at the log:\n\nerror[E0308]: mismatched types\n  --> src/prompts/timeline.rs:42:9\n   |\n42 |         start\n   |         ^^^^^ expected `i64`, found `Option<i64>`\n\nfix it and explain what changed upstream",
  "Schreib mir eine Zusammenfassung der letzten drei Commits.",
  "Écris un test pour le cas où l'horloge recule pendant la nuit du changement d'heure.",
  "now the same for the Emacs side",
  "no. the mistake is in the caller: it passes bytes where columns are wanted. Leave the callee alone.",
];

/** Numbers from 0 to 1 that are the same every time. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Lines of a history: so many prompts on a day, most in the morning and the afternoon. */
export function history(date, count, seed = 7) {
  const next = random(seed);
  const start = Date.parse(`${date}T00:00:00Z`);
  const total = PROJECTS.reduce((sum, [, weight]) => sum + weight, 0);
  const bell = () => (next() + next() + next()) / 3;
  const lines = [];
  for (let index = 0; index < count; index += 1) {
    let pick = next() * total;
    const [project, , session] = PROJECTS.find(([, weight]) => (pick -= weight) < 0) ?? PROJECTS[0];
    const hour = next() < 0.45 ? 8 + 4.5 * bell() : next() < 0.8 ? 13 + 6 * bell() : 20.5 + 3 * bell();
    const text = TEXTS[Math.floor(next() * next() * 1.4 * TEXTS.length) % TEXTS.length];
    const repeat = next() < 0.06 ? 4 + Math.floor(next() * 12) : 1;
    lines.push({
      display: index % 3 ? Array(repeat).fill(text).join("\n\n") : `${text} (${index})`,
      timestamp: Math.floor(start + hour * 3_600_000),
      project,
      pastedContents: {},
      sessionId: `${session}${Math.floor(hour / 3)}e2-5d1c-4b7e-9a44-0f3d`,
    });
  }
  return lines.sort((a, b) => a.timestamp - b.timestamp);
}

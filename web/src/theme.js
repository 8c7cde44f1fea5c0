// Dark and light: as the system has it, or as the person chose.

const KEY = "memento-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const heard = [];

function stored() {
  // A browser may keep a file from storing anything.
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

let chosen = stored();

export const theme = () => chosen ?? (dark.matches ? "dark" : "light");

function apply() {
  document.documentElement.dataset.theme = theme();
  heard.forEach((hear) => hear());
}

export function onTheme(hear) {
  heard.push(hear);
}

export function startTheme(button) {
  const name = () => {
    const other = theme() === "dark" ? "light" : "dark";
    button.setAttribute("aria-label", `Switch to ${other}`);
    button.title = `Switch to ${other}`;
  };
  button.addEventListener("click", () => {
    chosen = theme() === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // Then it lasts as long as the page.
    }
    apply();
  });
  dark.addEventListener("change", () => chosen ?? apply());
  onTheme(name);
  apply();
}

/** The colours that the style sheet has now, for what is drawn and not styled. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const get = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    band: get("band"),
    line: get("line"),
    faint: get("faint"),
    dim: get("dim"),
    text: get("text"),
    back: get("back"),
    accent: get("accent"),
    digit: get("digit"),
    ratings: [0, 1, 2, 3, 4, 5].map((rating) => get(`rating-${rating}`)),
  };
}

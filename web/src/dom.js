// Elements: found by their names, and made. Texts are only ever put in as text.

export const byId = (id) => document.getElementById(id);

/** An element with attributes, handlers (`onclick`) and children; strings become text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Whether nothing is to move by itself. */
export const keepsStill = () => still.matches;

/** Hears of it when that changes. */
export const onStill = (heard) => still.addEventListener("change", heard);

/** Whether a key belongs to this element: text to a field, arrows to a slider. */
export const takesKey = (element, key) =>
  element instanceof HTMLInputElement && (element.type !== "range" || /^(Arrow|Page|Home|End)/.test(key));

/** Tells those who do not see the page. */
export function say(text) {
  byId("said").textContent = text;
}

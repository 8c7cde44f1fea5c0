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

/** Whether what is typed belongs to this element. */
export const takesText = (element) =>
  element instanceof HTMLElement && (element.matches("input, textarea, select") || element.isContentEditable);

/** Tells those who do not see the page. */
export function say(text) {
  byId("said").textContent = text;
}

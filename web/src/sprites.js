// Bubbles, each kind drawn once and then copied: thousands a frame cost next to nothing.

import { colours } from "./theme.js";

let kinds = new Map();
let palette = null;

export const paint = () => (palette ??= colours());

export function forgetSprites() {
  kinds = new Map();
  palette = null;
}

/** The picture of a bubble, a square of 2 * `reach`. */
function sprite(rating, radius, ratio) {
  const key = rating * 4096 + Math.round(radius * 2);
  const known = kinds.get(key);
  if (known?.ratio === ratio) return known;
  const reach = radius + 7;
  const size = Math.ceil(2 * reach * ratio);
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const draw = canvas.getContext("2d");
  draw.scale(ratio, ratio);
  draw.translate(reach, reach);
  bubble(draw, rating, radius, paint());
  const made = { canvas, reach, ratio };
  kinds.set(key, made);
  return made;
}

/** What is rated is filled and bears its number; the best have a ring, what is not rated is hollow. */
function bubble(draw, rating, radius, { ratings, digit, back }) {
  const colour = ratings[rating];
  const disc = (r) => {
    draw.beginPath();
    draw.arc(0, 0, Math.max(r, 0.5), 0, 2 * Math.PI);
  };
  draw.fillStyle = back;
  disc(radius);
  draw.globalAlpha = 0.6;
  draw.fill();
  draw.fillStyle = draw.strokeStyle = colour;
  if (rating === 0) {
    draw.globalAlpha = 0.28;
    draw.fill();
    draw.globalAlpha = 0.95;
    draw.lineWidth = Math.min(1.4, radius / 4);
    disc(radius - draw.lineWidth / 2);
    draw.stroke();
    return;
  }
  draw.globalAlpha = 1;
  const light = draw.createRadialGradient(-radius * 0.35, -radius * 0.45, radius * 0.1, 0, 0, radius);
  light.addColorStop(0, "rgb(255 255 255 / 0.28)");
  light.addColorStop(1, "rgb(255 255 255 / 0)");
  draw.fill();
  draw.fillStyle = light;
  draw.fill();
  draw.lineWidth = 1;
  draw.strokeStyle = back;
  draw.stroke();
  if (rating === 5) {
    draw.strokeStyle = colour;
    draw.lineWidth = Math.max(1.2, radius / 9);
    disc(radius + Math.min(1.5, radius / 4) + draw.lineWidth);
    draw.stroke();
  }
  if (radius >= 5) {
    draw.fillStyle = digit;
    draw.font = `700 ${Math.max(8, Math.min(radius * 1.05, 15))}px "Inter Variable", sans-serif`;
    draw.textAlign = "center";
    draw.textBaseline = "middle";
    draw.fillText(String(rating), 0, 0.5);
  }
}

export function drawBubble(draw, rating, x, y, radius, ratio, grown = 1) {
  const { canvas, reach } = sprite(rating, radius, ratio);
  const half = reach * grown;
  draw.drawImage(canvas, x - half, y - half, 2 * half, 2 * half);
}

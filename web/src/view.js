// What part of the time is in view: zoomed by wheel, pinch and key, panned by drag and key.

import { easeCubicOut } from "d3-ease";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import "d3-transition";
import { zoom, zoomIdentity } from "d3-zoom";
import { keepsStill } from "./dom.js";

const EDGE = 18;

export class View {
  /** `most`: how far can be zoomed in; `changed` hears of every move. */
  constructor(element, most, changed) {
    this.element = element;
    this.base = scaleLinear([0, 1], [EDGE, 100 - EDGE]);
    this.scale = this.base;
    this.transform = zoomIdentity;
    this.top = 0;
    this.overflow = 0;
    this.changed = changed;
    this.selection = select(element);
    this.zoom = zoom()
      .scaleExtent([1, most])
      .clickDistance(4)
      .filter((event) => !event.target.closest("button") && !event.button && !(event.type === "wheel" && sideways(event)))
      .wheelDelta((event) => -event.deltaY * (event.deltaMode === 1 ? 0.05 : event.deltaMode ? 1 : 0.002) * (event.ctrlKey ? 5 : 1))
      .constrain((transform, extent, limits) => this.constrain(transform, extent, limits))
      .on("start", () => element.classList.add("moving"))
      .on("end", () => element.classList.remove("moving"))
      .on("zoom", (event) => this.moved(event));
    this.selection.call(this.zoom).on("dblclick.zoom", null);
    element.addEventListener("wheel", (event) => {
      if (!sideways(event)) return;
      event.preventDefault();
      this.zoom.translateBy(this.selection, -(event.deltaX || event.deltaY) / this.transform.k, 0);
    }, { passive: false });
  }

  // Time stays within its ends; up and down is held by the lanes, not by the zoom.
  constrain(transform, extent, limits) {
    const left = transform.invertX(extent[0][0]) - limits[0][0];
    const right = transform.invertX(extent[1][0]) - limits[1][0];
    const by = right > left ? (left + right) / 2 : Math.min(0, left) || Math.max(0, right);
    return transform.translate(by, 0);
  }

  moved({ transform, sourceEvent }) {
    const dragged = sourceEvent && /move/.test(sourceEvent.type) && transform.k === this.transform.k;
    if (dragged) this.scrollBy(this.transform.y - transform.y);
    this.transform = transform;
    this.scale = transform.rescaleX(this.base);
    this.changed();
  }

  scrollBy(pixels) {
    this.top = Math.min(Math.max(this.top + pixels, 0), this.overflow);
    this.changed();
  }

  resize(width, height, overflow) {
    const domain = this.scale.domain();
    this.width = width;
    this.height = height;
    this.overflow = overflow;
    this.top = Math.min(this.top, overflow);
    this.base = scaleLinear([0, 1], [EDGE, Math.max(width - EDGE, EDGE + 1)]);
    this.zoom.extent([[0, 0], [width, height]]).translateExtent([[0, -Infinity], [width, Infinity]]);
    this.show(domain, 0);
  }

  /** From pixels to the share of the whole time, and back. */
  x(share) {
    return this.scale(share);
  }

  share(x) {
    return this.scale.invert(x);
  }

  get domain() {
    return [this.share(EDGE), this.share(this.width - EDGE)];
  }

  /** Shows the time between two shares of it. */
  show([from, to], duration = 320) {
    const [left, right] = [this.base(from), this.base(to)];
    const k = (this.width - 2 * EDGE) / Math.max(right - left, 1e-9);
    this.to(zoomIdentity.translate(EDGE - left * k, 0).scale(k), duration);
  }

  to(transform, duration) {
    const target = duration && !keepsStill() ? this.selection.transition().duration(duration).ease(easeCubicOut) : this.selection.interrupt();
    this.zoom.transform(target, transform);
  }

  zoomBy(factor) {
    const target = keepsStill() ? this.selection : this.selection.transition().duration(220).ease(easeCubicOut);
    this.zoom.scaleBy(target, factor);
  }

  panBy(pixels) {
    const target = keepsStill() ? this.selection : this.selection.transition().duration(160).ease(easeCubicOut);
    this.zoom.translateBy(target, -pixels / this.transform.k, 0);
  }

  /** Brings a place into view, with so much of the right side covered. */
  reveal(share, y, radius, covered) {
    const x = this.x(share);
    const right = Math.max(this.width - covered, 80);
    const margin = radius + 24;
    if (x < margin) this.panBy(x - Math.min(margin + 60, right / 2));
    else if (x > right - margin) this.panBy(x - Math.max(right - margin - 60, right / 2));
    const above = y - this.top - radius - 50;
    const below = y - this.top + radius + 8 - this.height;
    if (above < 0) this.scrollBy(above);
    else if (below > 0) this.scrollBy(below);
  }
}

const sideways = (event) => !event.ctrlKey && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY));

// Where lanes and bubbles lie, in pixels, before the time axis is zoomed.
//
// The library lays bubbles out on a picture of some width; here they get the pixels that there are. Row 0 is in the middle of its
// lane, the others by turns above and below.

export const AXIS = 44;
const GAP = 6;
const LEAST = 30;
/** Of the biggest bubble, as a share of the width: nights are not shown at first, so it is more than the library reckons with. */
const RADIUS = 0.0165;
/** How far apart rows are, in such radii; the library's. */
const PITCH = 0.71;

const offset = (row) => (row % 2 ? (row + 1) / 2 : -row / 2);

export class Layout {
  constructor(lanes, width, height) {
    const radius = Math.min(Math.max(RADIUS * width, 12), 24);
    const pitch = radius * PITCH;
    const natural = lanes.map((lane) => Math.max((lane.rows - 1) * pitch + 2.3 * radius + 10, 46));
    const wanted = natural.reduce((sum, height) => sum + height, 0);
    const room = Math.max(height - AXIS - GAP * lanes.length - 4, 100);
    const fit = Math.min(Math.max(room / Math.max(wanted, 1), 0.27), 2.6);
    // Lanes take all the room that there is; bubbles grow a little with them.
    this.scale = fit < 1 ? fit : Math.min(fit, 1.4);
    this.pitch = pitch * this.scale;
    this.radius = radius * this.scale;
    this.height = height;
    let y = AXIS;
    this.lanes = lanes.map((lane, index) => {
      const place = { lane, top: y, height: Math.round(Math.max(natural[index] * fit, LEAST)) };
      // An even number of rows has one more above the middle than below.
      place.middle = place.top + place.height / 2 + (lane.rows % 2 ? 0 : this.pitch / 2);
      y += place.height + GAP;
      return place;
    });
    this.bottom = y;
  }

  /** The middle of a bubble from the top. */
  y(prompt) {
    return this.lanes[prompt.lane.index].middle - offset(prompt.row) * this.pitch;
  }

  /** How much can be out of view. */
  get overflow() {
    return Math.max(this.bottom - this.height, 0);
  }
}

// Time as the clock on the wall showed it where the prompts were typed, wherever the page is looked at.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * MINUTE);
const DAYS = [1, 2, 7, 14, 28].map((days) => days * 24 * HOUR);

const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
const TIME = format({ hour: "2-digit", minute: "2-digit" });
const SECONDS = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const SHORT = format({ weekday: "short", day: "numeric", month: "short" });
const LONG = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });

export class Clock {
  /** `offsets`: from which moment on local time is how many milliseconds ahead of UTC. */
  constructor(offsets) {
    this.offsets = offsets;
  }

  offset(time) {
    let found = this.offsets[0]?.[1] ?? 0;
    for (const [from, offset] of this.offsets) {
      if (from > time) break;
      found = offset;
    }
    return found;
  }

  wall(time) {
    return time + this.offset(time);
  }

  time(time) {
    return TIME.format(this.wall(time));
  }

  seconds(time) {
    return SECONDS.format(this.wall(time));
  }

  day(time) {
    return SHORT.format(this.wall(time));
  }

  /** Moments between two that an axis of so many pixels marks, each with whether a day begins there. */
  ticks(from, to, pixels, apart = 76) {
    const wanted = ((to - from) * apart) / Math.max(pixels, 1);
    const step = [...STEPS, ...DAYS.slice(1)].find((step) => step >= wanted) ?? DAYS.at(-1);
    const ticks = [];
    // Where clocks change, the steps begin anew: 02:00 may come twice, or not at all.
    const parts = this.offsets.map(([start, offset], n) => [start, this.offsets[n + 1]?.[0] ?? Infinity, offset]);
    for (const [start, end, offset] of parts) {
      const first = Math.ceil((Math.max(from, start) + offset) / step) * step;
      for (let wall = first; wall - offset < Math.min(to, end); wall += step) {
        ticks.push({ time: wall - offset, midnight: wall % (24 * HOUR) === 0 });
      }
    }
    return { ticks, step };
  }
}

/** A date, `2025-10-02`, as it is spoken. */
export const longDate = (date) => LONG.format(Date.parse(`${date}T00:00:00Z`));
export const shortDate = (date) => SHORT.format(Date.parse(`${date}T00:00:00Z`));

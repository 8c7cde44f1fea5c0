// Which prompts are meant: by project, rating and text.

export class Filter {
  constructor(data, changed) {
    this.data = data;
    this.changed = changed;
    this.lanes = new Set();
    this.ratings = new Set();
    this.words = [];
    this.shown = data.prompts.length;
  }

  get active() {
    return this.lanes.size > 0 || this.ratings.size > 0 || this.words.length > 0;
  }

  /** Only this one, or all again; with `add` together with the others. */
  toggle(set, value, add) {
    const had = set.has(value) && (add || set.size === 1);
    if (!add) set.clear();
    if (had) set.delete(value);
    else set.add(value);
    this.apply();
  }

  setText(text) {
    this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.apply();
  }

  apply() {
    this.shown = 0;
    for (const prompt of this.data.prompts) {
      prompt.shown = this.passes(prompt);
      if (prompt.shown) this.shown += 1;
    }
    this.changed();
  }

  passes(prompt) {
    if (this.lanes.size && !this.lanes.has(prompt.lane)) return false;
    if (this.ratings.size && !this.ratings.has(prompt.rating)) return false;
    if (!this.words.length) return true;
    prompt.words ??= [prompt.text, prompt.note ?? "", ...(prompt.tags ?? [])].join("\n").toLowerCase();
    return this.words.every((word) => prompt.words.includes(word));
  }
}

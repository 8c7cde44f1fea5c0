// Ratings, sent to the server that the page came from.

import { say } from "./dom.js";
import { ratingName } from "./data.js";

export class Rater {
  /** `changed` hears of every rating that a prompt now has, `failed` why one was not taken. */
  constructor(token, changed, failed) {
    Object.assign(this, { token, changed, failed });
    this.sent = new Map();
  }

  /** A file can show ratings and not change them. */
  get can() {
    return Boolean(this.token);
  }

  async rate(prompt, rating) {
    if (!this.can || prompt.rating === rating) return;
    const before = prompt.rating;
    // Shown at once; of several in a row, only the answer to the last one counts.
    const turn = (this.sent.get(prompt) ?? 0) + 1;
    this.sent.set(prompt, turn);
    prompt.rating = rating;
    this.changed(prompt);
    const failed = await this.send(prompt.id, rating);
    if (this.sent.get(prompt) !== turn) return;
    if (failed) {
      prompt.rating = before;
      this.changed(prompt);
      this.failed(prompt, failed);
    } else {
      say(ratingName(rating));
    }
  }

  /** Why it was not taken, in a line; nothing where it was. */
  async send(id, rating) {
    try {
      const answer = await fetch(`/api/prompts/${id}/rating`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-memento-token": this.token },
        body: JSON.stringify({ rating }),
      });
      if (answer.ok) return null;
      const { error } = await answer.json();
      return error.message;
    } catch {
      return "the server is gone: start memento prompt serve again";
    }
  }
}

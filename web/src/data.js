// What the page holds: lanes of prompts, and the same prompts in the order of time.

export function readData() {
  const data = JSON.parse(document.getElementById("data").textContent);
  data.prompts = [];
  data.lanes.forEach((lane, index) => {
    lane.index = index;
    lane.label = lane.name || "no project";
    for (const prompt of lane.prompts) {
      prompt.lane = lane;
      prompt.shown = true;
      data.prompts.push(prompt);
    }
  });
  data.prompts.sort((a, b) => a.time - b.time || a.id - b.id);
  data.prompts.forEach((prompt, place) => (prompt.place = place));
  return data;
}

/** The first index in a sorted list that `reached` holds from. */
export function firstIndex(list, reached) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const count = (number, one, many = `${one}s`) => `${number.toLocaleString("en-GB")} ${number === 1 ? one : many}`;

export const RATINGS = [0, 1, 2, 3, 4, 5];
export const ratingName = (rating) => (rating ? `rated ${rating} of 5` : "not rated");

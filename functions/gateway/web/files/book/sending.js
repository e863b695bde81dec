// A booking on its way: its request and key outlive the page, so that a booking whose answer was lost with the page is
// asked for once more instead of being made again or left behind. The browser keeps it until its tab is closed.

import { newKey } from "../base/api.js";

const NAME = "sending";
const SLOT = ["hall_id", "start", "end"];
// The answer to a key is kept for a day.
const LIFE = 20 * 3_600_000;
let now = null;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(NAME));
  } catch {
    return null; // Forbidden here: then it lives as long as the page does.
  }
}

function write(value) {
  try {
    if (value) sessionStorage.setItem(NAME, JSON.stringify(value));
    else sessionStorage.removeItem(NAME);
  } catch {
    // As above.
  }
}

export const sending = {
  // Whether it was begun by an earlier load of the page.
  isOld: false,

  // The same request keeps its key: after an answer that left open what became of it, and on a second click.
  start(body, form) {
    const same = JSON.stringify({ ...body, quote_id: null });
    if (now?.same === same) return now;
    now = { body, form, same, key: newKey(), at: Date.now() };
    write(now);
    return now;
  },

  end() {
    now = null;
    sending.isOld = false;
    write(null);
  },

  // What was begun for this slot and has not ended.
  of(order) {
    const left = now ? null : read();
    if (!left || Date.now() - left.at > LIFE || SLOT.some((name) => left.body[name] !== order[name])) return null;
    sending.isOld = true;
    now = left;
    return left;
  },

  // What was said in it, to fill the form with.
  form: () => read()?.form,
};

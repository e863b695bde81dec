// The tokens of a sign-in, which tabs share: a tab that is duplicated is the same sign-in, and a refresh token that both
// would use ends it. The newest lie where all tabs of a browser look, sealed with a key that only these tabs have, so they
// are worth nothing once the last of them is closed.

import { now } from "../base/clock.js";

const KEPT = "cyclorama-desk";
const SEALED = `${KEPT}-`;
// No sign-in is that old.
const LONGEST = 100 * 86_400_000;
const IV = 12;

// Neither is there on a page that came without TLS, but from this machine.
const isAble = Boolean(navigator.locks && crypto.subtle);
const encode = (bytes) => btoa(String.fromCharCode(...bytes));
const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const random = (size) => crypto.getRandomValues(new Uint8Array(size));

export class Tabs {
  #own;

  constructor() {
    this.#own = JSON.parse(sessionStorage.getItem(KEPT) || "null");
  }

  // What this tab knew last; null where nobody has signed in.
  get pair() {
    return this.#own?.pair || null;
  }

  begin(pair) {
    sweep();
    this.#own = { name: encode(random(9)), key: encode(random(32)) };
    return this.keep({ ...pair, turn: 0 });
  }

  async keep(pair) {
    this.#own.pair = pair;
    sessionStorage.setItem(KEPT, JSON.stringify(this.#own));
    if (!isAble) return;
    const iv = random(IV);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.#key(), new TextEncoder().encode(JSON.stringify(pair)));
    if (this.#own) localStorage.setItem(SEALED + this.#own.name, JSON.stringify({ at: now(), iv: encode(iv), sealed: encode(new Uint8Array(sealed)) }));
  }

  forget() {
    if (this.#own) localStorage.removeItem(SEALED + this.#own.name);
    sessionStorage.removeItem(KEPT);
    this.#own = null;
  }

  // One tab at a time exchanges the refresh token: what another has got meanwhile is as good. `exchange` makes the next
  // pair of the newest.
  async next(exchange) {
    if (!isAble) return exchange(this.pair);
    return navigator.locks.request(SEALED + this.#own.name, async () => {
      const newest = await this.#newest();
      if (newest?.turn > this.pair.turn) {
        await this.keep(newest);
        return newest;
      }
      return exchange(this.pair);
    });
  }

  async #newest() {
    const found = JSON.parse(localStorage.getItem(SEALED + this.#own.name) || "null");
    if (!found) return null;
    const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: decode(found.iv) }, await this.#key(), decode(found.sealed));
    return JSON.parse(new TextDecoder().decode(opened));
  }

  #key() {
    return crypto.subtle.importKey("raw", decode(this.#own.key), "AES-GCM", false, ["encrypt", "decrypt"]);
  }
}

// What tabs have left that were closed without signing out.
function sweep() {
  for (const name of Object.keys(localStorage).filter((each) => each.startsWith(SEALED))) {
    if (now() - JSON.parse(localStorage.getItem(name)).at > LONGEST) localStorage.removeItem(name);
  }
}

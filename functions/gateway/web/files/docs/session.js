// Who has signed in to try requests. Tokens live in the memory of this page and nowhere else.

import { call } from "../base/api.js";
import { now } from "../base/clock.js";

const EARLY = 30_000;

export class Session {
  #pair = null;

  constructor(onChange) {
    this.onChange = onChange;
  }

  get isThere() {
    return this.#pair !== null;
  }

  get token() {
    return this.#pair?.access_token;
  }

  async enter(proof) {
    this.#keep(await call("POST", "v1/tokens", { body: proof }));
  }

  // A key of a program, or a token from elsewhere.
  use(token) {
    this.#keep({ access_token: token, expires_in: Infinity });
  }

  async leave() {
    const pair = this.#pair;
    this.#keep(null);
    if (pair?.refresh_token) await call("DELETE", "v1/sessions/current", { token: pair.access_token });
  }

  // A token that will do for the next request.
  async fresh() {
    if (this.#pair?.refresh_token && now() > this.#pair.until - EARLY) {
      try {
        this.#keep(await call("POST", "v1/tokens/refresh", { body: { refresh_token: this.#pair.refresh_token } }));
      } catch (problem) {
        this.#keep(null);
        throw problem;
      }
    }
    return this.token;
  }

  #keep(pair) {
    this.#pair = pair && { ...pair, until: now() + pair.expires_in * 1000 };
    this.onChange();
  }
}

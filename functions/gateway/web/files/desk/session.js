// Who has signed in. The tokens live as long as the tab and those that were duplicated from it: the refresh token changes
// with each use, and a desk that is left open goes on working.

import { call, newKey, Problem } from "../base/api.js";
import { now } from "../base/clock.js";
import { Tabs } from "./tabs.js";

const EARLY = 60_000;

export class Session {
  #tabs = new Tabs();
  #refreshing = null;

  // `onLack`: nothing more is allowed until a second factor is set up.
  constructor(onEnd, onLack) {
    Object.assign(this, { onEnd, onLack });
  }

  get #pair() {
    return this.#tabs.pair;
  }

  get isThere() {
    return this.#pair !== null;
  }

  async enter(proof) {
    await this.#tabs.begin(timed(await call("POST", "v1/tokens", { body: proof })));
  }

  async leave() {
    const pair = this.#pair;
    this.#forget();
    if (pair) await call("DELETE", "v1/sessions/current", { token: pair.access_token });
  }

  // A request in the name of who has signed in. A change takes a key of its own unless it is given one.
  async call(method, path, options = {}) {
    const key = options.key || (method === "GET" ? undefined : newKey());
    await this.#renew();
    const token = this.#pair.access_token;
    try {
      return await this.#ask(method, path, { ...options, key });
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      return this.#again(method, path, { ...options, key }, token);
    }
  }

  async #ask(method, path, options) {
    try {
      return await call(method, path, { ...options, token: this.#pair?.access_token });
    } catch (problem) {
      if (problem.code === "second_factor_missing") this.onLack();
      throw problem;
    }
  }

  // The token ended sooner than this page thought, which slept or was loaded anew: once more with the next one.
  async #again(method, path, options, refused) {
    if (this.#pair?.access_token === refused) await this.#refreshed();
    try {
      return await this.#ask(method, path, options);
    } catch (problem) {
      if (problem.status === 401) this.#forget();
      throw problem;
    }
  }

  // With a new token, which knows what the account may do by now.
  async renew() {
    await this.#refreshed();
  }

  // One at a time: a refresh token that is used twice ends the session.
  async #renew() {
    if (!this.#pair) throw new Problem(401, { code: "unauthorized" });
    if (now() < this.#pair.until - EARLY) return;
    await this.#refreshed();
  }

  async #refreshed() {
    this.#refreshing ??= this.#exchange().finally(() => (this.#refreshing = null));
    await this.#refreshing;
  }

  async #exchange() {
    try {
      await this.#tabs.next(async ({ refresh_token, turn }) => {
        const next = await call("POST", "v1/tokens/refresh", { body: { refresh_token } });
        await this.#tabs.keep({ ...timed(next), turn: turn + 1 });
      });
    } catch (problem) {
      if (problem.status === 401) this.#forget();
      throw problem;
    }
  }

  #forget() {
    if (!this.#pair) return;
    this.#tabs.forget();
    this.onEnd();
  }
}

const timed = (pair) => ({ ...pair, until: now() + pair.expires_in * 1000 });

import createClient, { type Client } from "openapi-fetch";
import { problem } from "./problems.js";
import { type Fetch, retrying, takesKey } from "./retrying.js";
import type { components, paths } from "./schema.js";
import { Signing, type TokenPair } from "./signing-in.js";

export { type FieldProblem, ProblemError } from "./problems.js";
export type { components, operations, paths } from "./schema.js";
/** What the API sends and takes, by name: `Schemas["Booking"]`. */
export type Schemas = components["schemas"];

export interface Options {
  baseUrl: string;
  /** An API key, or a guest's token. */
  token?: string;
  /** The language of the sentences in errors: `ru` or `en`. */
  language?: string;
  /** How long one attempt may take, in milliseconds. */
  timeout?: number;
  /** How often a request is sent at most, where it may safely be sent again. */
  tries?: number;
  fetch?: Fetch;
  sleep?: (milliseconds: number) => Promise<void>;
}

export interface Cyclorama extends Client<paths> {
  /** As the owner of an account, until the session ends; some accounts ask for a second factor. */
  signIn(email: string, password: string, secondFactor?: string): Promise<void>;
}

/** A studio's API. Every method and path of `openapi.json` is known to the compiler. */
export function createCyclorama(options: Options): Cyclorama {
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const headers = { "Accept-Language": options.language ?? "ru" };
  const signing = new Signing(`${baseUrl}/v1/tokens/refresh`, options.token);
  const send = retrying(options.fetch ?? ((request) => fetch(request)), {
    timeout: options.timeout ?? 30_000,
    tries: options.tries ?? 3,
    sleep: options.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))),
  });
  const client = createClient<paths>({ baseUrl, headers, fetch: signing.signed(send) });
  client.use({
    onRequest({ request, schemaPath }) {
      const has = request.headers.has("Idempotency-Key");
      if (!has && takesKey(request.method, schemaPath)) request.headers.set("Idempotency-Key", crypto.randomUUID());
      return request;
    },
    async onResponse({ response }) {
      if (!response.ok) throw await problem(response);
    },
  });
  return Object.assign(client, {
    async signIn(email: string, password: string, secondFactor?: string): Promise<void> {
      const body = { email, password, ...(secondFactor === undefined ? {} : { second_factor: secondFactor }) };
      const request = { method: "POST", headers: { "Content-Type": "application/json", ...headers } };
      const answer = await send(new Request(`${baseUrl}/v1/tokens`, { ...request, body: JSON.stringify(body) }));
      if (!answer.ok) throw await problem(answer);
      signing.accept((await answer.json()) as TokenPair);
    },
  });
}

/** What a call answers; a refusal is a `ProblemError`. */
export async function done<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await call;
  if (data === undefined || data === null) throw new TypeError("This answer has no content");
  return data;
}

export interface Page<T> {
  data: T[];
  next_cursor?: string | null;
}

/** All rows of a list, a page at a time, as they are asked for. */
export async function* every<T>(
  page: (cursor: { cursor?: string }) => Promise<{ data?: Page<T> }>,
): AsyncGenerator<T, void, undefined> {
  let from: { cursor?: string } = {};
  for (;;) {
    const found = await done(page(from));
    yield* found.data;
    if (!found.next_cursor) return;
    from = { cursor: found.next_cursor };
  }
}

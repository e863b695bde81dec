import { KEYED } from "./keyed.js";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** Nothing was done: nobody looked at it. */
const TURNED_AWAY = 429;
/** Nobody knows whether it was done. */
const UNCERTAIN: ReadonlySet<number> = new Set([502, 503, 504]);
export type Fetch = (request: Request) => Promise<Response>;

export interface Patience {
  /** How long one attempt may take, in milliseconds. */
  timeout: number;
  /** How often a request is sent at most. */
  tries: number;
  sleep: (milliseconds: number) => Promise<void>;
}

/** Sends again what may safely be sent again: what reads, and what has an `Idempotency-Key`. */
export function retrying(fetch: Fetch, patience: Patience): Fetch {
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= patience.tries;
      let pause: number | undefined;
      try {
        const response = await once(fetch, last ? request : request.clone(), patience.timeout);
        pause = last ? undefined : wanted(request, response, attempt);
        if (pause === undefined) return response;
        await response.body?.cancel();
      } catch (error) {
        // `fetch` does not tell a connection that never was from one that broke.
        if (last || request.signal.aborted || !repeatable(request)) throw error;
        pause = pauseAfter(attempt);
      }
      await patience.sleep(pause);
    }
  };
}

/** Whether the operation takes an `Idempotency-Key`; its path is written as in the document. */
export function takesKey(method: string, path: string): boolean {
  return KEYED.has(`${method.toUpperCase()} ${path}`);
}

function once(fetch: Fetch, request: Request, timeout: number): Promise<Response> {
  return fetch(new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeout)]) }));
}

function repeatable(request: Request): boolean {
  return request.method === "GET" || request.method === "HEAD" || request.headers.has("Idempotency-Key");
}

/** The pause before another attempt; none if this is the answer. Who is told to wait long is told, not kept. */
function wanted(request: Request, response: Response, attempt: number): number | undefined {
  const again = UNCERTAIN.has(response.status) && repeatable(request);
  if (!again && response.status !== TURNED_AWAY) return undefined;
  const asked = Number(response.headers.get("Retry-After") ?? 0) * 1000;
  const pause = Math.max(pauseAfter(attempt), Number.isFinite(asked) ? asked : 0);
  return pause <= LONGEST_PAUSE_MS ? pause : undefined;
}

function pauseAfter(attempt: number): number {
  return FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
}

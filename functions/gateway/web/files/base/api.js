// Requests to the API. What failed on its way is sent again with the same key, so that nothing happens twice; what the
// API refused is thrown as a `Problem`, with words for the visitor.

import { heard } from "./clock.js";
import { language } from "./words.js";

const ROOT = new URL("./", location.href);
const PATIENCE = 20_000;
const PAUSES = [500, 1000, 2000, 4000, 8000];
const BUSY = new Set([502, 503, 504]);
// Whoever asks too often is told to wait; so long nobody minds, and they need not hear of it.
const PATIENT = 10;

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || `HTTP ${status}`);
    Object.assign(this, { status, code: body.code || "unknown", errors: body.errors || [], body });
  }
}

const listeners = new Set();
let lost = 0;

// Called with true while requests wait for the network, and with false once they get through.
export function onTrouble(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function trouble(change) {
  lost += change;
  listeners.forEach((listener) => listener(lost > 0));
}

export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join("-");

// At once, or when the browser sees a network again: before a visitor is sent to a page that would not load.
export async function connected() {
  if (navigator.onLine) return;
  trouble(+1);
  await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
  trouble(-1);
}

// `key` makes a request that changes something safe to repeat. Without one only reading is repeated. `file` asks for a
// file of that media type, and gets a Blob.
export async function call(method, path, { body, token, key, query, file } = {}) {
  const url = new URL(path, ROOT);
  Object.entries(query || {}).forEach(([name, value]) => url.searchParams.set(name, value));
  const headers = { "Accept-Language": language };
  if (file) headers.Accept = file;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  const request = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  return repeated(url, request, method === "GET" || Boolean(key));
}

async function repeated(url, request, safe) {
  let waiting = false;
  try {
    for (let attempt = 0; ; attempt++) {
      const answer = await once(url, request);
      if (answer?.status === 429 && safe && answer.after <= PATIENT && attempt < PAUSES.length) {
        await new Promise((resolve) => setTimeout(resolve, answer.after * 1000));
        continue;
      }
      if (answer && !isWorthAnotherTry(answer, safe, attempt)) return read(answer);
      if (!safe) throw new Problem(0, { code: "no_connection" });
      if (!waiting) trouble(+1);
      waiting = true;
      await pause(attempt);
    }
  } finally {
    if (waiting) trouble(-1);
  }
}

// A service that is busy is asked a few times more. Without the network we wait for as long as it takes.
const isWorthAnotherTry = ({ status, body }, safe, attempt) =>
  safe && attempt < PAUSES.length && (BUSY.has(status) || body?.code === "request_in_flight");

// The whole answer; null if it did not come, or not to its end.
async function once(url, request) {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(PATIENCE) });
    heard(response);
    if (request.headers.Accept && response.ok) return { status: response.status, body: await response.blob() };
    const text = await response.text();
    const isJson = (response.headers.get("Content-Type") || "").includes("json");
    return { status: response.status, after: Number(response.headers.get("Retry-After") || Infinity), body: isJson && text ? JSON.parse(text) : text || null };
  } catch (error) {
    if (["TypeError", "TimeoutError", "AbortError", "SyntaxError"].includes(error.name)) return null;
    throw error;
  }
}

function read({ status, body }) {
  if (status < 400) return body;
  throw new Problem(status, typeof body === "object" && body ? body : {});
}

// Until it is worth another try: a while, or as soon as the browser sees a network.
function pause(attempt) {
  const wait = PAUSES[Math.min(attempt, PAUSES.length - 1)];
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, wait);
    addEventListener("online", done);
  });
}

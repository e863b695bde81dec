/** Books and pays with the published TypeScript client, as its README shows; says what came of it as JSON. */

import { createCyclorama, type Cyclorama, done, every, ProblemError, type Schemas } from "cyclorama-client";
import { book } from "./example.js";

type NewBooking = Schemas["NewBooking"];
const PATIENCE_MS = 240_000;
const [url, email] = process.argv.slice(2) as [string, string];
const lost: string[] = [];
/** Requests that a test has asked to be refused as if the token had run out. */
let runOut = 0;

/** A network that takes every first request of a kind to its end, and loses the answer. */
async function losesAnswers(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  const name = `${request.method} ${path}`;
  if (runOut > 0 && path === "/v1/bookings") {
    runOut--;
    request.headers.set("Authorization", "Bearer run.out.token");
  }
  const answer = await fetch(request);
  if (!lost.includes(name) && !path.startsWith("/v1/tokens")) {
    lost.push(name);
    throw new TypeError("the answer was lost");
  }
  return answer;
}

async function main(): Promise<Record<string, unknown>> {
  const api = createCyclorama({ baseUrl: url, language: "en", fetch: losesAnswers });
  await api.signIn(email, "cyclorama");
  const [booking, payment] = await book(api, day(56), day(57));
  await fetch(String(payment.confirmation_url), { method: "POST", body: new URLSearchParams({ action: "pay" }), redirect: "manual" });
  const confirmed = await confirmedOne(api, booking);
  const listed: string[] = [];
  const page = (cursor: { cursor?: string }) => api.GET("/v1/bookings", { params: { query: { limit: 1, ...cursor } } });
  for await (const each of every(page)) listed.push(each.id);
  runOut = 1;
  const renewed = (await done(page({}))).data.length > 0 && lost.length > 0 && runOut === 0;
  return {
    status: confirmed.status,
    paid: confirmed.paid.amount,
    listed,
    lost: [...lost],
    taken: await refused(api, booking, 1),
    wrong: await refused(api, booking, -1),
    renewed,
    unkeyed: await unkeyed(api, booking),
  };
}

async function confirmedOne(api: Cyclorama, booking: NewBooking): Promise<Schemas["Booking"]> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const found = await done(api.GET("/v1/bookings/{booking_id}", { params: { path: { booking_id: booking.id } } }));
    if (found.status === "confirmed") return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("it was not confirmed");
}

/** The same time again. */
async function refused(api: Cyclorama, { hall_id, start, end }: NewBooking, people: number): Promise<unknown> {
  try {
    await api.POST("/v1/bookings", { body: { hall_id, start, end, people } });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const alternatives = error.document["alternatives"];
    if (Array.isArray(alternatives)) return [error.status, error.code, alternatives.length];
    return error.errors.map((each) => [each.field, each.code]);
  }
  throw new Error("it was booked");
}

/** What has no key is not sent twice: nobody knows whether it was done. */
async function unkeyed(api: Cyclorama, booking: NewBooking): Promise<string> {
  const params = { path: { booking_id: booking.id } };
  try {
    await api.POST("/v1/bookings/{booking_id}/extend/preview", { params, body: { minutes: 60 } });
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  throw new Error("it was sent twice");
}

function day(ahead: number): string {
  return new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
}

console.log(JSON.stringify(await main()));

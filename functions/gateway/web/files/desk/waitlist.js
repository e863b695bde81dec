// Who waits for a time that is taken: offered as soon as it is free, or booked here for them.

import { html, useState } from "../base/preact.js";
import { useAnswer, useChange } from "../base/asking.js";
import * as words from "../base/words.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";
import { Windows } from "./windows.js";

const LIVE = ["waiting", "offered"];

export function Waitlist({ session, halls, studio, date, say }) {
  const [all, setAll] = useState(false);
  const [limit, setLimit] = useState(20);
  const [window, setWindow] = useState(null);
  const [{ answer, problem, loading }, again] = useAnswer(() => named(session, limit), [limit]);
  const done = (said, next = null) => {
    setWindow(next);
    say(said);
    again();
  };
  const tools = { session, halls, studio, date, onClose: () => setWindow(null), onDone: done, onOpen: (id, kind = "card") => setWindow({ kind, id }) };
  const shown = (answer?.data || []).filter(({ status }) => all || LIVE.includes(status));
  // Whoever got the time waits for it no more.
  const book = (entry) => {
    const zone = (halls.find(({ id }) => id === entry.hall_id) || studio).timezone;
    const onBooked = async (booking) => {
      const left = await session.call("DELETE", `v1/waitlist/${entry.id}`).then(() => text("booked", { number: booking.number }), ({ message }) => message);
      done(left, { kind: "card", id: booking.id });
    };
    const minutes = (new Date(entry.end) - new Date(entry.start)) / 60_000;
    setWindow({ kind: "new", hall: entry.hall_id, date: words.dateIn(entry.start, zone), clock: words.clockIn(entry.start, zone), minutes, people: entry.people, person: { ...entry.person, id: entry.customer_id }, onBooked });
  };
  return html`<div class="bar"><h1>${text("view_waitlist")}</h1><button type="button" onClick=${() => setAll(!all)}>${text(all ? "onlyWaiting" : "everybody")}</button>
      <button type="button" class="main" onClick=${() => setWindow({ kind: "new", waits: true })}>${text("toWait")}</button></div>
    <p class="dim">${text("waitlistLead")}</p>
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${loading && !answer && html`<div class="skeleton waits" aria-hidden="true"></div>`}
    ${answer && !shown.length && html`<p class="panel dim">${text("nobodyWaits")}</p>`}
    <ul class="cards">${shown.map((entry) => html`<${Entry} key=${entry.id} entry=${entry} hall=${halls.find(({ id }) => id === entry.hall_id)} zone=${studio.timezone} session=${session}
      onBook=${() => book(entry)} onOpen=${tools.onOpen} onGone=${() => done(text("taken_off"))} />`)}</ul>
    ${answer?.next_cursor && limit < 100 && html`<div><button type="button" onClick=${() => setLimit(100)}>${text("showMore")}</button></div>`}
    <${Windows} ...${tools} window=${window} />`;
}

// Entries have no names: each customer is asked for once.
async function named(session, limit) {
  const page = await session.call("GET", "v1/waitlist", { query: { limit } });
  const ids = [...new Set(page.data.filter(({ status }) => LIVE.includes(status)).map(({ customer_id: id }) => id))];
  const cards = await Promise.all(ids.map((id) => session.call("GET", `v1/customers/${id}`)));
  const people = new Map(cards.map(({ id, contact }) => [id, contact || {}]));
  return { ...page, data: page.data.map((entry) => ({ ...entry, person: people.get(entry.customer_id) || {} })) };
}

function Entry({ entry, hall, zone, session, onBook, onOpen, onGone }) {
  const [{ busy, problem }, send] = useChange(onGone);
  const at = hall?.timezone || zone;
  return html`<li class="panel stack"><div><span class="flag">${text(`waits_${entry.status}`)}</span> <b>${words.day(entry.start, at)}, ${words.span(entry.start, entry.end, at)}</b></div>
    <p>${hall?.name || text("otherHall")} · ${text("peopleCount", { count: entry.people })}${entry.comment && ` · ${entry.comment}`}</p>
    <p>${entry.person.full_name || text("customer")} ${entry.person.phone && html`<a href=${`tel:${entry.person.phone}`}>${entry.person.phone}</a>`}</p>
    <div class="actions">
      ${entry.status === "waiting" && html`<button type="button" class="main" onClick=${onBook}>${text("bookForThem")}</button>
        <button type="button" disabled=${busy} onClick=${() => send((key) => session.call("DELETE", `v1/waitlist/${entry.id}`, { key }))}>${text("takeOff")}</button>`}
      ${entry.booking_id && html`<button type="button" onClick=${() => onOpen(entry.booking_id)}>${text("offerMade")}</button>`}
      <button type="button" class="plain" onClick=${() => onOpen(entry.customer_id, "customer")}>${text("customer")}</button></div>
    ${problem && html`<${Failed} problem=${problem} />`}</li>`;
}

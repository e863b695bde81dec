// A booking for somebody at the desk or on the phone. Who is known already is offered by the number that is typed.

import { html, useEffect, useState } from "../base/preact.js";
import { useAnswer, useChange } from "../base/asking.js";
import { Dialog } from "../base/dialog.js";
import * as words from "../base/words.js";
import { Length } from "./moving.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

export function Booking({ session, halls, date, at, onClose, onDone }) {
  const [wish, setWish] = useState(() => ({
    hall: at.hall || halls[0].id, date, clock: at.clock || nextHour(halls[0].timezone), minutes: 60, people: 1,
    name: "", phone: "", email: "", comment: "", known: null, reason: "",
  }));
  const set = (name, read = (value) => value) => (event) => setWish({ ...wish, [name]: read(event.target.value) });
  const hall = halls.find(({ id }) => id === wish.hall);
  const start = words.instantOf(wish.date, wish.clock, hall.timezone);
  const slot = { hall_id: hall.id, start, end: new Date(Date.parse(start) + wish.minutes * 60_000).toISOString(), people: wish.people };
  const [quote] = useAnswer(() => session.call("POST", "v1/quotes", { body: slot }), [JSON.stringify(slot)]);
  const [{ busy, problem }, send] = useChange((booking) => onDone(text("booked", { number: booking.number }), { kind: "card", id: booking.id }));
  const asksReason = wish.reason || [quote.problem?.code, problem?.code].includes("rule_violation");

  const body = { ...slot, comment: wish.comment.trim() || null };
  if (wish.known) body.customer_id = wish.known.id;
  else body.guest = { full_name: wish.name.trim(), phone: wish.phone.trim(), email: wish.email.trim() || null };
  if (wish.reason.trim()) body.override_reason = wish.reason.trim();
  const submit = (event) => {
    event.preventDefault();
    send((key) => session.call("POST", "v1/bookings", { key, body }), body);
  };
  return html`<${Dialog} title=${text("new")} closeLabel=${text("close")} onClose=${onClose}><form class="stack" onSubmit=${submit}>
    <label class="field"><span>${text("phone")}</span>
      <input type="tel" required autofocus value=${wish.phone} autocomplete="off" onInput=${(event) => setWish({ ...wish, phone: event.target.value, known: null })} /></label>
    <${Known} session=${session} phone=${wish.phone} known=${wish.known} onKnown=${(person) => setWish({ ...wish, known: person, name: person.full_name, phone: person.phone || wish.phone })} />
    <label class="field"><span>${text("name")}</span><input required value=${wish.name} maxlength="200" autocomplete="off" disabled=${Boolean(wish.known)} onInput=${set("name")} /></label>
    <label class="field"><span>${text("hall")}</span><select value=${wish.hall} onChange=${set("hall")}>
      ${halls.map((each) => html`<option key=${each.id} value=${each.id}>${each.name}</option>`)}</select></label>
    <div class="two">
      <label class="field"><span>${text("date")}</span><input type="date" required value=${wish.date} onInput=${set("date")} /></label>
      <label class="field"><span>${text("start")}</span><input type="time" step="900" required value=${wish.clock} onInput=${set("clock")} /></label>
      <${Length} minutes=${wish.minutes} onChange=${set("minutes", Number)} />
      <label class="field"><span>${text("people")}</span><input type="number" min="1" max=${hall.capacity} required value=${wish.people} onInput=${set("people", Number)} /></label>
    </div>
    ${!wish.known && html`<label class="field"><span>${text("emailOptional")}</span><input type="email" value=${wish.email} autocomplete="off" onInput=${set("email")} /></label>`}
    <label class="field"><span>${text("comment")}</span><input value=${wish.comment} maxlength="1000" onInput=${set("comment")} /></label>
    <div aria-live="polite">${quote.answer && html`<p class=${quote.loading ? "waits" : ""}><b>${text("price", { price: words.money(quote.answer.total) })}</b></p>`}
      ${quote.problem && html`<${Failed} problem=${quote.problem} />`}</div>
    ${asksReason && html`<p class="small dim">${text("overrideLead")}</p>
      <label class="field"><span>${text("override")}</span><input value=${wish.reason} maxlength="500" onInput=${set("reason")} /></label>`}
    ${problem && html`<${Failed} problem=${problem} />`}
    <div><button class="main" disabled=${busy}>${text("book")}</button></div>
  </form></${Dialog}>`;
}

function Known({ session, phone, known, onKnown }) {
  const digits = phone.replace(/\D/g, "");
  const [settled, setSettled] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSettled(digits.length >= 4 ? digits : ""), 250);
    return () => clearTimeout(timer);
  }, [digits]);
  const [{ answer }] = useAnswer(
    () => (settled ? session.call("GET", "v1/customers", { query: { q: settled, limit: 3 } }) : Promise.resolve(null)),
    [settled],
  );
  if (known || !answer?.data.length) return null;
  return html`<div class="actions" role="group" aria-label=${text("customer")}>${answer.data.map((person) => html`<button type="button" key=${person.id} onClick=${() => onKnown(person)}>
    ${person.full_name} <span class="small dim">${person.phone}</span></button>`)}</div>`;
}

function nextHour(zone) {
  const hour = Number(words.clockIn(new Date(), zone).slice(0, 2)) + 1;
  return `${String(hour % 24).padStart(2, "0")}:00`;
}

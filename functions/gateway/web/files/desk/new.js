// A booking for somebody at the desk or on the phone, or their place on the waitlist. Who is known already is offered by
// the number that is typed.

import { html, useRef, useState } from "../base/preact.js";
import { useAnswer, useChange, useSettled } from "../base/asking.js";
import { Dialog } from "../base/dialog.js";
import { now } from "../base/clock.js";
import * as words from "../base/words.js";
import { Field } from "./deed.js";
import { Length } from "./moving.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

const MOST_REPEATS = 26;

export function Booking({ session, halls, date, at, onClose, onDone }) {
  const [wish, setWish] = useState(() => ({
    hall: at.hall || halls[0].id, date: at.date || date, clock: at.clock || nextHour(halls.find(({ id }) => id === at.hall) || halls[0], at.date || date), minutes: at.minutes || 60, people: at.people || 1,
    waits: Boolean(at.waits), accepts: false,
    name: at.person?.full_name || "", phone: at.person?.phone || "", email: "", comment: "", known: at.person || null, reason: "", extras: {}, repeats: 1,
  }));
  // Browsers fill in several fields at once, before anything is drawn again.
  const change = (said) => setWish((last) => ({ ...last, ...said }));
  const set = (name, read = (value) => value) => (event) => change({ [name]: read(event.target.value) });
  const hall = halls.find(({ id }) => id === wish.hall) || halls[0];
  const start = words.instantOf(wish.date, wish.clock, hall.timezone);
  const slot = { hall_id: hall.id, start, end: new Date(Date.parse(start) + wish.minutes * 60_000).toISOString(), people: wish.people, add_ons: ordered(wish.extras) };
  const asked = useSettled(JSON.stringify(slot));
  const [quote] = useAnswer(() => session.call("POST", "v1/quotes", { body: JSON.parse(asked) }), [asked]);
  const [{ answer: policy }] = useAnswer(() => session.call("GET", "v1/policy"), []);
  const many = wish.known && wish.repeats > 1 && !wish.waits;
  const [{ busy, problem }, send] = useChange((made) => {
    if (wish.waits) return onDone(text("waitsNow"));
    if (at.onBooked) return at.onBooked(made);
    if (many) return onDone(text("bookedMany", { count: made.bookings.length, skipped: made.skipped?.length || 0 }), { kind: "series", id: made.id });
    return onDone(text("booked", { number: made.number }), { kind: "card", id: made.id });
  });
  // The field for the reason stays while the next price is on its way.
  const isRuled = useRef(false);
  if (!quote.loading) isRuled.current = quote.problem?.code === "rule_violation";
  const asksReason = !wish.waits && (wish.reason || isRuled.current || problem?.code === "rule_violation");

  const about = { comment: wish.comment.trim() || null, ...(asksReason && wish.reason.trim() ? { override_reason: wish.reason.trim() } : {}) };
  if (wish.accepts) about.rules_version = policy.rules_version;
  const guest = () => ({ full_name: wish.name.trim(), phone: wish.phone.trim(), email: wish.email.trim() || null });
  const one = { ...slot, ...about, ...(wish.known ? { customer_id: wish.known.id } : { guest: guest() }) };
  const series = () => ({ items: [slot], recurrence: { rule: `FREQ=WEEKLY;COUNT=${wish.repeats}` }, mode: "free", customer_id: wish.known.id, ...about });
  const submit = (event) => {
    event.preventDefault();
    const [path, body] = many ? ["v1/booking-groups", series()] : [wish.waits ? "v1/waitlist" : "v1/bookings", one];
    send((key) => session.call("POST", path, { key, body }), body);
  };
  return html`<${Dialog} title=${text(wish.waits ? "toWait" : "new")} closeLabel=${text("close")} onClose=${onClose}><form class="stack" onSubmit=${submit}>
    <label class="field"><span>${text("phone")}</span>
      <input type="tel" required autofocus value=${wish.phone} autocomplete="off" onInput=${(event) => change({ phone: event.target.value, known: null, repeats: 1 })} /></label>
    <${Known} session=${session} phone=${wish.phone} known=${wish.known} onKnown=${(person) => change({ known: person, name: person.full_name, phone: person.phone || wish.phone })} />
    <label class="field"><span>${text("name")}</span><input required value=${wish.name} maxlength="200" autocomplete="off" disabled=${Boolean(wish.known)} onInput=${set("name")} /></label>
    <${Field} name="hall" label=${text("hall")} value=${hall.id} options=${halls.map((each) => [each.id, each.name])} onSaid=${(id) => change({ hall: id })} />
    <div class="two">
      <label class="field"><span>${text("date")}</span><input type="date" required value=${wish.date} onInput=${set("date")} /></label>
      <label class="field"><span>${text("start")}</span><input type="time" step="900" required value=${wish.clock} onInput=${set("clock")} /></label>
      <${Length} minutes=${wish.minutes} onSaid=${(minutes) => change({ minutes })} />
      <label class="field"><span>${text("people")}</span><input type="number" min="1" max=${hall.capacity} required value=${wish.people} onInput=${set("people", Number)} /></label>
      ${wish.known && !wish.waits && html`<label class="field"><span>${text("repeats")}</span><input type="number" min="1" max=${MOST_REPEATS} value=${wish.repeats} onInput=${set("repeats", Number)} /></label>`}
    </div>
    <${Extras} session=${session} hall=${hall} chosen=${wish.extras} onChosen=${(one) => setWish((last) => ({ ...last, extras: { ...last.extras, ...one } }))} />
    ${!wish.known && html`<label class="field"><span>${text("emailOptional")}</span><input type="email" value=${wish.email} autocomplete="off" onInput=${set("email")} /></label>`}
    <label class="field"><span>${text("comment")}</span><input value=${wish.comment} maxlength="1000" onInput=${set("comment")} /></label>
    ${policy?.rules_version && html`<label class="check"><input type="checkbox" checked=${wish.accepts} onChange=${(event) => change({ accepts: event.target.checked })} />
      <span>${text("acceptsRules")} ${policy.rules_url && html`<a href=${policy.rules_url} target="_blank" rel="noopener">${text("read")}</a>`}</span></label>`}
    <div aria-live="polite">${quote.answer && html`<p class=${quote.loading ? "waits" : ""}><b>${text("price", { price: words.money(quote.answer.total) })}</b></p>`}
      ${quote.problem && html`<${Failed} problem=${quote.problem} />`}</div>
    ${asksReason && html`<p class="small dim">${text("overrideLead")}</p>
      <label class="field"><span>${text("override")}</span><input value=${wish.reason} maxlength="500" onInput=${set("reason")} /></label>`}
    ${problem && html`<${Failed} problem=${problem} />`}
    ${wish.waits && html`<p class="small dim">${text("toWaitLead")}</p>`}
    <div class="actions"><button class="main" disabled=${busy}>${text(wish.waits ? "toWaitDo" : "book")}</button>
      ${problem?.code === "slot_taken" && !wish.waits && html`<button type="button" onClick=${() => change({ waits: true })}>${text("toWait")}</button>`}</div>
  </form></${Dialog}>`;
}

const ordered = (extras) => Object.entries(extras).filter(([, quantity]) => quantity > 0).map(([id, quantity]) => ({ id, quantity }));

// What can be ordered with the hall, behind one line until somebody asks.
function Extras({ session, hall, chosen, onChosen }) {
  const [{ answer }] = useAnswer(() => session.call("GET", "v1/add-ons"), []);
  const offered = (answer?.data || []).filter(({ active, hall_ids: ids }) => active && (!ids || ids.includes(hall.id)));
  if (!offered.length) return null;
  return html`<details><summary>${text("extras")}</summary><div class="two">${offered.map((each) => html`<label class="field" key=${each.id}>
    <span>${each.name}, ${words.money(each.price)}</span><input type="number" name=${each.id} min="0" max=${each.max_quantity} value=${chosen[each.id] || 0}
      onInput=${(event) => onChosen({ [each.id]: Number(event.target.value) })} /></label>`)}</div></details>`;
}

function Known({ session, phone, known, onKnown }) {
  const digits = phone.replace(/\D/g, "");
  const settled = useSettled(digits.length >= 4 ? digits : "");
  const [{ answer }] = useAnswer(
    () => (settled && !known ? session.call("GET", "v1/customers", { query: { q: settled, limit: 3 } }) : Promise.resolve(null)),
    [settled],
  );
  if (known || !answer?.data.length) return null;
  return html`<div class="actions" role="group" aria-label=${text("customer")}>${answer.data.map((person) => html`<button type="button" key=${person.id} onClick=${() => onKnown(person)}>
    ${person.full_name} <span class="small dim">${person.phone}</span></button>`)}</div>`;
}

// The next hour today, but not before the hall opens.
function nextHour({ opening_hours: hours, timezone: zone }, date) {
  const weekday = words.ofDate(date).getUTCDay() || 7;
  const opens = hours.filter((each) => each.weekday === weekday).map((each) => each.opens.slice(0, 5)).sort()[0] || "00:00";
  const today = new Date(now());
  if (date !== words.dateIn(today, zone)) return opens;
  const next = `${String((Number(words.clockIn(today, zone).slice(0, 2)) + 1) % 24).padStart(2, "0")}:00`;
  return next > opens ? next : opens;
}

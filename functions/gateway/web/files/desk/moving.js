// To another time, hall or length: by hand, or where it was dragged to. The price is shown before.

import { html, useState } from "../base/preact.js";
import { useAnswer, useChange } from "../base/asking.js";
import * as words from "../base/words.js";
import { Field } from "./deed.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

const minutesOf = ({ start, end }) => (new Date(end) - new Date(start)) / 60_000;

export function Moving({ session, booking, halls, to, onMoved }) {
  const from = to || { hall: booking.hall_id, start: booking.start, end: booking.end };
  const zone = booking.timezone;
  const [wish, setWish] = useState({
    hall: from.hall, date: words.dateIn(from.start, zone), clock: words.clockIn(from.start, zone), minutes: minutesOf(from), reason: "",
  });
  // A visit in a hall that is not let any more can stay there.
  const places = halls.some(({ id }) => id === booking.hall_id) ? halls : [...halls, { id: booking.hall_id, name: booking.hall_name }];
  const say = (said) => setWish((last) => ({ ...last, ...said }));
  const change = (name) => (event) => say({ [name]: event.target.value });
  const start = words.instantOf(wish.date, wish.clock, zone);
  const body = { hall_id: wish.hall, start, end: new Date(Date.parse(start) + wish.minutes * 60_000).toISOString() };
  if (wish.reason.trim()) body.override_reason = wish.reason.trim();
  const same = Date.parse(start) === Date.parse(booking.start) && wish.minutes === minutesOf(booking) && wish.hall === booking.hall_id;
  const path = `v1/bookings/${booking.id}/reschedule`;
  const [{ answer, problem, loading }] = useAnswer(
    () => (same ? Promise.resolve(null) : session.call("POST", `${path}/preview`, { body })),
    [JSON.stringify(body)],
  );
  const [{ busy, problem: refusal }, send] = useChange(onMoved);
  const asksReason = wish.reason || problem?.code === "rule_violation" || refusal?.code === "rule_violation";
  const submit = (event) => {
    event.preventDefault();
    send((key) => session.call("POST", path, { key, body }), body);
  };
  return html`<form class="panel stack" onSubmit=${submit}>
    <${Field} name="hall" label=${text("hall")} value=${wish.hall} options=${places.map(({ id, name }) => [id, name])} onSaid=${(hall) => say({ hall })} />
    <div class="two">
      <label class="field"><span>${text("date")}</span><input type="date" required value=${wish.date} onInput=${change("date")} /></label>
      <label class="field"><span>${text("start")}</span><input type="time" step="900" required value=${wish.clock} onInput=${change("clock")} /></label>
      <${Length} minutes=${wish.minutes} onSaid=${(minutes) => say({ minutes })} />
    </div>
    ${asksReason && html`<p class="small dim">${text("overrideLead")}</p>
      <label class="field"><span>${text("override")}</span><input value=${wish.reason} maxlength="500" onInput=${change("reason")} /></label>`}
    ${problem && html`<${Failed} problem=${problem} />`}
    ${refusal && html`<${Failed} problem=${refusal} />`}
    ${answer && html`<p class=${loading ? "waits" : ""}>${text("movePreview", { difference: words.money(answer.difference), due: words.money(answer.due) })}</p>`}
    <div><button class="main" disabled=${busy || same || !answer}>${text("moveDo")}</button></div>
  </form>`;
}

export function Length({ minutes, onSaid }) {
  const offered = [...Array(48).keys()].map((index) => (index + 1) * 15);
  if (!offered.includes(minutes)) offered.push(minutes);
  return html`<${Field} name="length" label=${text("length")} value=${minutes} options=${offered.map((each) => [each, words.minutesLong(each)])} onSaid=${(said) => onSaid(Number(said))} />`;
}

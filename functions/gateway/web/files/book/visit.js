// A booking: paid for while its hall is held, then looked at, moved or cancelled.

import { html, useEffect, useRef, useState } from "../base/preact.js";
import { call } from "../base/api.js";
import * as words from "../base/words.js";
import { say } from "./host.js";
import { text } from "./texts.js";
import { Failed } from "./choose.js";
import { Price } from "./details.js";
import { Cancelling, Moving } from "./changes.js";
import { TooLate } from "./late.js";
import { Messengers } from "./messengers.js";
import { Paying } from "./paying.js";

const OFTEN = 2500;
const SELDOM = 20_000;

export function Visit({ first, id, token, link, studio, halls, names, returned, onAnother }) {
  const [booking, setBooking] = useState(first);
  const [problem, setProblem] = useState(null);
  const [dialog, setDialog] = useState(null);
  const heading = useRef(null);

  async function load() {
    try {
      setBooking(await call("GET", `v1/bookings/${id}`, { token }));
      setProblem(null);
    } catch (error) {
      setProblem(error);
    }
  }
  useEffect(() => {
    if (!booking) load();
    heading.current?.focus();
  }, []);
  const waits = booking && (["pending", "expired"].includes(booking.status) || booking.payment_state === "refund_pending");
  useEffect(() => {
    const timer = setInterval(load, waits ? OFTEN : SELDOM);
    return () => clearInterval(timer);
  }, [waits]);
  // Who comes back, from another tab or from a bank by "back", sees what holds now.
  useEffect(() => {
    const look = () => document.hidden || load();
    document.addEventListener("visibilitychange", look);
    addEventListener("pageshow", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      removeEventListener("pageshow", look);
    };
  }, []);
  useEffect(() => {
    if (booking?.status === "confirmed") say("booked", { number: booking.number });
  }, [booking?.status]);

  if (!booking) return problem ? html`<${Failed} problem=${problem} again=${load} />` : html`<p class="waits dim">…</p>`;
  const hall = halls.find((each) => each.id === booking.hall_id);
  const changed = (next) => {
    setDialog(null);
    setBooking(next);
    load();
  };
  const open = { booking, token, halls, onDone: changed, onClose: () => setDialog(null) };
  return html`<div class="columns wide-left">
    <div class="stack">
      <div class="row apart"><h2 tabindex="-1" ref=${heading}>${text("number", { number: booking.number })}</h2>
        <span class="badge" role="status">${text(booking.status)}</span></div>
      <${State} booking=${booking} token=${token} studio=${studio} returned=${returned} link=${link} onChange=${load} onAnother=${onAnother} />
      <${Facts} booking=${booking} hall=${hall} studio=${studio} />
      ${["pending", "confirmed"].includes(booking.status) && html`<${Actions} booking=${booking} token=${token} link=${link} onDialog=${setDialog} />`}
      ${["pending", "confirmed", "in_progress"].includes(booking.status) && html`<${Messengers} token=${token} />`}
    </div>
    <div class="stack stays"><section class="panel"><${Price} price=${booking} zone=${booking.timezone} names=${names} prepayment=${booking.status === "pending" ? booking.prepayment : null} /></section></div>
    ${dialog === "cancel" && html`<${Cancelling} ...${open} />`}
    ${dialog === "move" && html`<${Moving} ...${open} />`}
  </div>`;
}

function State(props) {
  const { booking, link, onAnother } = props;
  if (booking.status === "pending") return html`<${Paying} ...${props} />`;
  if (booking.status === "confirmed") {
    return html`<section class="panel stack">
      <p class="good"><b>${text("done")}</b></p>
      ${link && html`<p class="dim">${text("keep")}</p>`}
      ${leftOf(booking) > 0 && html`<${Paying} ...${props} />`}
    </section>`;
  }
  if (booking.status === "expired") {
    return html`<${TooLate} booking=${booking} token=${props.token} onAnother=${onAnother} />`;
  }
  if (booking.status === "cancelled") {
    return html`<div><button type="button" onClick=${onAnother}>${text("another")}</button></div>`;
  }
  return null;
}

export const leftOf = ({ total, paid }) => total.amount - paid.amount;

function Facts({ booking, hall, studio }) {
  const place = studio.addresses.find(({ id }) => id === hall?.address_id) || studio.addresses[0];
  const money = (amount) => words.money({ ...booking.total, amount });
  const left = leftOf(booking);
  const rows = [
    [text("where"), html`<b>${hall?.name || booking.hall_name}</b>${place && html`<br />${words.said(place.address)}<br /><span class="dim">${words.said(place.directions)}</span>`}`],
    [text("when"), html`${words.day(booking.start, booking.timezone)}, ${words.span(booking.start, booking.end, booking.timezone)}
      ${booking.usable_until !== booking.end && html`<br /><span class="dim">${text("usable", { time: words.time(booking.usable_until, booking.timezone) })}</span>`}`],
    [text("people"), String(booking.people)],
    booking.paid.amount > 0 && [text("paid"), money(booking.paid.amount)],
    left > 0 && ["pending", "confirmed", "in_progress"].includes(booking.status) && [text("left"), money(left)],
    booking.refund_due.amount > 0 && [text("refund"), words.money(booking.refund_due)],
    booking.refunded.amount > 0 && [text("refunded"), words.money(booking.refunded)],
  ].filter(Boolean);
  return html`<dl class="panel facts">${rows.map(([name, value]) => html`<div key=${name}><dt class="dim">${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function Actions({ booking, token, link, onDialog }) {
  const [copied, setCopied] = useState(false);
  const [problem, setProblem] = useState(null);
  async function save() {
    try {
      const file = await call("GET", `v1/bookings/${booking.id}/calendar`, { token });
      const address = URL.createObjectURL(new Blob([file], { type: "text/calendar" }));
      Object.assign(document.createElement("a"), { href: address, download: `${booking.number}.ics` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch (error) {
      setProblem(error);
    }
  }
  async function copy() {
    try {
      await navigator.clipboard.writeText(link);
      setCopied(true);
    } catch {
      prompt(text("copy"), link);
    }
  }
  return html`<div class="stack"><div class="actions">
    ${booking.status === "confirmed" && html`<button type="button" onClick=${save}>${text("calendar")}</button>`}
    ${link && html`<button type="button" onClick=${copy}>${text(copied ? "copied" : "copy")}</button>`}
    ${booking.reschedules < booking.terms.max_reschedules && html`<button type="button" onClick=${() => onDialog("move")}>${text("move")}</button>`}
    <button type="button" onClick=${() => onDialog("cancel")}>${text("cancel")}</button>
  </div>${problem && html`<${Failed} problem=${problem} />`}</div>`;
}

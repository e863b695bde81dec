// Moving and cancelling: what it costs is shown before it is done.

import { html, useState } from "../base/preact.js";
import { call, newKey } from "../base/api.js";
import { useAnswer, useChange } from "../base/asking.js";
import { Dialog } from "../base/dialog.js";
import { now } from "../base/clock.js";
import * as words from "../base/words.js";
import { text } from "./texts.js";
import { Choose, Failed } from "./choose.js";

export function Cancelling({ booking, token, onDone, onClose }) {
  const [preview, again] = useAnswer(() => call("GET", `v1/bookings/${booking.id}/cancellation-preview`, { token }), [booking.version]);
  const [{ busy, problem }, send] = useChange(onDone);
  const found = preview.answer;
  return html`<${Dialog} title=${text("cancelAsk")} closeLabel=${text("close")} onClose=${onClose}>
    ${preview.problem && html`<${Failed} problem=${preview.problem} again=${again} />`}
    ${found && html`<p>${
      booking.paid.amount
        ? text(found.kept.amount ? "cancelRefund" : "cancelRefundAll", { refund: words.money(found.refund), percent: found.percent, kept: words.money(found.kept) })
        : text("cancelNothingPaid")
    }</p>`}
    ${found?.until && booking.paid.amount > 0 &&
      html`<p class="dim">${text("cancelUntil", { when: `${words.dayOfMonth(found.until, booking.timezone)}, ${words.time(found.until, booking.timezone)}` })}</p>`}
    ${problem && html`<${Failed} problem=${problem} />`}
    <div class="actions">
      <button type="button" class="main" disabled=${!found || busy} onClick=${() => send((key) => call("POST", `v1/bookings/${booking.id}/cancel`, { token, key, body: {} }))}>${text("cancelDo")}</button>
      <button type="button" onClick=${onClose}>${text("keepIt")}</button>
    </div>
  </${Dialog}>`;
}

export function Moving({ booking, token, halls, onDone, onClose }) {
  const minutes = (new Date(booking.end) - new Date(booking.start)) / 60_000;
  const date = words.dateIn(booking.start, booking.timezone);
  const today = words.dateIn(new Date(now()), booking.timezone);
  const [wish, setWish] = useState({ hall: booking.hall_id, people: booking.people, purpose: booking.purpose, minutes, date, month: date.slice(0, 7), today });
  const [to, setTo] = useState(null);
  const [{ busy, problem }, send] = useChange(onDone);
  return html`<${Dialog} title=${text("move")} closeLabel=${text("close")} onClose=${onClose}>
    <p class="dim">${text("moveLead", { hours: booking.terms.reschedule_hours_before })}</p>
    <${Choose} compact halls=${halls} wish=${wish} start=${to?.start || null} onWish=${(change) => setWish({ ...wish, ...change })}
      onTime=${({ start }) => setTo({ start, end: new Date(new Date(start).getTime() + minutes * 60_000).toISOString() })} />
    ${to && html`<${Cost} booking=${booking} token=${token} to=${to} busy=${busy} onMove=${() => send((key) => call("POST", `v1/bookings/${booking.id}/reschedule`, { token, key, body: to }), to)} />`}
    ${problem && html`<${Failed} problem=${problem} />`}
  </${Dialog}>`;
}

function Cost({ booking, token, to, busy, onMove }) {
  const [{ answer, problem, loading }] = useAnswer(() => call("POST", `v1/bookings/${booking.id}/reschedule/preview`, { token, body: to, key: newKey() }), [to.start]);
  const when = `${words.day(to.start, booking.timezone)}, ${words.time(to.start, booking.timezone)}`;
  return html`<section class="panel stack docked" aria-live="polite">
    ${problem && html`<${Failed} problem=${problem} />`}
    ${answer && html`<p class=${loading ? "waits" : ""}>${answer.difference.amount ? text("movePrice", { difference: words.money(answer.difference) }) : text("moveSame")}
      ${answer.due.amount > 0 && ` ${text("moveDue", { price: words.money(answer.due) })}`}
      ${answer.refund.amount > 0 && ` ${text("moveRefund", { price: words.money(answer.refund) })}`}</p>`}
    <div><button type="button" class="main" disabled=${busy || !answer} onClick=${onMove}>${text("moveDo", { when })}</button></div>
  </section>`;
}

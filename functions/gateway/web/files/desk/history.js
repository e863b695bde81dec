// What became of a booking, step by step, and who did it.

import { html } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

export function History({ session, booking, path }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", `${path}/history`), [booking.version]);
  const [{ answer: payments }] = useAnswer(() => session.call("GET", "v1/payments", { query: { booking_id: booking.id } }), [booking.version]);
  const at = (instant) => `${words.shortDay(words.dateIn(instant, booking.timezone))}, ${words.time(instant, booking.timezone)}`;
  return html`<div class="panel stack">${problem && html`<${Failed} problem=${problem} again=${again} />`}
    <ul class="plain-list">${answer?.data.map((step) => html`<li key=${step.version}><span class="small dim number">${at(step.at)}</span> ${text(step.to_status)}
      ${step.reason && html`<span class="dim"> · ${step.reason}</span>`}</li>`)}</ul>
    ${payments?.data.length > 0 && html`<h3>${text("payments")}</h3><ul class="plain-list">${payments.data.map((each) => html`<li key=${each.id}><span class="small dim number">${at(each.created_at)}</span>
      ${words.money(each.amount)} · ${text(`way_${each.provider}`)} · ${text(`payment_${each.status}`)}</li>`)}</ul>`}</div>`;
}

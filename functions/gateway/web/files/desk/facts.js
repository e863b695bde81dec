// What is known of a booking, its price line by line.

import { html } from "../base/preact.js";
import * as words from "../base/words.js";
import { text } from "./texts.js";

const left = (booking) => ({ ...booking.total, amount: Math.max(booking.total.amount - booking.paid.amount, 0) });

export function Facts({ booking, person, hall }) {
  const due = left(booking);
  const rows = [
    [text("when"), `${words.day(booking.start, booking.timezone)}, ${words.span(booking.start, booking.end, booking.timezone)}`],
    [text("hall"), hall?.name || booking.hall_name],
    person?.phone && [text("phone"), html`<a href=${`tel:${person.phone}`}>${person.phone}</a>`],
    [text("people"), booking.people],
    booking.add_ons.length > 0 && [text("extras"), booking.add_ons.map(({ name, quantity }) => `${name} × ${quantity}`).join(", ")],
    booking.comment && [text("comment"), booking.comment],
    ...booking.adjustments.filter(({ kind }) => kind === "by_hand").map(({ name, amount }) => [name, words.money(amount)]),
    [text("total"), words.money(booking.total)],
    [text("paid"), words.money(booking.paid)],
    due.amount > 0 && booking.status !== "no_show" && [text("due"), html`<b class="bad">${words.money(due)}</b>`],
    booking.refund_due?.amount > 0 && [text("refundDue"), words.money(booking.refund_due)],
  ].filter(Boolean);
  return html`<div class="row"><span class="flag" role="status">${text(booking.status)}</span>
      ${person?.first_visit && html`<span class="flag">${text("firstVisit")}</span>`}
      ${person?.missed_before && html`<span class="flag bad">${text("missedBefore")}</span>`}</div>
    <dl class="facts" data-version=${booking.version}>${rows.map(([name, value], index) => html`<div key=${index}><dt class="dim">${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export const leftOf = left;

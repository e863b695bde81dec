// What several parts of the desk show.

import { html } from "../base/preact.js";
import * as words from "../base/words.js";
import { text } from "./texts.js";

export function Failed({ problem, again }) {
  const reasons = problem.errors?.length ? problem.errors.map(({ message }) => message) : [problem.message];
  const reason = problem.code === "no_connection" ? text("no_connection") : reasons.join("; ");
  return html`<div class="tight" role="alert"><p class="bad">${text("failed", { reason })}</p>
    ${again && html`<div><button type="button" onClick=${again}>${text("again")}</button></div>`}</div>`;
}

// As the halls are called in the language of the page; a booking has the name that stood there when it was made.
export const hallOf = (halls, { hall_id: id, hall_name: name }) => halls.find((hall) => hall.id === id)?.name || name;

export const nameOf = ({ customer }) => customer.full_name || customer.phone || text("unnamed");

export const dueOf = ({ due }) => (due.amount ? text("dueSaid", { price: words.money(due) }) : text("nothingDue"));

// Halls that are not let any more, and still have visits on the days that are shown.
export function gone(visits, halls) {
  const found = new Map();
  visits.filter(({ hall_id: id }) => !halls.some((hall) => hall.id === id)).forEach((visit) => {
    found.set(visit.hall_id, { id: visit.hall_id, name: visit.hall_name, timezone: visit.timezone, parts: [], archived: true });
  });
  return [...found.values()];
}

export function List({ halls, visits, onOpen }) {
  if (!visits.length) return html`<p class="panel dim">${text("empty")}</p>`;
  return html`<ul class="list visits">${visits.map((visit) => html`<li key=${visit.id}><button type="button" onClick=${() => onOpen(visit.id)}>
    <b class="number">${words.span(visit.start, visit.end, visit.timezone)}</b>
    <span class="where">${hallOf(halls, visit)}</span><span class="small">${text(visit.status)}</span>
    <span class="gap"></span><span>${nameOf(visit)} ${visit.customer.first_visit && html`<span class="flag">${text("firstVisit")}</span>`}</span>
    <span class="small ${visit.due.amount ? "bad" : "dim"}">${dueOf(visit)}</span>
  </button></li>`)}</ul>`;
}

export function BookingList({ halls, bookings, onOpen }) {
  if (!bookings.length) return html`<p class="dim">${text("noBookings")}</p>`;
  return html`<ul class="list bookings">${bookings.map((booking) => html`<li key=${booking.id}><button type="button" onClick=${() => onOpen(booking.id)}>
    <b>${booking.number}</b><span>${words.day(booking.start, booking.timezone)}, ${words.span(booking.start, booking.end, booking.timezone)} · ${hallOf(halls, booking)}</span>
    <span class="small">${text(booking.status)}</span></button></li>`)}</ul>`;
}

// A table that a phone scrolls sideways; `columns` are [heading, cell of a row, numeric?].
export function Table({ label, columns, rows, total }) {
  const line = (row, kind) => columns.map(([heading, cell, numeric], index) =>
    html`<${index === 0 ? "th" : "td"} key=${heading} scope=${index === 0 ? "row" : null} class=${numeric ? "number end" : ""}>${index === 0 && kind ? kind : cell(row)}</>`);
  return html`<div class="scrolls" tabindex="0" role="region" aria-label=${label}><table>
    <thead><tr>${columns.map(([heading, , numeric]) => html`<th scope="col" key=${heading} class=${numeric ? "end" : ""}>${heading}</th>`)}</tr></thead>
    <tbody>${rows.map((row, index) => html`<tr key=${index}>${line(row)}</tr>`)}</tbody>
    ${total && html`<tfoot><tr>${line(total, text("inAll"))}</tr></tfoot>`}</table></div>`;
}

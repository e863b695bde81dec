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

export const nameOf = ({ customer }) => customer.full_name || customer.phone || text("unnamed");

export const dueOf = ({ due }) => (due.amount ? text("dueSaid", { price: words.money(due) }) : text("nothingDue"));

export function List({ visits, onOpen }) {
  if (!visits.length) return html`<p class="panel dim">${text("empty")}</p>`;
  return html`<ul class="list">${visits.map((visit) => html`<li key=${visit.id}><button type="button" onClick=${() => onOpen(visit.id)}>
    <b class="number">${words.span(visit.start, visit.end, visit.timezone)}</b>
    <span>${visit.hall_name}</span><span class="small">${text(visit.status)}</span>
    <span></span><span>${nameOf(visit)} ${visit.customer.first_visit && html`<span class="flag">${text("firstVisit")}</span>`}</span>
    <span class="small ${visit.due.amount ? "bad" : "dim"}">${dueOf(visit)}</span>
  </button></li>`)}</ul>`;
}

// People and bookings by what somebody remembers of them.

import { html, useEffect, useState } from "../base/preact.js";
import * as words from "../base/words.js";
import { Dialog } from "../base/dialog.js";
import { useAnswer } from "../base/asking.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

export function Finding({ session, onOpen }) {
  const [wanted, setWanted] = useState("");
  const [asked, setAsked] = useState("");
  const submit = (event) => {
    event.preventDefault();
    setAsked(wanted.trim());
  };
  return html`<form role="search" onSubmit=${submit}>
      <input id="find" type="search" aria-label=${text("find")} placeholder=${text("find")} value=${wanted} onInput=${(event) => setWanted(event.target.value)} />
    </form>
    ${asked && html`<${Found} session=${session} asked=${asked} onClose=${() => setAsked("")} onOpen=${(id) => {
      setAsked("");
      onOpen(id);
    }} />`}`;
}

function Found({ session, asked, onClose, onOpen }) {
  const [{ answer, problem, loading }, again] = useAnswer(() => session.call("GET", "v1/customers", { query: { q: asked } }), [asked]);
  const [chosen, setChosen] = useState(null);
  useEffect(() => setChosen(null), [asked]);
  return html`<${Dialog} title=${asked} closeLabel=${text("close")} onClose=${onClose}>
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${loading && html`<p class="waits dim">…</p>`}
    ${answer && !answer.data.length && html`<p>${text("nobody")}</p>`}
    ${!chosen && answer && html`<ul class="list">${answer.data.map((person) => html`<li key=${person.id}><button type="button" onClick=${() => setChosen(person)}>
      <b>${person.full_name}</b><span>${person.phone} ${person.email && html`<span class="dim">${person.email}</span>`}</span>
      <span class="small">${text("visits", { count: person.visits.count })}</span></button></li>`)}</ul>`}
    ${chosen && html`<${Person} session=${session} person=${chosen} onOpen=${onOpen} />`}
  </${Dialog}>`;
}

function Person({ session, person, onOpen }) {
  const [{ answer, problem }, again] = useAnswer(
    () => Promise.all([session.call("GET", `v1/customers/${person.id}`), session.call("GET", "v1/bookings", { query: { customer_id: person.id } })]),
    [person.id],
  );
  if (problem) return html`<${Failed} problem=${problem} again=${again} />`;
  const [card, bookings] = answer || [];
  return html`<div class="tight"><h3>${person.full_name} ${person.blocked && html`<span class="flag bad">${text("blocked")}</span>`}</h3>
      <p><a href=${`tel:${person.phone}`}>${person.phone}</a> ${person.email}</p>
      ${card && html`<p class="dim">${text("visits", { count: card.visits.count })} · ${words.money(card.visits.paid)}${card.no_shows > 0 ? ` · ${text("missed", { count: card.no_shows })}` : ""}</p>`}
      ${card?.notes.map((note) => html`<p key=${note.id} class="small">${note.text}</p>`)}</div>
    ${bookings && html`<ul class="list">${bookings.data.map((booking) => html`<li key=${booking.id}><button type="button" onClick=${() => onOpen(booking.id)}>
      <b>${booking.number}</b><span>${words.day(booking.start, booking.timezone)}, ${words.span(booking.start, booking.end, booking.timezone)} · ${booking.hall_name}</span>
      <span class="small">${text(booking.status)}</span></button></li>`)}</ul>`}`;
}

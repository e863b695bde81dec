// A customer as the desk knows them: contacts, visits, money, notes, and what is different for them.

import { html, useState } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import { Dialog } from "../base/dialog.js";
import * as words from "../base/words.js";
import { Deed } from "./deed.js";
import { BookingList, Failed } from "./parts.js";
import { DRAWER } from "./taking.js";
import { text } from "./texts.js";

export function CustomerWindow({ session, halls, id, onClose, onDone, onOpen }) {
  const path = `v1/customers/${id}`;
  const [{ answer: card, problem }, again] = useAnswer(() => session.call("GET", path), [id]);
  const done = () => {
    again();
    onDone(text("done"), { kind: "customer", id });
  };
  const tools = { session, path, id, done, onOpen };
  return html`<${Dialog} title=${card?.contact?.full_name || text("customer")} closeLabel=${text("close")} onClose=${onClose}>
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${!card && !problem && html`<p class="waits dim">…</p>`}
    ${card && html`<${Known} card=${card} /><${Notes} ...${tools} card=${card} /><${Balance} ...${tools} /><${Visits} ...${tools} halls=${halls} /><${Terms} ...${tools} card=${card} />
      <${Merge} ...${tools} onMerged=${(into) => onDone(text("merged"), { kind: "customer", id: into })} />`}
  </${Dialog}>`;
}

function Known({ card }) {
  const { contact, visits } = card;
  const rows = [
    contact?.phone && [text("phone"), html`<a href=${`tel:${contact.phone}`}>${contact.phone}</a>`],
    contact?.email && [text("email"), html`<a href=${`mailto:${contact.email}`}>${contact.email}</a>`],
    [text("visitsSaid"), `${visits.count}${card.no_shows ? ` · ${text("missed", { count: card.no_shows })}` : ""}`],
    [text("paid"), `${words.money(visits.paid)}${visits.refunded.amount ? ` · ${text("wentBack", { price: words.money(visits.refunded) })}` : ""}`],
    card.prepayment_percent && [text("prepays"), `${card.prepayment_percent} %`],
  ].filter(Boolean);
  return html`${card.blocked_at && html`<p class="bad">${text("blockedFor", { reason: card.block_reason })}</p>`}
    ${card.contacts === "unavailable" && html`<p class="dim">${text("noNames")}</p>`}
    <dl class="facts">${rows.map(([name, value]) => html`<div key=${name}><dt class="dim">${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function Notes({ session, path, card, done }) {
  const fields = [{ name: "text", label: text("newNote"), required: true, maxlength: 4000 }];
  return html`<section class="stack"><h3>${text("notes")}</h3>${card.notes.map((note) => html`<p key=${note.id}>${note.text} <span class="small dim">${words.shortDay(note.at.slice(0, 10))}</span></p>`)}
    <details><summary>${text("newNote")}</summary><${Deed} key=${card.notes.length} session=${session} path=${`${path}/notes`} fields=${fields} label=${text("write")} onDone=${done} /></details></section>`;
}

function Balance({ session, path, id, done }) {
  const [{ answer, problem }, again] = useAnswer(() => Promise.all([session.call("GET", `${path}/balance`), session.call("GET", `${path}/balance/entries`, { query: { limit: 10 } })]), [id]);
  const [balance, entries] = answer || [];
  const fields = () => [
    { name: "amount", type: "money", label: text("amount"), required: true },
    { name: "method", label: text("method"), value: DRAWER[0], options: DRAWER.map((each) => [each, text(each)]) },
    { name: "note", label: text("note"), maxlength: 500 },
  ];
  const entry = (kind) => html`<details><summary>${text(kind)}</summary><${Deed} key=${entries.data.length} session=${session} path=${`${path}/balance/entries`} fields=${fields()}
    body=${(said) => ({ ...said, kind })} label=${text(`${kind}Do`)} onDone=${() => (again(), done())} /></details>`;
  return html`<section class="stack"><h3>${text("balance")}</h3>${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${balance && html`<p>${text("onBalance", { price: words.money(balance.balance) })}</p>
      ${entries.data.length > 0 && html`<ul class="plain-list small">${entries.data.map((each) => html`<li key=${each.id}><span class="dim">${words.shortDay(each.at.slice(0, 10))}</span> ${text(`entry_${each.kind}`)} <b>${words.money(each.amount)}</b></li>`)}</ul>`}
      ${entry("top_up")}${balance.balance.amount > 0 && entry("payout")}`}</section>`;
}

function Visits({ session, halls, id, onOpen }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", "v1/bookings", { query: { customer_id: id } }), [id]);
  return html`<section class="stack"><h3>${text("bookings")}</h3>${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${answer && html`<${BookingList} halls=${halls} bookings=${answer.data} onOpen=${onOpen} />`}</section>`;
}

function Terms({ session, path, card, done }) {
  const share = [{ name: "percent", type: "number", label: text("prepayPercent"), value: card.prepayment_percent || "", min: 1, max: 100 }];
  const reason = [{ name: "reason", label: text("reason"), required: true, maxlength: 500 }];
  return html`<details><summary>${text("ownTerms")}</summary><div class="stack">
    <${Deed} session=${session} method="PUT" path=${`${path}/prepayment`} fields=${share} label=${text("prepayDo")} onDone=${done} />
    ${card.blocked_at ? html`<${Deed} session=${session} method="DELETE" path=${`${path}/block`} body=${() => undefined} label=${text("unblock")} onDone=${done} />`
      : html`<${Deed} session=${session} method="PUT" path=${`${path}/block`} fields=${reason} label=${text("block")} onDone=${done} />`}</div></details>`;
}

// A guest who turns out to have an account.
function Merge({ session, path, id, onMerged }) {
  const [asked, setAsked] = useState("");
  const [{ answer, problem }] = useAnswer(() => (asked ? session.call("GET", "v1/customers", { query: { q: asked } }) : Promise.resolve(null)), [asked]);
  const search = (event) => {
    event.preventDefault();
    setAsked(new FormData(event.target).get("who").trim());
  };
  const others = answer?.data.filter((person) => person.id !== id);
  return html`<details><summary>${text("merge")}</summary><div class="stack"><p class="small dim">${text("mergeLead")}</p>
    <form class="row" role="search" onSubmit=${search}><input name="who" type="search" aria-label=${text("find")} title=${text("find")} placeholder=${text("findHere")} required /><button>${text("look")}</button></form>
    ${problem && html`<${Failed} problem=${problem} />`}${others && !others.length && html`<p>${text("nobody")}</p>`}
    ${others?.map((person) => html`<div key=${person.id}><p>${person.full_name} ${person.phone} ${person.email}</p>
      <${Deed} session=${session} path=${`${path}/merge`} body=${() => ({ into: person.id })} label=${text("mergeDo")} onDone=${() => onMerged(person.id)} /></div>`)}</div></details>`;
}

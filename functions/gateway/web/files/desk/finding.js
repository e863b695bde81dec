// People and bookings by what somebody remembers of them.

import { html, useState } from "../base/preact.js";
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
  const open = (id) => {
    setAsked("");
    onOpen(id, "customer");
  };
  return html`<form role="search" onSubmit=${submit}>
      <input id="find" type="search" aria-keyshortcuts="/" aria-label=${text("find")} title=${text("find")} placeholder=${text("findHere")} value=${wanted} onInput=${(event) => setWanted(event.target.value)} />
    </form>
    ${asked && html`<${Dialog} title=${text("found", { asked })} closeLabel=${text("close")} onClose=${() => setAsked("")}><${People} session=${session} asked=${asked} onOpen=${open} /></${Dialog}>`}`;
}

export function People({ session, asked, onOpen }) {
  const [{ answer, problem, loading }, again] = useAnswer(() => session.call("GET", "v1/customers", { query: { q: asked } }), [asked]);
  return html`${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${loading && html`<p class="waits dim">…</p>`}
    ${answer && !answer.data.length && html`<p>${text("nobody")}</p>`}
    ${answer && html`<ul class="list">${answer.data.map((person) => html`<li key=${person.id}><button type="button" onClick=${() => onOpen(person.id)}>
      <b>${person.full_name}</b><span>${person.phone} ${person.email && html`<span class="dim">${person.email}</span>`}</span>
      <span class="small">${text("visits", { count: person.visits.count })} ${person.blocked && html`<span class="bad">${text("blocked")}</span>`}</span></button></li>`)}</ul>`}
    ${answer?.more && html`<p class="dim">${text("more")}</p>`}`;
}

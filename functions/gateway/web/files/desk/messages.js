// All messages: found by booking or person, and by what became of them.

import { html, useState } from "../base/preact.js";
import { People } from "./finding.js";
import { MessageList } from "./message_list.js";
import { text } from "./texts.js";
import { Windows } from "./windows.js";

const STATUSES = ["", "failed", "skipped", "pending", "sent"];
const NUMBER = /^[0-9A-ZА-Я]{4}[\s-]?[0-9A-ZА-Я]{4}$/i;

export function Messages(known) {
  const { session, studio, say } = known;
  const [asked, setAsked] = useState("");
  const [person, setPerson] = useState(null);
  const [status, setStatus] = useState("");
  const [window, setWindow] = useState(null);
  const search = (event) => {
    event.preventDefault();
    setPerson(null);
    setAsked(new FormData(event.target).get("sought").trim());
  };
  const numbered = NUMBER.test(asked) && /\d/.test(asked);
  const query = { ...(status && { status }), ...(person && { recipient_id: person }), ...(numbered && { number: asked }) };
  const onDone = (said, next = null) => {
    setWindow(next);
    say(said);
  };
  const open = (id, kind = "card") => setWindow({ kind, id });
  return html`<div class="bar"><h1>${text("view_messages")}</h1>
      <form role="search" onSubmit=${search}><input name="sought" type="search" aria-label=${text("findMessages")} placeholder=${text("findMessages")} /></form>
      <label class="inline"><span class="visually-hidden">${text("messageStatus")}</span><select value=${status} onChange=${(event) => setStatus(event.target.value)}>
        ${STATUSES.map((each) => html`<option key=${each} value=${each}>${text(`messages_${each || "all"}`)}</option>`)}</select></label></div>
    <p class="dim">${text("messagesLead")}</p>
    ${asked && !numbered && !person ? html`<${People} session=${session} asked=${asked} onOpen=${setPerson} />`
      : html`<${MessageList} session=${session} query=${query} zone=${studio.timezone} say=${say} onOpen=${open} />`}
    <${Windows} ...${known} window=${window} onClose=${() => setWindow(null)} onDone=${onDone} onOpen=${open} />`;
}

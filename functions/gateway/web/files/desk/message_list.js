// Messages as their recipients got them, with why one was not sent; one is sent again.

import { html, useEffect, useState } from "../base/preact.js";
import { useAnswer, useChange } from "../base/asking.js";
import * as words from "../base/words.js";
import { channelOf, nameOf, reasonOf } from "./message_words.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

const CODES = ["sign_in_code", "address_confirmation", "password_reset", "address_added", "account_exists", "staff_invitation"];
const PERIOD_MS = 5000;
const NOWHERE = /^(no_email|no_phone|recipient_gone|recipient_erased)$/;

// It follows what happens, without moving what somebody reads.
export function MessageList({ session, query, zone, say, onOpen }) {
  const [limit, setLimit] = useState(30);
  const [{ answer, problem, loading }, again] = useAnswer(() => session.call("GET", "v1/notifications", { query: { ...query, limit } }), [JSON.stringify(query), limit]);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || again(), PERIOD_MS);
    return () => clearInterval(timer);
  }, []);
  const resent = () => {
    say(text("sentAgain"));
    again();
  };
  return html`${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${loading && !answer && html`<p class="waits dim">…</p>`}
    ${answer && !answer.data.length && html`<p class="panel dim">${text("noMessages")}</p>`}
    <ul class="plain-list messages">${answer?.data.map((each) => html`<li key=${each.id} class="panel"><${OneMessage} session=${session} message=${each} zone=${zone} onResent=${resent} onOpen=${onOpen} /></li>`)}</ul>
    ${answer?.next_cursor && limit < 200 && html`<div><button type="button" onClick=${() => setLimit(200)}>${text("showMore")}</button></div>`}`;
}

function OneMessage({ session, message, zone, onResent, onOpen }) {
  const [{ busy, problem }, send] = useChange(onResent);
  const at = (instant) => `${words.shortDay(words.dateIn(instant, zone))}, ${words.time(instant, zone)}`;
  const resend = () => send((key) => session.call("POST", `v1/notifications/${message.id}/resend`, { key }));
  const { message: said, status, channel } = message;
  const troubled = status === "failed" || message.delivery === "undelivered";
  const became = message.delivery && message.delivery !== "unknown" ? message.delivery : status;
  return html`<details><summary><span class="flag">${channelOf(channel)}</span> <b>${nameOf(message.template)}</b>${" "}
      <span class=${troubled ? "bad" : "dim"}>${text(`message_${became}`)}</span> <span class="small dim number">${at(message.sent_at || message.created_at)}</span>
      <span class="to small"><span class="long">${message.address || text(NOWHERE.test(message.reason) ? `unsent_${message.reason}` : "noAddress")}</span>${message.booking_number && html` <b class="number">${message.booking_number}</b>`}</span></summary>
    <div class="stack">
      ${message.attempts > 1 && html`<p class="small dim">${text("attempts", { count: message.attempts })}</p>`}
      ${message.reason && status !== "sent" && html`<p class=${troubled ? "bad" : ""}>${reasonOf(message.reason)}</p>`}
      ${message.delivery_reason && html`<p class="bad">${reasonOf(message.delivery_reason)}</p>`}
      ${said?.subject && html`<p><b>${said.subject}</b></p>`}
      ${said ? html`<p class=${channel === "email" ? "letter" : "letter bubble"}>${said.text}</p>` : html`<p class="dim">${text(CODES.includes(message.template) ? "secretMessage" : "noText")}</p>`}
      <div class="actions">${!CODES.includes(message.template) && html`<button type="button" disabled=${busy} onClick=${resend}>${text("resend")}</button>`}
        ${message.booking_id && onOpen && html`<button type="button" class="plain" onClick=${() => onOpen(message.booking_id)}>${text("booking")}</button>`}</div>
      ${problem && html`<${Failed} problem=${problem} />`}</div></details>`;
}

// What a rule would do for a booking as it is now; nothing is sent.

import { html, useState } from "../base/preact.js";
import { useAnswer, useSettled } from "../base/asking.js";
import * as words from "../base/words.js";
import { Field } from "./deed.js";
import { Letter } from "./letter.js";
import { channelOf, reasonOf } from "./message_words.js";
import { Failed } from "./parts.js";
import { text } from "./texts_wording.js";

// The booking by its number; without one the newest that is confirmed.
async function found(session, number) {
  const { data } = await session.call("GET", "v1/bookings", { query: number ? { number } : { status: "confirmed", limit: 1 } });
  return data[0] || null;
}

export function Trying({ session, rule, zone }) {
  const [number, setNumber] = useState("");
  const asked = useSettled(number.trim(), 600);
  const ask = async () => {
    const booking = await found(session, asked);
    return booking && { booking, preview: await session.call("GET", `v1/message-rules/${rule.id}/preview`, { query: { booking_id: booking.id } }) };
  };
  const [{ answer, problem, loading }, again] = useAnswer(ask, [rule.id, rule.version, asked]);
  return html`<section class="stack beside" aria-busy=${Boolean(loading)}><h3>${text("rulePreview")}</h3>
    <${Field} name="number" label=${text("ruleBooking")} value=${number} maxlength="20" placeholder=${answer?.booking.number} onSaid=${setNumber} />
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${answer === null && html`<p class="dim">${text("noBookings")}</p>`}
    ${answer && html`<div class=${loading ? "stack waits" : "stack"} aria-live="polite"><${Would} ...${answer} zone=${zone} />
      ${answer.preview.messages.map((each) => html`<${Said} key=${each.channel} ...${each} />`)}</div>`}</section>`;
}

function Would({ booking, preview, zone }) {
  const { would_send: would, reason, due_at: due } = preview;
  const at = due && `${words.shortDay(words.dateIn(due, zone))}, ${words.time(due, zone)}`;
  return html`<p><b>${booking.number}</b>: ${would ? text(at ? "ruleWouldAt" : "ruleWould", { at }) : html`<span class="bad">${text("ruleWouldNot")}</span> ${reasonOf(reason)}`}</p>`;
}

function Said({ channel, address, message, reason }) {
  return html`<div class="stack"><p><span class="flag">${channelOf(channel)}</span> <span class="small dim long">${address}</span></p>
    ${reason && html`<p class="dim">${reasonOf(reason)}</p>`}
    ${message?.subject && html`<p><b>${message.subject}</b></p>`}
    ${message && (message.html ? html`<${Letter} source=${message.html} />` : html`<p class="letter bubble">${message.text}</p>`)}</div>`;
}

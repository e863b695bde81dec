// Certificates over an amount, and passes over hours: sold here, and found again by the end of their code.

import { html, useState } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Deed } from "./deed.js";
import { Failed } from "./parts.js";
import { DRAWER } from "./taking.js";
import { text } from "./texts.js";

const rest = ({ unit, remaining }) => (unit === "minutes" ? words.minutesLong(remaining) || "0" : words.money({ amount: remaining, currency: "RUB" }));

export function Certificates({ session, today, say }) {
  const [sold, setSold] = useState(null);
  const [tail, setTail] = useState("");
  const query = { limit: 10, ...(tail ? { tail } : {}) };
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", "v1/certificates", { query }), [tail]);
  const done = (certificate) => {
    setSold(certificate);
    say(text("certificateSold"));
    again();
  };
  const search = (event) => {
    event.preventDefault();
    setTail(new FormData(event.target).get("tail").trim());
  };
  return html`<section class="panel stack"><h2>${text("certificates")}</h2>
    ${sold && html`<div class="stack" role="status"><p>${text("certificateCodeIs", { name: sold.name })}</p><p class="secret">${sold.code}</p></div>`}
    <details><summary>${text("sellCertificate")}</summary><${Deed} key=${`gift${sold?.id}`} session=${session} path="v1/certificates" fields=${gift(today)} label=${text("sell")} onDone=${done} /></details>
    <details><summary>${text("sellPass")}</summary><${Deed} key=${`pass${sold?.id}`} session=${session} path="v1/certificates" fields=${pass(today)} label=${text("sell")} onDone=${done}
      body=${({ hours, ...said }) => ({ ...said, minutes: Math.round(hours * 60) })} /></details>
    <form class="row" role="search" onSubmit=${search}><input name="tail" type="search" aria-label=${text("tail")} placeholder=${text("tail")} /><button>${text("look")}</button></form>
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    <ul class="plain-list">${answer?.data.map((each) => html`<li key=${each.id}><b>${each.name}</b> …${each.tail} · ${rest(each)} · <span class="dim">${text(`certificate_${each.state}`)}, ${text("validUntil", { day: words.wholeDay(each.valid_until) })}</span></li>`)}</ul></section>`;
}

const common = (today) => [
  { name: "method", label: text("method"), value: DRAWER[0], options: DRAWER.map((each) => [each, text(each)]) },
  { name: "valid_from", type: "date", label: text("validFrom"), value: today, required: true },
  { name: "valid_until", type: "date", label: text("until"), value: `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`.replace("-02-29", "-02-28"), required: true },
  { name: "note", label: text("note"), maxlength: 500 },
];
const named = (value) => ({ name: "name", label: text("certificateName"), value, required: true, maxlength: 120 });
const gift = (today) => [named(text("giftName")), { name: "amount", type: "money", label: text("amount"), required: true }, ...common(today)];
const pass = (today) => [
  named(text("passName")), { name: "hours", type: "number", label: text("hours"), min: 1, step: 0.25, required: true },
  { name: "price", type: "money", label: text("priceOf"), required: true }, ...common(today),
];

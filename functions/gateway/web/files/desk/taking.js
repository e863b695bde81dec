// Money at the desk: in the drawer or on the terminal, from the client's balance, or by a certificate.

import { html, useState } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Deed, Field } from "./deed.js";
import { leftOf } from "./facts.js";
import { text } from "./texts.js";

export const DRAWER = ["cash", "terminal", "transfer"];
const METHODS = [...DRAWER, "invoice", "balance", "certificate"];
export const rubles = ({ amount }) => String(amount / 100).replace(".", ",");

export function Taking({ session, booking, path, onDone }) {
  const [method, setMethod] = useState("cash");
  const due = rubles(leftOf(booking));
  const amount = { name: "amount", type: "money", label: text("amount"), value: due, required: true };
  const taken = ({ amount: paid }) => onDone(text("taken", { price: words.money(paid) }));
  const deeds = {
    balance: () => html`<${Deed} plain key="balance" session=${session} path=${`${path}/balance-payments`} fields=${[amount]} label=${text("takeFrom")} onDone=${taken}>
      <${OnBalance} session=${session} customer=${booking.customer_id} /></${Deed}>`,
    certificate: () => html`<${Deed} plain key="certificate" session=${session} path=${`${path}/certificate-payments`} label=${text("takeFrom")} onDone=${taken}
      fields=${[{ name: "code", label: text("certificateCode"), required: true, spellcheck: false, maxlength: 60 }]} />`,
    desk: () => html`<${Deed} plain key="desk" session=${session} path=${`${path}/desk-payments`} label=${text("takeDo")} onDone=${taken}
      fields=${[amount, { name: "note", label: text("note"), maxlength: 500 }]} body=${(said) => ({ ...said, method })} />`,
  };
  return html`<div class="panel stack"><${Field} name="method" label=${text("method")} value=${method} onSaid=${setMethod} options=${METHODS.map((each) => [each, text(each)])} />
    <div data-method=${method}>${(deeds[method] || deeds.desk)()}</div></div>`;
}

export function OnBalance({ session, customer }) {
  const [{ answer }] = useAnswer(() => session.call("GET", `v1/customers/${customer}/balance`), [customer]);
  return answer ? html`<p>${text("onBalance", { price: words.money(answer.balance) })}</p>` : null;
}

// A link to pay by, for the client's own phone: to be sent, or scanned here.

import { html, useState } from "../base/preact.js";
import * as words from "../base/words.js";
import { Deed } from "./deed.js";
import { leftOf } from "./facts.js";
import { Picture } from "./files.js";
import { rubles } from "./taking.js";
import { text } from "./texts.js";

export function Linking({ session, booking, studio }) {
  const [payment, setPayment] = useState(null);
  const [copied, setCopied] = useState(false);
  const offered = studio.payment_methods || [];
  if (!offered.length) return html`<p>${text("noGateways")}</p>`;
  const fields = [
    { name: "provider", label: text("through"), value: offered[0].provider, options: offered.map(({ provider, label }) => [provider, words.said(label)]) },
    { name: "amount", type: "money", label: text("amount"), value: rubles(leftOf(booking)), required: true },
  ];
  const body = (said) => ({ ...said, booking_id: booking.id, return_url: new URL("manage", location.href.split("#")[0]).href });
  if (!payment) return html`<${Deed} session=${session} path="v1/payments" fields=${fields} body=${body} label=${text("makeLink")} onDone=${setPayment} />`;
  const copy = () => navigator.clipboard.writeText(payment.confirmation_url).then(() => setCopied(true), () => setCopied(false));
  return html`<div class="panel stack"><p>${text("scanToPay", { price: words.money(payment.amount) })}</p>
    <${Picture} session=${session} path=${`v1/payments/${payment.id}/qr`} alt=${text("payCode")} className="qr" />
    <p class="long"><a href=${payment.confirmation_url} target="_blank" rel="noopener noreferrer">${payment.confirmation_url}</a></p>
    <div><button type="button" onClick=${copy}>${text(copied ? "copied" : "copy")}</button></div></div>`;
}

// The drawer, what waits to be handed out, certificates and passes.

import { html } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Certificates } from "./certificates.js";
import { Deed } from "./deed.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";
import { Till } from "./till.js";

export function Money({ session, today, say }) {
  return html`<div class="bar"><h1>${text("view_money")}</h1></div>
    <div class="columns"><${Till} session=${session} say=${say} /><div class="stack"><${Refunds} session=${session} say=${say} /><${Certificates} session=${session} today=${today} say=${say} /></div></div>`;
}

// Refunds of what was taken at the desk: a person hands the money out, and says so.
function Refunds({ session, say }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", "v1/desk-refunds", { query: { limit: 50 } }), []);
  const waiting = answer?.data.filter(({ status }) => status === "pending") || [];
  const fields = () => [
    { name: "outcome", label: text("outcome"), value: "succeeded", options: ["succeeded", "failed"].map((each) => [each, text(`refund_${each}`)]) },
    { name: "reason", label: text("reason"), required: true, missing: text("reasonNeeded"), maxlength: 500 },
  ];
  const done = () => {
    say(text("done"));
    again();
  };
  return html`<section class="panel stack"><h2>${text("toHandOut")}</h2>${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${answer && !waiting.length && html`<p class="dim">${text("nothingToHandOut")}</p>`}
    ${waiting.map((refund) => html`<details key=${refund.id}><summary><b>${words.money(refund.amount)}</b> · ${text(refund.method)} · ${refund.booking_number}</summary>
      <${Deed} session=${session} path=${`v1/payments/${refund.payment_id}/refunds/${refund.id}/decision`} fields=${fields()} label=${text("sayIt")} onDone=${done} /></details>`)}</section>`;
}

// What is held for damage: taken, kept for something that broke, given back.

import { html } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Deed } from "./deed.js";
import { Failed } from "./parts.js";
import { DRAWER, rubles } from "./taking.js";
import { text } from "./texts.js";

const methods = () => ({ name: "method", label: text("method"), value: DRAWER[0], options: DRAWER.map((each) => [each, text(each)]) });
const amount = (value = "") => ({ name: "amount", type: "money", label: text("amount"), value, required: true });

export function Deposits({ session, booking, path, onDone }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", "v1/deposits", { query: { booking_id: booking.id } }), [booking.id, booking.version]);
  const done = () => {
    again();
    onDone();
  };
  if (problem) return html`<${Failed} problem=${problem} again=${again} />`;
  return html`<div class="panel stack">
    ${answer?.data.map((deposit) => html`<section class="stack" key=${`${deposit.id}${deposit.held.amount}`}><h3>${text("depositOf", { price: words.money(deposit.amount) })}</h3>
      <p class="dim">${text("depositSaid", { held: words.money(deposit.held), kept: words.money(deposit.kept), back: words.money(deposit.given_back) })}</p>
      ${deposit.held.amount > 0 && html`<details><summary>${text("keepSome")}</summary>
        <${Deed} session=${session} path=${`v1/deposits/${deposit.id}/keep`} label=${text("keepDo")} onDone=${done}
          fields=${[amount(), { name: "reason", label: text("reason"), required: true, maxlength: 500 }]} /></details>
      <details><summary>${text("giveBack")}</summary>
        <${Deed} session=${session} path=${`v1/deposits/${deposit.id}/return`} label=${text("giveBackDo")} onDone=${done} fields=${[amount(rubles(deposit.held)), methods()]} /></details>`}</section>`)}
    <details><summary>${text("newDeposit")}</summary>
      <${Deed} session=${session} path=${`${path}/deposits`} label=${text("takeDeposit")} onDone=${done} fields=${[amount(), methods()]} /></details>
  </div>`;
}

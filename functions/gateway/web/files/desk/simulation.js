// What a month's visits would have earned by another price list.

import { html, useState } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Failed, Table, hallOf } from "./parts.js";
import { text } from "./texts.js";

const BACK = 12;
const monthOf = (today, back) => new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1 - back, 1)).toISOString().slice(0, 7);

export function Simulation({ session, halls, number, stale, round, today }) {
  const [back, setBack] = useState(0);
  const month = monthOf(today, back);
  const body = { from: `${month}-01`, to: `${monthOf(today, back - 1)}-01` };
  const [{ answer, problem, loading }, again] = useAnswer(() => session.call("POST", `v1/tariff-versions/${number}/simulation`, { body }), [number, round, month]);
  const columns = [
    [text("hall"), (row) => hallOf(halls, row)], [text("bookings"), (row) => row.bookings, true], [text("wasSold"), (row) => words.money(row.sold), true],
    [text("wouldBe"), (row) => words.money(row.simulated), true], [text("difference"), (row) => signed(row.change), true],
  ];
  return html`<h3>${text("simulated")}</h3>
    <label class="inline"><span>${text("month")}</span><select value=${back} onChange=${(event) => setBack(Number(event.target.value))}>${[...Array(BACK).keys()].map((each) => html`<option key=${each} value=${each}>${words.monthName(monthOf(today, each))}</option>`)}</select></label>
    ${stale && html`<p class="bad">${text("staleDraft")}</p>`}
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    <div aria-live="polite" class=${loading || stale ? "waits" : ""}>${answer && html`<p><b>${text("wouldChange", { change: signed(answer.change) })}</b> ${answer.unpriced > 0 && text("unpriced", { count: answer.unpriced })}</p>
      <${Table} label=${text("simulated")} columns=${columns} rows=${answer.halls} total=${answer} />`}</div>`;
}

const signed = (amount) => `${amount.amount > 0 ? "+" : ""}${words.money(amount)}`;

// The price list: a draft is written beside the one in force, tried on a month that was, and put in force.

import { html, useState } from "../base/preact.js";
import { useAnswer, useChange } from "../base/asking.js";
import * as words from "../base/words.js";
import { money } from "./deed.js";
import { Failed, Table } from "./parts.js";
import { Rule } from "./rule.js";
import { Simulation } from "./simulation.js";
import { text } from "./texts.js";

const rubles = ({ amount }) => String(amount / 100).replace(".", ",");
const toEdit = (rule) => ({ ...rule, price: rubles(rule.price_per_hour) });
const toSend = ({ price, price_per_hour: _, ...rule }) => ({ ...rule, price_per_hour: money(price) });

export function Tariffs({ session, halls, today, done }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", "v1/tariff-versions", { query: { limit: 20 } }), []);
  const [rules, setRules] = useState(null);
  const [draft, setDraft] = useState(null);
  const active = answer?.data.find(({ status }) => status === "active");
  const nameOf = (id) => (id ? halls.find((hall) => hall.id === id)?.name || text("otherHall") : text("allHalls"));
  const change = (index) => (rule) => {
    setRules(rules.map((each, at) => (at === index ? rule : each)).filter(Boolean));
    setDraft((last) => last && { ...last, stale: true });
  };
  const [writing, send] = useChange((version) => setDraft(version));
  const write = () => {
    const body = { rules: rules.map(toSend) };
    const [method, path] = draft ? ["PUT", `v1/tariff-versions/${draft.number}`] : ["POST", "v1/tariff-versions"];
    send((key) => session.call(method, path, { key, body }), [method, path, body]);
  };
  const [forcing, force] = useChange(() => {
    setRules(null);
    setDraft(null);
    again();
    done(text("inForce"));
  });
  const close = () => {
    setRules(null);
    setDraft(null);
  };
  const edit = () => setRules(active.rules.filter(({ hall_id: id }) => !id || halls.some((hall) => hall.id === id)).map(toEdit));
  const columns = [[text("tariffName"), (rule) => rule.name], [text("hall"), (rule) => nameOf(rule.hall_id)], [text("perHour"), (rule) => words.money(rule.price_per_hour), true], [text("tariffWhen"), when]];
  return html`<section class="panel stack"><h2>${text("tariffs")}</h2>${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${active && !rules && html`<${Table} label=${text("tariffs")} columns=${columns} rows=${active.rules} /><div><button type="button" onClick=${edit}>${text("changePrices")}</button></div>`}
    ${rules && html`<div class="columns"><div class="stack">${rules.map((rule, index) => html`<${Rule} key=${rule.id || index} rule=${rule} halls=${halls} onChange=${change(index)} />`)}
        <div><button type="button" onClick=${() => setRules([...rules, { name: "", price: "", weekdays: [], priority: 0 }])}>${text("addRule")}</button></div></div>
      <div class="stack beside">
        <p class="small dim">${text("draftLead")}</p>
        <div class="actions"><button type="button" class=${draft && !draft.stale ? "" : "main"} disabled=${writing.busy} onClick=${write}>${text("tryIt")}</button>
          <button type="button" class="plain" onClick=${close}>${text("leaveIt")}</button></div>
        ${writing.problem && html`<${Failed} problem=${writing.problem} />`}
        ${draft && html`<${Simulation} session=${session} halls=${halls} number=${draft.number} stale=${draft.stale} round=${JSON.stringify(draft.rules)} today=${today} />
          ${forcing.problem && html`<${Failed} problem=${forcing.problem} />`}
          <div><button type="button" class="main" disabled=${draft.stale || forcing.busy} onClick=${() => force((key) => session.call("POST", `v1/tariff-versions/${draft.number}/activate`, { key }))}>${text("putInForce")}</button></div>`}</div></div>`}</section>`;
}

function when({ weekdays, starts, ends, first_day: first, last_day: last, holidays }) {
  const names = words.weekdays();
  const all = !starts || starts.slice(0, 5) === ends.slice(0, 5);
  return [
    weekdays?.length && weekdays.length < 7 ? runs(weekdays).map(([first, last]) => [...new Set([names[first - 1], names[last - 1]])].join("–")).join(", ") : text("everyDay"),
    !all && `${starts.slice(0, 5)}–${ends.slice(0, 5)}`,
    first && `${words.shortDay(first)} – ${last ? words.shortDay(last) : "…"}`,
    holidays && holidays !== "any" && text(`holidays_${holidays}`),
  ].filter(Boolean).join(", ");
}

// Days that follow each other are said as one: [1, 2, 3, 4, 7] is 1 to 4, and 7.
function runs(days) {
  const found = [];
  for (const day of days) {
    if (found.length && found.at(-1)[1] === day - 1) found.at(-1)[1] = day;
    else found.push([day, day]);
  }
  return found;
}

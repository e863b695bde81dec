// Halls, their hours, what can be ordered with them, and prices.

import { html, useState } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Deed } from "./deed.js";
import { Failed } from "./parts.js";
import { Sections } from "./sections.js";
import { Requisites } from "./requisites.js";
import { Tariffs } from "./tariffs.js";
import { text } from "./texts.js";

const UNITS = ["hour", "booking", "unit", "person"];

export function Settings({ session, halls, archived, studio, me, today, say, onChanged }) {
  const done = (said = text("saved")) => {
    say(said);
    onChanged();
  };
  return html`<${Sections} here="settings" />
    <${Tariffs} session=${session} halls=${halls} today=${today} done=${done} />
    <section class="panel stack"><h2>${text("halls")}</h2>${halls.map((hall) => html`<${Hall} key=${hall.id} session=${session} hall=${hall} done=${done} />`)}
      <details><summary>${text("newHall")}</summary><${HallForm} key=${halls.length} session=${session} done=${done} /></details>
      ${archived.length > 0 && html`<details><summary>${text("archivedHalls", { count: archived.length })}</summary><ul class="plain-list">${archived.map((hall) => html`<li class="row apart" key=${hall.id}><span>${hall.name}</span>
        <${Deed} plain session=${session} method="PATCH" path=${`v1/halls/${hall.id}`} body=${() => ({ archived: false })} label=${text("restore")} onDone=${() => done()} /></li>`)}</ul></details>`}</section>
    <${AddOns} session=${session} halls=${halls} say=${say} />
    ${me.role === "admin" && html`<${Requisites} key=${studio.version} session=${session} studio=${studio} done=${done} />`}`;
}

function Hall({ session, hall, done }) {
  return html`<details><summary><b>${hall.name}</b> <span class="dim">${text("capacitySaid", { count: hall.capacity })}</span></summary><div class="stack">
    <${HallForm} session=${session} hall=${hall} done=${done} />
    <details><summary>${text("archive")}</summary><p class="small dim">${text("archiveLead")}</p>
      <${Deed} session=${session} method="PATCH" path=${`v1/halls/${hall.id}`} body=${() => ({ archived: true })} label=${text("archiveDo")} onDone=${() => done()} /></details></div></details>`;
}

const short = (clock) => clock.slice(0, 5);
const plain = (closes) => (closes.startsWith("00:00") || closes.startsWith("24:00") ? "00:00" : short(closes));

// One span of hours for each weekday. A hall with several on a day keeps them, and says so.
function HallForm({ session, hall, done }) {
  const hours = hall?.opening_hours || [];
  const simple = hours.every(({ weekday }, index) => hours.findIndex((other) => other.weekday === weekday) === index);
  const days = words.weekdays().map((name, index) => ({ name, weekday: index + 1, span: hours.find(({ weekday }) => weekday === index + 1) }));
  const fields = [
    { name: "name", label: text("hallName"), value: hall?.name || "", required: true, maxlength: 120 },
    { name: "capacity", type: "number", label: text("capacity"), value: hall?.capacity || 6, min: 1, required: true },
    { name: "min_minutes", type: "number", label: text("minMinutes"), value: hall?.min_minutes ?? 60, min: 15, step: 15 },
    { name: "buffer_after_minutes", type: "number", label: text("buffer"), value: hall?.buffer_after_minutes ?? 0, min: 0, step: 15 },
    ...(simple ? days.flatMap(({ name, weekday, span }) => [
      { name: `opens${weekday}`, type: "time", label: text("opensOn", { day: name }), value: span ? short(span.opens) : hall ? "" : "09:00", step: 900 },
      { name: `closes${weekday}`, type: "time", label: text("closesOn", { day: name }), value: span ? plain(span.closes) : hall ? "" : "22:00", step: 900 },
    ]) : []),
  ];
  const body = (said) => {
    const values = Object.fromEntries(Object.entries(said).filter(([name]) => !/^(opens|closes)\d$/.test(name)));
    if (simple) values.opening_hours = days.filter(({ weekday }) => said[`opens${weekday}`] && said[`closes${weekday}`]).map(({ weekday }) => ({ weekday, opens: said[`opens${weekday}`], closes: said[`closes${weekday}`] }));
    return values;
  };
  return html`<${Deed} session=${session} method=${hall ? "PATCH" : "POST"} path=${hall ? `v1/halls/${hall.id}` : "v1/halls"} fields=${fields} body=${body} label=${text("save")} onDone=${() => done()}>
    <p class="small dim">${text(simple ? "hoursLead" : "hoursSeveral")}</p></${Deed}>`;
}

function AddOns({ session, halls, say }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", "v1/add-ons"), []);
  const [round, setRound] = useState(0);
  const done = () => {
    say(text("saved"));
    setRound(round + 1);
    again();
  };
  const fields = (each) => [
    { name: "name", label: text("addOnName"), value: each?.name || "", required: true, maxlength: 120 },
    { name: "price", type: "money", label: text("priceOf"), value: each ? String(each.price.amount / 100).replace(".", ",") : "", required: true },
    ...(each ? [] : [
      { name: "unit", label: text("per"), value: "booking", options: UNITS.map((unit) => [unit, text(`per_${unit}`)]) },
      { name: "hall", label: text("hall"), value: "", options: [["", text("allHalls")], ...halls.map(({ id, name }) => [id, name])] },
    ]),
  ];
  const body = ({ hall, ...said }) => ({ ...said, ...(hall ? { hall_ids: [hall] } : {}) });
  return html`<section class="panel stack"><h2>${text("extras")}</h2>${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${answer?.data.filter(({ active }) => active).map((each) => html`<details key=${`${each.id}${round}`}><summary>${each.name} · ${words.money(each.price)} ${text(`per_${each.unit}`)}</summary><div class="stack">
      <${Deed} session=${session} method="PATCH" path=${`v1/add-ons/${each.id}`} fields=${fields(each)} label=${text("save")} onDone=${done} />
      <${Deed} plain session=${session} method="PATCH" path=${`v1/add-ons/${each.id}`} body=${() => ({ active: false })} label=${text("notOffered")} onDone=${done} /></div></details>`)}
    <details><summary>${text("newAddOn")}</summary><${Deed} key=${round} session=${session} path="v1/add-ons" fields=${fields()} body=${body} label=${text("save")} onDone=${done} /></details></section>`;
}

// What a month was like: figures with their pictures, and files for spreadsheets.

import { html, useState } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Picture, Save } from "./files.js";
import { Failed, Table } from "./parts.js";
import { text } from "./texts.js";

const BY = {
  revenue: ["day", "provider", "hall", "tariff", "purpose", "visit_purpose", "week"],
  utilisation: ["weekday_hour", "hall", "day", "weekday", "hour", "week"],
  holds: ["day", "hall", "visit_purpose", "week"],
  "no-shows": ["hall", "visit_purpose", "weekday", "hour", "day"],
  "lead-time": [],
  "promo-codes": [],
};
const GROUPS = ["hall_id", "hall_name", "weekday", "hour", "date", "tariff", "provider", "purpose", "visit_purpose", "promo_code", "from_days", "to_days"];
const MINUTES = ["sold_minutes", "outside_minutes", "open_minutes", "median_minutes"];
const MONTHS = 24;
const PURPOSES = ["photo", "video", "event", "class", "other"];

export function Reports({ session, halls, today }) {
  const [month, setMonth] = useState(today.slice(0, 7));
  const [hall, setHall] = useState("");
  const [purpose, setPurpose] = useState("");
  const months = [...Array(MONTHS).keys()].map((back) => monthBefore(today, back - 1));
  const query = { from: `${month}-01`, to: `${monthBefore(`${month}-01`, -1)}-01`, ...(hall ? { hall_id: hall } : {}), ...(purpose ? { visit_purpose: purpose } : {}) };
  return html`<div class="bar"><h1>${text("view_reports")}</h1>
      <label class="inline"><span>${text("month")}</span><select value=${month} onChange=${(event) => setMonth(event.target.value)}>${months.map((each) => html`<option key=${each} value=${each}>${words.monthName(each)}</option>`)}</select></label>
      <label class="inline"><span>${text("hall")}</span><select value=${hall} onChange=${(event) => setHall(event.target.value)}><option value="">${text("allHalls")}</option>
        ${halls.map((each) => html`<option key=${each.id} value=${each.id}>${each.name}</option>`)}</select></label>
      <label class="inline"><span>${text("visitFor")}</span><select value=${purpose} onChange=${(event) => setPurpose(event.target.value)}><option value="">${text("visitForAny")}</option>
        ${PURPOSES.map((each) => html`<option key=${each} value=${each}>${text(`visit_${each}`)}</option>`)}</select></label></div>
    <div class="reports">${Object.keys(BY).map((name) => html`<${Report} key=${name} session=${session} name=${name} query=${query} />`)}</div>`;
}

function monthBefore(date, months) {
  const [year, month] = date.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 - months, 1)).toISOString().slice(0, 7);
}

function Report({ session, name, query }) {
  const [by, setBy] = useState(BY[name][0]);
  const asked = by ? { ...query, by } : query;
  const path = `v1/reports/${name}`;
  const [{ answer, problem, loading }, again] = useAnswer(() => session.call("GET", path, { query: asked }), [JSON.stringify(asked)]);
  const title = text(`report_${name.replace("-", "_")}`);
  return html`<section class="panel stack"><div class="row apart wraps"><h2>${title}</h2>
      ${BY[name].length > 0 && html`<label class="inline"><span>${text("by")}</span><select value=${by} onChange=${(event) => setBy(event.target.value)}>${BY[name].map((each) => html`<option key=${each} value=${each}>${text(`by_${each}`)}</option>`)}</select></label>`}
      <${Save} session=${session} path=${path} query=${asked} type="text/csv" name=${`${name}-${query.from}.csv`} label="CSV" />
      <${Save} session=${session} path=${path} query=${asked} type="image/svg+xml" name=${`${name}-${query.from}.svg`} label="SVG" /></div>
    <${Picture} session=${session} path=${path} query=${asked} alt=${text("pictureOf", { title })} />
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${answer && html`<details class=${loading ? "waits" : ""}><summary>${text("figures")}</summary><${Figures} title=${title} report=${answer} /></details>`}</section>`;
}

function Figures({ title, report }) {
  const figures = Object.keys(report.totals).filter((name) => !GROUPS.includes(name));
  const columns = [[text("group"), groupOf], ...figures.map((name) => [text(`col_${name}`), (row) => shown(name, row[name]), true])];
  return html`<${Table} label=${title} columns=${columns} rows=${report.rows} total=${report.totals} />`;
}

function groupOf(row) {
  const days = row.from_days === undefined ? "" : text("daysAhead", { from: row.from_days, to: row.to_days ?? "…" });
  const weekday = row.weekday ? words.weekdays()[row.weekday - 1] : "";
  const hour = row.hour === undefined ? "" : `${row.hour}:00`;
  const named = [row.hall_name, weekday, hour, row.date && words.shortDay(row.date), row.tariff, row.provider && text(`way_${row.provider}`), row.purpose && text(`purpose_${row.purpose}`), row.visit_purpose && text(`visit_${row.visit_purpose}`), row.promo_code, days];
  return named.filter(Boolean).join(", ") || "–";
}

function shown(name, value) {
  if (value === undefined || value === null) return "–";
  if (typeof value === "object") return words.money(value);
  if (MINUTES.includes(name)) return words.minutesLong(Math.round(value)) || "0";
  return `${new Intl.NumberFormat(words.locale, { maximumFractionDigits: 1 }).format(value)}${name === "percent" ? " %" : ""}`;
}

// Seven days in all halls: what is sold of each, and who comes.

import { html, useState } from "../base/preact.js";
import * as words from "../base/words.js";
import { Step } from "./day.js";
import { useSchedule } from "./live.js";
import { Failed, dueOf, gone, nameOf } from "./parts.js";
import { text } from "./texts.js";
import { Windows } from "./windows.js";

const DAYS = 7;
const monday = (date) => words.daysOn(date, -((words.ofDate(date).getUTCDay() + 6) % 7));
const minutes = ({ start, end }) => (new Date(end) - new Date(start)) / 60_000;

export function Week({ studio, halls, session, date, today, say }) {
  const first = monday(date);
  const [schedule, reload] = useSchedule(session, first, DAYS);
  const [window, setWindow] = useState(null);
  const done = (said, next = null) => {
    setWindow(next);
    say(said);
    reload();
  };
  const visits = schedule.data || [];
  const days = [...Array(DAYS).keys()].map((index) => words.daysOn(first, index));
  const tools = { session, halls, studio, date, visits, onClose: () => setWindow(null), onDone: done, onOpen: (id, kind = "card") => setWindow({ kind, id }) };
  return html`<div class="bar"><h1>${words.shortDay(first)} – ${words.shortDay(days[6])}</h1>
      <${Step} label=${text("weekBefore")} to=${`week-${words.daysOn(first, -DAYS)}`}>←</${Step}>
      <button type="button" onClick=${() => (location.hash = `week-${today}`)}>${text("thisWeek")}</button>
      <${Step} label=${text("weekAfter")} to=${`week-${words.daysOn(first, DAYS)}`}>→</${Step}>
      <button type="button" class="main" onClick=${() => setWindow({ kind: "new" })}>${text("new")}</button></div>
    ${schedule.problem && html`<${Failed} problem=${schedule.problem} again=${reload} />`}
    ${!schedule.data && !schedule.problem && html`<div class="skeleton waits" aria-hidden="true"></div>`}
    ${schedule.data && html`<div class="scrolls" tabindex="0" role="region" aria-label=${text("view_week")}><table class="week">
      <thead><tr><td></td>${days.map((day) => html`<th scope="col" key=${day}><a href=${`#${day}`} aria-current=${day === today ? "date" : null}>${words.shortDay(day)}</a></th>`)}</tr></thead>
      <tbody>${[...halls, ...gone(visits, halls)].map((hall) => html`<tr key=${hall.id}><th scope="row">${hall.name}</th>${days.map((day) => html`<td key=${day}>
        <${Cell} hall=${hall} visits=${visits.filter((visit) => isIn(visit, hall, day))} busy=${schedule.busy.filter((busy) => busy.hall_ids.includes(hall.id) && falls(busy, hall, day))}
          onOpen=${tools.onOpen} onNew=${() => setWindow({ kind: "new", hall: hall.id, date: day })} /></td>`)}</tr>`)}</tbody></table></div>`}
    <${Windows} ...${tools} window=${window} />`;
}

const falls = ({ start, end }, { timezone }, day) => words.dateIn(start, timezone) <= day && words.dateIn(new Date(new Date(end) - 1), timezone) >= day;
const isIn = (visit, hall, day) => (visit.hall_id === hall.id || visit.also_hall_ids.includes(hall.id)) && falls(visit, hall, day);

function Cell({ hall, visits, busy, onOpen, onNew }) {
  const sold = visits.reduce((sum, visit) => sum + minutes(visit), 0);
  return html`${visits.map((visit) => html`<button type="button" class="chip ${visit.status}" key=${visit.id} onClick=${() => onOpen(visit.id)}
      aria-label=${text("visitAt", { hall: hall.name, time: words.span(visit.start, visit.end, visit.timezone), name: nameOf(visit), status: text(visit.status), due: dueOf(visit) })}>
      <b class="number">${words.time(visit.start, visit.timezone)}</b> ${nameOf(visit)}</button>`)}
    ${busy.map((each) => html`<span class="chip shut" key=${each.id + each.start}>${words.span(each.start, each.end, hall.timezone)} ${each.name}</span>`)}
    <span class="cell-foot small dim"><span>${sold ? words.minutesLong(sold) : ""}</span>
      <button type="button" class="plain" aria-label=${text("newIn", { hall: hall.name })} onClick=${onNew}>+</button></span>`;
}

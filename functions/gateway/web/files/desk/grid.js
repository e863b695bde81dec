// Halls × hours of one day. Visits are dragged to another time or hall, or made longer by their lower edge; whoever uses
// a keyboard presses M on a visit, or opens it, and says where to.

import { html, useEffect, useRef, useState } from "../base/preact.js";
import { now } from "../base/clock.js";
import * as words from "../base/words.js";
import { dueOf, hallOf, nameOf } from "./parts.js";
import { text } from "./texts.js";

const HOUR = 58;
const DAY = 24 * 60;
const STEP = 15;
const FAR = 6;
// The same key on a Russian keyboard.
const MOVE = ["m", "ь"];

export function Grid({ halls, date, visits, busy, zone, onOpen, onNew, onMove, onBusy }) {
  const box = useRef(null);
  const [drag, setDrag] = useState(null);
  const minute = (instant, hall) => minuteOf(instant, date, hall.timezone);
  useEffect(() => {
    const first = Math.min(9 * 60, ...visits.map((visit) => minuteOf(visit.start, date, visit.timezone)));
    box.current.scrollTop = Math.max(0, (first / 60 - 0.5) * HOUR);
  }, [date]);
  const grab = useGrabbing({ halls, date, minute, setDrag, onMove });

  const place = (from, to) => ({ top: `${(from / 60) * HOUR}px`, height: `${(Math.max(to - from, STEP) / 60) * HOUR - 2}px` });
  const isToday = words.dateIn(new Date(now()), zone) === date;
  return html`<div class="grid" ref=${box} style=${{ "--halls": halls.length, "--height": `${24 * HOUR}px`, "--hour": `${HOUR}px` }}>
    <span class="hall-name corner"></span>
    ${halls.map((hall) => html`<span class="hall-name" key=${hall.id}>${hall.name}</span>`)}
    <div class="hours" aria-hidden="true">${[...Array(23).keys()].map((index) => html`<span key=${index} style=${{ top: `${(index + 1) * HOUR}px` }}>${index + 1}:00</span>`)}</div>
    ${halls.map((hall) => html`<div class="day ${drag?.hall === hall.id && drag.moved ? "over" : ""}" key=${hall.id} data-hall=${hall.id}
      onClick=${(event) => event.target === event.currentTarget && onNew({ hall: hall.id, clock: clockAt(event) })}>
      ${isToday && html`<div class="now" style=${{ top: `${(minute(new Date(now()), hall) / 60) * HOUR}px` }}></div>`}
      ${busy.filter(({ hall_ids: ids }) => ids.includes(hall.id)).map((each) => html`<button type="button" class="busy" key=${each.id + each.start}
        style=${place(minute(each.start, hall), minute(each.end, hall))} onClick=${() => onBusy(each)}>${each.name}</button>`)}
      ${visits.filter((visit) => blocks(visit, hall, halls)).map((visit) => html`<div class="busy" key=${`of${visit.id}`}
        style=${place(minute(visit.start, hall), minute(visit.end, hall))}>${hallOf(halls, visit)}</div>`)}
      ${visits.filter((visit) => takes(visit, hall, drag)).map((visit) => html`<${Visit} key=${visit.id} visit=${visit} hall=${hall} drag=${drag}
        place=${place} minute=${minute} onOpen=${onOpen} onMove=${onMove} grab=${grab} />`)}
    </div>`)}
  </div>`;
}

const takes = (visit, hall, drag) =>
  drag?.id === visit.id && drag.moved ? drag.hall === hall.id : visit.hall_id === hall.id || visit.also_hall_ids.includes(hall.id);

// A hall of parts and its parts take each other's time.
const blocks = (visit, hall, halls) =>
  visit.status !== "no_show" &&
  [visit.hall_id, ...visit.also_hall_ids].some((id) => hall.parts.includes(id) || halls.find((each) => each.id === id)?.parts.includes(hall.id));

function Visit({ visit, hall, drag, place, minute, onOpen, onMove, grab }) {
  const held = drag?.id === visit.id && drag.moved ? drag : null;
  const [from, to] = held ? [held.from, held.to] : [minute(visit.start, hall), minute(visit.end, hall)];
  const name = nameOf(visit);
  const times = held ? `${clock(from)}–${clock(to)}` : words.span(visit.start, visit.end, visit.timezone);
  const label = text("visitAt", { hall: hall.name, time: times, name, status: text(visit.status), due: dueOf(visit) });
  return html`<button type="button" class="visit ${visit.status} ${held ? "dragged" : ""}" style=${place(from, to)} aria-label=${label}
    aria-keyshortcuts="m" onKeyDown=${(event) => MOVE.includes(event.key.toLowerCase()) && !event.ctrlKey && !event.metaKey && onMove(visit, null)}
    onPointerDown=${(event) => grab(event, visit, hall, false)} onClick=${() => !held && onOpen(visit.id)}>
    <b>${name}</b><span>${times}</span>
    ${visit.due.amount ? html`<b class="due number">${words.money(visit.due)}</b>` : html`<span class="dim">${dueOf(visit)}</span>`}
    ${visit.customer.first_visit && html`<span class="dim">${text("firstVisit")}</span>`}
    ${visit.customer.missed_before && html`<span class="due">${text("missedBefore")}</span>`}
    <span class="grip" onPointerDown=${(event) => grab(event, visit, hall, true)}></span>
  </button>`;
}

// Follows the pointer from the moment it goes down until it is let go; then the move is proposed, not made. It listens to
// the window, because the block is drawn in another column meanwhile.
function useGrabbing({ halls, date, minute, setDrag, onMove }) {
  return (event, visit, hall, grip) => {
    if (event.button || event.pointerType === "touch") return;
    event.stopPropagation();
    const [first, last] = [minute(visit.start, hall), minute(visit.end, hall)];
    const begun = { x: event.clientX, y: event.clientY };
    let held = null;
    const follow = (moved) => {
      if (!held && Math.hypot(moved.clientX - begun.x, moved.clientY - begun.y) < FAR) return;
      const shift = Math.round((((moved.clientY - begun.y) / HOUR) * 60) / STEP) * STEP;
      const under = document.elementsFromPoint(moved.clientX, moved.clientY).find((each) => each.dataset?.hall);
      held = {
        id: visit.id,
        moved: true,
        from: grip ? first : first + shift,
        to: Math.max(last + shift, (grip ? first : first + shift) + STEP),
        hall: grip ? hall.id : under?.dataset.hall || hall.id,
      };
      setDrag(held);
    };
    const end = () => {
      removeEventListener("pointermove", follow);
      removeEventListener("pointerup", release);
      removeEventListener("pointercancel", end);
      removeEventListener("keydown", leave);
      // After the click that follows.
      if (held) setTimeout(() => setDrag(null));
    };
    const release = () => {
      end();
      if (!held) return;
      const to = halls.find(({ id }) => id === held.hall);
      onMove(visit, { hall: to.id, start: instantAt(date, held.from, to), end: instantAt(date, held.to, to) });
    };
    const leave = (pressed) => pressed.key === "Escape" && end();
    addEventListener("pointermove", follow);
    addEventListener("pointerup", release);
    addEventListener("pointercancel", end);
    addEventListener("keydown", leave);
  };
}

// Minutes of the hall's own clock since midnight; what begins before or ends after the day is cut off.
function minuteOf(instant, date, timeZone) {
  const day = words.dateIn(instant, timeZone);
  if (day !== date) return day < date ? 0 : DAY;
  const [hours, minutes] = words.clockIn(instant, timeZone).split(":").map(Number);
  return hours * 60 + minutes;
}

const clock = (minutes) => [Math.floor((((minutes % DAY) + DAY) % DAY) / 60), ((minutes % 60) + 60) % 60].map((part) => String(part).padStart(2, "0")).join(":");

const instantAt = (date, minutes, hall) => words.instantOf(words.daysOn(date, Math.floor(minutes / DAY)), clock(minutes), hall.timezone);

function clockAt(event) {
  const top = event.clientY - event.currentTarget.getBoundingClientRect().top;
  return clock(Math.floor(((top / HOUR) * 60) / 30) * 30);
}

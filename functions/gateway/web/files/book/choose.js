// Choosing a hall, a length, a day and a time; every time has its price.

import { useAnswer } from "../base/asking.js";
import { html } from "../base/preact.js";
import { call } from "../base/api.js";
import * as words from "../base/words.js";
import { text } from "./texts.js";

const LENGTHS = 12;

export function Choose({ halls, wish, onWish, onTime, compact }) {
  const { hall, people, minutes, date } = wish;
  const fits = halls.filter((each) => each.capacity >= people);
  return html`<div class="columns">
    <div class="stack">
      ${!compact && html`<${Halls} halls=${halls} people=${people} chosen=${hall} onChoose=${(id) => onWish({ hall: id })} />`}
      ${!compact && html`<div class="wishes">
        <${Lengths} halls=${hall ? halls.filter(({ id }) => id === hall) : halls} minutes=${minutes} onWish=${onWish} />
        <${People} halls=${halls} hall=${hall} people=${people} onWish=${onWish} />
      </div>`}
      <${Month} wish=${wish} fits=${fits} onWish=${onWish} />
    </div>
    <section class="stack stays" aria-live="polite">
      ${date ? html`<${Times} wish=${wish} halls=${fits} onTime=${onTime} />` : html`<p class="panel dim">${text("pickDay")}</p>`}
    </section>
  </div>`;
}

function Halls({ halls, people, chosen, onChoose }) {
  const every = { id: "", name: text("anyHall"), more: text("anyHallMore") };
  return html`<fieldset class="halls">
    <legend>${text("hall")}</legend>
    ${[every, ...halls].map(
      (hall) => html`<label class="hall" key=${hall.id}>
        <input type="radio" name="hall" checked=${chosen === hall.id} onChange=${() => onChoose(hall.id)}
          disabled=${hall.capacity < people} />
        ${hall.photo ? html`<img src=${hall.photo.src} srcset=${hall.photo.srcset} sizes="15rem" alt=${hall.photo.alt} loading="lazy" />` : html`<span></span>`}
        <span class="text">
          <b>${hall.name}</b>
          ${hall.more && html`<span class="small dim">${hall.more}</span>`}
          ${hall.id && html`<span class="small dim">${[
            hall.area_m2 && text("area", { area: hall.area_m2 }),
            text("upTo", { count: hall.capacity }),
          ].filter(Boolean).join(" · ")}</span>`}
        </span>
      </label>`,
    )}
  </fieldset>`;
}

function Lengths({ halls, minutes, onWish }) {
  const least = Math.min(...halls.map((hall) => hall.min_minutes));
  const most = Math.max(...halls.map((hall) => hall.max_minutes));
  const step = 30;
  const offered = [...Array(LENGTHS * 2)].map((_, index) => least + index * step).filter((each) => each <= most);
  if (!offered.includes(minutes)) offered.push(minutes);
  return html`<label class="field">
    <span>${text("length")}</span>
    <select value=${minutes} onChange=${(event) => onWish({ minutes: Number(event.target.value) })}>
      ${offered.sort((a, b) => a - b).map((each) => html`<option key=${each} value=${each}>${words.minutesLong(each)}</option>`)}
    </select>
  </label>`;
}

function People({ halls, hall, people, onWish }) {
  const most = Math.max(...halls.filter(({ id }) => !hall || id === hall).map(({ capacity }) => capacity));
  const offered = [...Array(Math.min(most, 40)).keys()].map((index) => index + 1);
  return html`<label class="field">
    <span>${text("people")}</span>
    <select value=${people} onChange=${(event) => onWish({ people: Number(event.target.value) })}>
      ${offered.map((each) => html`<option key=${each} value=${each}>${each}</option>`)}
    </select>
  </label>`;
}

export const Failed = ({ problem, again }) => html`<div class="panel stack" role="alert">
  <p class="bad">${text("failed", { reason: problem.code === "no_connection" ? text("no_connection") : problem.message })}</p>
  ${again && html`<div><button type="button" onClick=${again}>${text("again")}</button></div>`}
</div>`;

function Month({ wish, fits, onWish }) {
  const { month, hall, minutes, people, date } = wish;
  const [{ answer, problem, loading }, again] = useAnswer(
    () => call("GET", "v1/calendar", { query: { month, duration: minutes, people } }),
    [month, minutes, people],
  );
  if (problem) return html`<${Failed} problem=${problem} again=${again} />`;
  const shown = answer ? answer.halls.filter(({ hall_id }) => (hall ? hall_id === hall : fits.some(({ id }) => id === hall_id))) : [];
  const cheapest = lowest(shown);
  const first = (words.ofDate(`${month}-01`).getUTCDay() + 6) % 7;
  return html`<section class="panel stack" aria-busy=${Boolean(loading)}>
    <div class="row apart">
      <button type="button" aria-label=${text("before")} disabled=${month <= wish.today.slice(0, 7)}
        onClick=${() => onWish({ month: monthsOn(month, -1) })}>←</button>
      <h2 class=${loading ? "waits" : ""} aria-live="polite">${words.monthName(month)}</h2>
      <button type="button" aria-label=${text("after")} onClick=${() => onWish({ month: monthsOn(month, 1) })}>→</button>
    </div>
    <div class="month" role="group" aria-label=${text("day")}>
      ${words.weekdays().map((name) => html`<span class="name" key=${name} aria-hidden="true">${name}</span>`)}
      ${[...Array(first)].map((_, index) => html`<span key=${`gap${index}`}></span>`)}
      ${daysOf(month).map((each) => {
        const price = cheapest.get(each);
        const label = price ? text("dayFree", { day: words.dayOfDate(each), price: words.money(price) }) : text("dayTaken", { day: words.dayOfDate(each) });
        return html`<button type="button" key=${each} aria-label=${label} aria-pressed=${String(each === date)} disabled=${!price}
          onClick=${() => onWish({ date: each })}>
          <span>${Number(each.slice(8))}</span>
          <span class="price" aria-hidden="true">${price ? words.shortMoney(price) : " "}</span>
        </button>`;
      })}
    </div>
  </section>`;
}

function lowest(halls) {
  const found = new Map();
  for (const { days } of halls) {
    for (const { date, free, from_price: price } of days) {
      if (free && price && !(found.get(date)?.amount <= price.amount)) found.set(date, price);
    }
  }
  return found;
}

function daysOf(month) {
  const [year, number] = month.split("-").map(Number);
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return [...Array(count).keys()].map((index) => `${month}-${String(index + 1).padStart(2, "0")}`);
}

export function monthsOn(month, count) {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7);
}

const nextDay = (date) => new Date(words.ofDate(date).getTime() + 86_400_000).toISOString().slice(0, 10);

function Times({ wish, halls, onTime }) {
  const { date, hall, minutes, people } = wish;
  const query = { from: date, to: nextDay(date), duration: minutes, people, prices: true };
  const [{ answer, problem, loading }, again] = useAnswer(
    () => (hall ? call("GET", `v1/halls/${hall}/availability`, { query }) : everyHall(query)),
    [date, hall, minutes, people],
  );
  if (problem) return html`<${Failed} problem=${problem} again=${again} />`;
  const found = (answer ? [answer].flat() : []).map((each) => ({ ...each, named: halls.find(({ id }) => id === each.hall_id) }));
  const open = found.filter((each) => each.named && each.days[0]?.prices?.length);
  return html`<div class="panel stack" aria-busy=${Boolean(loading)}>
    <h2 class=${loading ? "waits" : ""}>${words.dayOfDate(date)}</h2>
    ${answer && !open.length && html`<p>${text("noTimes")}</p>`}
    ${open.map((each) => html`<div class="tight" key=${each.hall_id}>
      <h3>${each.named.name}</h3>
      <div class="times">
        ${each.days[0].prices.map(({ start, total }) => html`<button type="button" key=${start}
          aria-label=${`${each.named.name}, ${text("timeAt", { time: words.time(start, each.timezone), price: words.money(total) })}`}
          onClick=${() => onTime({ hall: each.hall_id, start, timezone: each.timezone, total })}>
          <b class="number">${words.time(start, each.timezone)}</b>
          <span class="price number">${words.money(total)}</span>
        </button>`)}
      </div>
    </div>`)}
    ${open.length > 0 && html`<p class="small dim">${text("oneHour")}</p>`}
  </div>`;
}

async function everyHall(query) {
  const found = [];
  for (let cursor; ; ) {
    const page = await call("GET", "v1/availability", { query: cursor ? { ...query, cursor } : query });
    found.push(...page.data);
    cursor = page.next_cursor;
    if (!cursor) return found;
  }
}

// Choosing a hall, a length, a day and a time; every time has its price.

import { useAnswer } from "../base/asking.js";
import { html, useEffect, useRef } from "../base/preact.js";
import { call } from "../base/api.js";
import * as words from "../base/words.js";
import { Halls, Wishes, roomOf } from "./halls.js";
import { text } from "./texts.js";

// `start` is the one that is chosen already, where choosing does not lead on by itself.
export function Choose({ halls, wish, start, onWish, onTime, compact }) {
  const { hall, people, purpose, date } = wish;
  const fits = halls.filter((each) => roomOf(each, purpose) >= people);
  const times = useRef(null);
  const picked = (day) => {
    onWish({ date: day });
    if (below(times.current)) times.current.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
  };
  return html`<div class="columns">
    <div class="stack">
      ${!compact && html`<${Halls} halls=${halls} people=${people} purpose=${purpose} chosen=${hall} onChoose=${(id) => onWish({ hall: id })} />
        <${Wishes} halls=${halls} wish=${wish} onWish=${onWish} />`}
      <${Month} wish=${wish} fits=${fits} onWish=${onWish} onDay=${picked} />
    </div>
    <section class="stack stays times-of-day" ref=${times}>
      ${date ? html`<${Times} wish=${wish} start=${start} halls=${fits} onTime=${onTime} />` : html`<p class="panel dim">${text("pickDay")}</p>`}
    </section>
  </div>`;
}

const still = matchMedia("(prefers-reduced-motion: reduce)");
// On a phone the times stand under the days: who picked a day wants to see them.
const below = (element) => element && element.getBoundingClientRect().top > innerHeight * 0.75;

// What the API refuses it says in a sentence; what broke is told as such.
export const reasonOf = ({ status, code, message, errors }) => {
  if (code === "no_connection") return text("failed", { reason: text("no_connection") });
  return status >= 500 || !message ? text("failed", { reason: message }) : errors?.[0]?.message || message;
};

export const Failed = ({ problem, again }) => html`<div class="panel stack" role="alert">
  <p class="bad">${reasonOf(problem)}</p>
  ${again && html`<div><button type="button" onClick=${again}>${text("again")}</button></div>`}
</div>`;

function Month({ wish, fits, onWish, onDay }) {
  const { month, hall, minutes, people, purpose, date } = wish;
  const [{ answer, problem, loading }, again] = useAnswer(
    () => call("GET", "v1/calendar", { query: { month, duration: minutes, people, purpose } }),
    [month, minutes, people, purpose],
  );
  const shown = answer ? answer.halls.filter(({ hall_id }) => (hall ? hall_id === hall : fits.some(({ id }) => id === hall_id))) : [];
  const cheapest = lowest(shown);
  // Whoever has named no day yet sees the times of the first that is free.
  useEffect(() => {
    const soonest = !date && [...cheapest.keys()].sort()[0];
    if (soonest) onWish({ date: soonest });
  }, [answer]);
  if (problem) return html`<${Failed} problem=${problem} again=${again} />`;
  // Weeks that are over are not shown.
  const days = daysOf(month).filter((each) => each >= words.daysOn(wish.today, -weekday(wish.today)));
  return html`<section class="panel stack" aria-busy=${Boolean(loading)}>
    <div class="row apart">
      <button type="button" aria-label=${text("before")} disabled=${month <= wish.today.slice(0, 7)}
        onClick=${() => onWish({ month: monthsOn(month, -1) })}>←</button>
      <h2 class=${loading ? "waits" : ""} aria-live="polite">${words.monthName(month)}</h2>
      <button type="button" aria-label=${text("after")} onClick=${() => onWish({ month: monthsOn(month, 1) })}>→</button>
    </div>
    <div class="month" role="group" aria-label=${text("day")}>
      ${words.weekdays().map((name) => html`<span class="name" key=${name} aria-hidden="true">${name}</span>`)}
      ${[...Array(weekday(days[0] || `${month}-01`))].map((_, index) => html`<span key=${`gap${index}`}></span>`)}
      ${days.map((each) => {
        const price = cheapest.get(each);
        const label = price ? text("dayFree", { day: words.dayOfDate(each), price: words.money(price) }) : text("dayTaken", { day: words.dayOfDate(each) });
        return html`<button type="button" key=${each} aria-label=${label} aria-pressed=${String(each === date)} disabled=${!price}
          onClick=${() => onDay(each)}>
          <span>${Number(each.slice(8))}</span>
          <span class="price" aria-hidden="true">${price ? words.shortMoney(price) : " "}</span>
        </button>`;
      })}
    </div>
    ${answer && !cheapest.size && html`<p class="dim">${text("noDays")}</p>`}
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

// 0 on Mondays.
const weekday = (date) => (words.ofDate(date).getUTCDay() + 6) % 7;

function daysOf(month) {
  const [year, number] = month.split("-").map(Number);
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return [...Array(count).keys()].map((index) => `${month}-${String(index + 1).padStart(2, "0")}`);
}

export function monthsOn(month, count) {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7);
}

function Times({ wish, start: chosen, halls, onTime }) {
  const { date, hall, minutes, people, purpose } = wish;
  const query = { from: date, to: words.daysOn(date, 1), duration: minutes, people, purpose, prices: true };
  const [{ answer, problem, loading }, again] = useAnswer(
    () => (hall ? call("GET", `v1/halls/${hall}/availability`, { query }) : everyHall(query)),
    [date, hall, minutes, people, purpose],
  );
  if (problem) return html`<${Failed} problem=${problem} again=${again} />`;
  const found = (answer ? [answer].flat() : []).map((each) => ({ ...each, named: halls.find(({ id }) => id === each.hall_id) }));
  const open = found.filter((each) => each.named && each.days[0]?.prices?.length);
  return html`<div class="panel stack" aria-busy=${Boolean(loading)}>
    <h2 class=${loading ? "waits" : ""}>${words.dayOfDate(date)}</h2>
    <p class="visually-hidden" role="status">${answer && !loading ? text("freeStarts", { day: words.dayOfDate(date), count: countOf(open) }) : ""}</p>
    ${answer && !open.length && html`<p>${text("noTimes")}</p>`}
    ${open.map((each) => html`<div class="tight" key=${each.hall_id}>
      <h3>${each.named.name}</h3>
      <div class="times">
        ${each.days[0].prices.map(({ start, total }) => html`<button type="button" key=${start} aria-pressed=${chosen === undefined ? null : String(chosen === start)}
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

const countOf = (open) => open.reduce((sum, { days }) => sum + days[0].prices.length, 0);

async function everyHall(query) {
  const found = [];
  for (let cursor; ; ) {
    const page = await call("GET", "v1/availability", { query: cursor ? { ...query, cursor } : query });
    found.push(...page.data);
    cursor = page.next_cursor;
    if (!cursor) return found;
  }
}

// The price line by line, extras, who comes, consents; then the hall is held.

import { html, useEffect, useRef, useState } from "../base/preact.js";
import { call, newKey } from "../base/api.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { text } from "./texts.js";
import { Failed, reasonOf } from "./choose.js";
import { sending } from "./sending.js";
import { You, isAsked, isShown, missing } from "./you.js";

const UNITS = { hour: "perHour", booking: "perBooking", unit: "perUnit", person: "perPerson" };
// The studio has changed what is agreed to since this page was loaded.
const OUTDATED = new Set(["rules_not_accepted", "consent_outdated"]);
const isOfPromo = ({ code, errors }) => code.startsWith("promo") || errors.some(({ field }) => field === "promo_code");

export function Details({ chosen, wish, hall, halls, addOns, names, documents, form, onForm, onBooked, onBack, onTime, onOutdated }) {
  const [refusal, setRefusal] = useState(null);
  const [waits, setWaits] = useState(false);
  const busy = useRef(false);
  const heading = useRef(null);
  const whole = useRef(null);
  const order = orderOf(chosen, wish, form);
  const [quote, again] = useAnswer(() => call("POST", "v1/quotes", { body: order, key: newKey() }), [JSON.stringify(order)]);
  const [promo, setPromo] = usePromo(quote.problem, form, onForm);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => void resume(), []);
  useEffect(() => {
    if (refusal) whole.current?.querySelector("[aria-invalid], [data-refusal]")?.focus();
  }, [refusal]);

  // This page was left before it knew whether the booking had got through: the same request gets the same answer.
  async function resume() {
    const left = sending.of(order);
    if (left) await send(left);
  }

  async function book(event) {
    event.preventDefault();
    if (busy.current) return;
    const wrong = missing(form, documents);
    setRefusal(wrong);
    if (!wrong) await send(sending.start({ ...order, ...requestOf(form, documents, quote.answer) }, form));
  }

  async function send({ body, key }) {
    busy.current = true;
    setWaits(true);
    try {
      const booked = await call("POST", "v1/bookings", { body, key });
      sending.end();
      onBooked(booked);
    } catch (problem) {
      // A service that was too busy to answer may have booked all the same.
      if (problem.status < 500) sending.end();
      if (OUTDATED.has(problem.code)) await onOutdated();
      setRefusal(problem);
      setWaits(false);
      busy.current = false;
    }
  }

  return html`<form class="columns wide-left" onSubmit=${book} noValidate ref=${whole}>
    <div class="stack">
      <div><button type="button" class="plain" onClick=${onBack}>← ${text("back")}</button></div>
      <h2 tabindex="-1" ref=${heading}>${text("details")}</h2>
      <div class="panel tight">
        <b>${hall.name}</b>
        <span>${words.day(chosen.start, chosen.timezone)}, ${words.span(chosen.start, chosen.end, chosen.timezone)}</span>
        <span class="dim">${text("count", { count: wish.people })}</span>
      </div>
      <${AddOns} addOns=${addOns.filter((each) => each.active && (!each.hall_ids || each.hall_ids.includes(hall.id)))} form=${form} onForm=${onForm} />
      <${You} form=${form} documents=${documents} refusal=${refusal} onForm=${onForm} />
    </div>
    <div class="stack stays">
      <section class="panel stack" aria-busy=${Boolean(quote.loading)}>
        ${quote.answer && html`<${Price} price=${quote.answer} zone=${chosen.timezone} names=${names} prepayment=${quote.answer.prepayment} faded=${quote.loading} />`}
        <p class="visually-hidden" role="status">${quote.answer && !quote.loading ? `${text("total")}: ${words.money(quote.answer.total)}` : ""}</p>
        ${quote.answer && quote.answer.usable_until !== quote.answer.end &&
          html`<p class="small dim">${text("usable", { time: words.time(quote.answer.usable_until, chosen.timezone) })}</p>`}
        ${!quote.answer && quote.loading && html`<p class="dim waits">${text("counting")}</p>`}
        ${quote.problem && !isOfPromo(quote.problem) && html`<${Refused} halls=${halls} refusal=${quote.problem} zone=${chosen.timezone} again=${again} onTime=${onTime} />`}
        <${Promo} ...${promo} form=${form} onTyped=${setPromo} onForm=${onForm} />
        ${waits && sending.isOld && html`<p role="status">${text("resumed")}</p>`}
        ${refusal && html`<div tabindex="-1" data-refusal>${refusal.fields || isShown(refusal, documents) ? html`<p class="bad" role="alert">${text("marked")}</p>` : html`<${Refused} halls=${halls} refusal=${refusal} zone=${chosen.timezone} onTime=${onTime} />`}</div>`}
        <button class="main" disabled=${waits || !quote.answer}>${waits ? text("booking") : text("book")}</button>
      </section>
    </div>
  </form>`;
}

// A code that is refused is said beside its field, and the price is counted without it.
function usePromo(problem, form, onForm) {
  const [promo, setPromo] = useState({ typed: form.promo, wrong: null });
  useEffect(() => {
    if (!problem || !form.promo || !isOfPromo(problem)) return;
    setPromo({ typed: form.promo, wrong: reasonOf(problem) });
    onForm({ promo: "" });
  }, [problem]);
  return [promo, (typed) => setPromo({ typed, wrong: null })];
}

function Promo({ typed, wrong, form, onTyped, onForm }) {
  const apply = () => onForm({ promo: typed.trim() });
  const enter = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // It would book.
    apply();
  };
  return html`<div class="field">
    <label for="promo">${text("promo")}</label>
    <div class="row"><input id="promo" value=${typed} maxlength="40" autocomplete="off" aria-invalid=${wrong ? "true" : null} aria-describedby=${wrong ? "promo-error" : null}
        onInput=${(event) => onTyped(event.target.value)} onKeyDown=${enter} />
      <button type="button" disabled=${typed.trim() === form.promo} onClick=${apply}>${text("apply")}</button></div>
    ${wrong && html`<span class="error" id="promo-error" role="alert">${wrong}. ${text("promoUnknown")}</span>`}
  </div>`;
}

function orderOf(chosen, wish, form) {
  const addOns = Object.entries(form.addOns).filter(([, quantity]) => quantity).map(([id, quantity]) => ({ id, quantity }));
  const { hall: hall_id, start, end } = chosen;
  return { hall_id, start, end, people: wish.people, purpose: wish.purpose, add_ons: addOns, promo_code: form.promo || null };
}

function requestOf(form, documents, quote) {
  const guest = { full_name: form.name.trim(), phone: form.phone.trim(), email: form.email.trim() || null };
  guest.consents = documents.consents.filter((each) => form.agreed[each.kind] || !isAsked(each)).map(({ kind, version }) => ({ document: kind, version }));
  return { quote_id: quote?.id, comment: form.comment.trim() || null, rules_version: documents.rules?.version || null, guest };
}

// Why not, and what may be had instead where the API names it.
export function Refused({ refusal, halls, zone, again, onTime }) {
  const others = refusal.body?.alternatives;
  const taken = refusal.status === 409;
  if (!others?.length) return html`<${Failed} problem=${refusal} again=${again} />${taken && others && html`<p>${text("none")}</p>`}`;
  return html`<div class="tight" role="alert">
    <p class="bad">${reasonOf(refusal)}</p>
    <p>${text("others")}</p>
    ${others.slice(0, 4).map((other) => html`<button type="button" key=${other.hall_id + other.start}
      onClick=${() => onTime({ hall: other.hall_id, start: other.start, total: other.total })}>
      ${halls.find(({ id }) => id === other.hall_id)?.name || other.hall_name}, ${words.day(other.start, other.timezone || zone)}, ${words.time(other.start, other.timezone || zone)} · ${words.money(other.total)}
    </button>`)}
  </div>`;
}

// A price is kept in the words that it was sold in; here it is told in the visitor's, as far as they are known by now.
export function Price({ price, zone, names, prepayment, faded }) {
  const own = (id, name) => names.get(id) || name;
  return html`<dl class="lines ${faded ? "waits" : ""}">
    ${price.lines.map((line) => html`<div key=${line.start + line.hall_id}>
      <dt>${own(line.tariff_id, line.tariff_name)} <span class="small dim number">${words.span(line.start, line.end, zone)}</span></dt>
      <dd class="number">${words.money(line.amount)}</dd>
    </div>`)}
    ${price.adjustments.map((each, index) => html`<div key=${index}><dt>${own(each.add_on_id, each.name)}</dt><dd class="number">${words.money(each.amount)}</dd></div>`)}
    <div class="sum"><dt>${text("total")}</dt><dd class="number">${words.money(price.total)}</dd></div>
    ${prepayment && html`<div class="dim"><dt>${text("now")}</dt><dd class="number">${words.money(prepayment)}</dd></div>`}
  </dl>`;
}

function AddOns({ addOns, form, onForm }) {
  if (!addOns.length) return null;
  const set = (id, quantity) => onForm({ addOns: { ...form.addOns, [id]: quantity } });
  return html`<section class="panel stack"><h3>${text("extras")}</h3>
    ${addOns.map(({ id, name, description, unit, price, max_quantity: most, stock }) => {
      const quantity = form.addOns[id] || 0;
      const limit = unit === "booking" ? 1 : Math.min(most, stock ?? most);
      return html`<div class="extra" key=${id}>
        <div><div>${name}</div><div class="small dim">${text(UNITS[unit], { price: words.money(price) })}${description && ` · ${description}`}</div></div>
        <div class="stepper">
          <button type="button" aria-label=${text("less", { name })} disabled=${!quantity} onClick=${() => set(id, quantity - 1)}>−</button>
          <output aria-live="polite" aria-label=${name}>${quantity}</output>
          <button type="button" aria-label=${text("more", { name })} disabled=${quantity >= limit} onClick=${() => set(id, quantity + 1)}>+</button>
        </div>
      </div>`;
    })}
  </section>`;
}

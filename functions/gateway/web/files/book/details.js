// The price line by line, extras, who comes, consents; then the hall is held.

import { html, useEffect, useRef, useState } from "../base/preact.js";
import { call, newKey } from "../base/api.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { text } from "./texts.js";
import { Failed } from "./choose.js";

const UNITS = { hour: "perHour", booking: "perBooking", unit: "perUnit", person: "perPerson" };

export function Details({ chosen, wish, hall, addOns, names, documents, form, onForm, onBooked, onBack, onTime }) {
  const [promo, setPromo] = useState(form.promo);
  const [refusal, setRefusal] = useState(null);
  const [busy, setBusy] = useState(false);
  // The same key for the same request, however often it is sent; another one once something in it has changed.
  const attempt = useRef({ body: "", key: "" });
  const heading = useRef(null);
  useEffect(() => heading.current?.focus(), []);

  const order = orderOf(chosen, wish, form);
  const [quote, again] = useAnswer(() => call("POST", "v1/quotes", { body: order, key: newKey() }), [JSON.stringify(order)]);

  async function book(event) {
    event.preventDefault();
    const wrong = missing(form, documents);
    setRefusal(wrong);
    if (wrong || busy) return;
    const body = { ...order, ...requestOf(form, documents, quote.answer) };
    const sent = JSON.stringify({ ...body, quote_id: undefined });
    if (attempt.current.body !== sent) attempt.current = { body: sent, key: newKey(), whole: body };
    setBusy(true);
    try {
      onBooked(await call("POST", "v1/bookings", { body: attempt.current.whole, key: attempt.current.key }));
    } catch (problem) {
      attempt.current = { body: "", key: "" };
      setRefusal(problem);
    } finally {
      setBusy(false);
    }
  }

  return html`<form class="columns wide-left" onSubmit=${book} noValidate>
    <div class="stack">
      <div><button type="button" class="plain" onClick=${onBack}>← ${text("back")}</button></div>
      <h2 tabindex="-1" ref=${heading}>${text("details")}</h2>
      <div class="panel tight">
        <b>${hall.name}</b>
        <span>${words.day(chosen.start, chosen.timezone)}, ${words.span(chosen.start, chosen.end, chosen.timezone)}</span>
        <span class="dim">${text("upTo", { count: hall.capacity })}</span>
      </div>
      <${AddOns} addOns=${addOns.filter((each) => each.active && (!each.hall_ids || each.hall_ids.includes(hall.id)))} form=${form} onForm=${onForm} />
      <${You} form=${form} documents=${documents} refusal=${refusal} onForm=${onForm} />
    </div>
    <div class="stack stays">
      <section class="panel stack" aria-live="polite" aria-busy=${Boolean(quote.loading)}>
        ${quote.answer && html`<${Price} price=${quote.answer} zone=${chosen.timezone} names=${names} prepayment=${quote.answer.prepayment} faded=${quote.loading} />`}
        ${quote.answer && quote.answer.usable_until !== quote.answer.end &&
          html`<p class="small dim">${text("usable", { time: words.time(quote.answer.usable_until, chosen.timezone) })}</p>`}
        ${!quote.answer && quote.loading && html`<p class="dim waits">${text("counting")}</p>`}
        ${quote.problem && html`<${Refused} refusal=${quote.problem} again=${again} onTime=${onTime} />`}
        <div class="field">
          <label for="promo">${text("promo")}</label>
          <div class="row"><input id="promo" value=${promo} maxlength="40" autocomplete="off" onInput=${(event) => setPromo(event.target.value)} />
            <button type="button" disabled=${promo.trim() === form.promo} onClick=${() => onForm({ promo: promo.trim() })}>${text("apply")}</button></div>
        </div>
        ${refusal?.code && html`<${Refused} refusal=${refusal} onTime=${onTime} />`}
        <button class="main" disabled=${busy || !quote.answer}>${busy ? text("booking") : text("book")}</button>
      </section>
    </div>
  </form>`;
}

function orderOf(chosen, wish, form) {
  const addOns = Object.entries(form.addOns).filter(([, quantity]) => quantity).map(([id, quantity]) => ({ id, quantity }));
  const { hall: hall_id, start, end } = chosen;
  return { hall_id, start, end, people: wish.people, add_ons: addOns, promo_code: form.promo || null };
}

function requestOf(form, documents, quote) {
  const guest = { full_name: form.name.trim(), phone: form.phone.trim(), email: form.email.trim() || null };
  guest.consents = documents.consents.filter(({ kind }) => form.agreed[kind]).map(({ kind, version }) => ({ document: kind, version }));
  return { quote_id: quote?.id, comment: form.comment.trim() || null, rules_version: documents.rules?.version || null, guest };
}

// What was left empty, by field; null if nothing was.
function missing(form, documents) {
  const fields = {};
  if (!form.name.trim()) fields.full_name = text("fill");
  if (!form.phone.trim()) fields.phone = text("fill");
  for (const { kind } of documents.consents.filter(({ required }) => required)) if (!form.agreed[kind]) fields[kind] = text("needed");
  if (documents.rules && !form.agreed.rules) fields.rules = text("needed");
  return Object.keys(fields).length ? { fields } : null;
}

export function Refused({ refusal, again, onTime }) {
  const others = refusal.body?.alternatives;
  if (!others) return html`<${Failed} problem=${{ message: refusal.errors?.[0]?.message || refusal.message, code: refusal.code }} again=${again} />`;
  return html`<div class="tight" role="alert">
    <p class="bad">${others.length ? text("taken") : text("none")}</p>
    ${others.slice(0, 4).map((other) => html`<button type="button" key=${other.hall_id + other.start}
      onClick=${() => onTime({ hall: other.hall_id, start: other.start, total: other.total })}>
      ${other.hall_name}, ${words.day(other.start, other.timezone)}, ${words.time(other.start, other.timezone)} · ${words.money(other.total)}
    </button>`)}
  </div>`;
}

// A price is kept in the words that it was sold in; here it is told in the visitor's, as far as they are known by now.
export function Price({ price, zone, names, prepayment, faded }) {
  const own = (id, name) => names.get(id) || name;
  return html`<dl class="lines ${faded ? "waits" : ""}">
    ${price.lines.map((line) => html`<div key=${line.start + line.hall_id}>
      <dt>${own(line.tariff_id, line.tariff_name)} <span class="small dim">${words.span(line.start, line.end, zone)}</span></dt>
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

function You({ form, documents, refusal, onForm }) {
  const told = refusal?.fields || Object.fromEntries((refusal?.errors || []).map(({ field, message }) => [field.split(".").pop(), message]));
  const field = (name, label, attributes) => html`<div class="field">
    <label for=${name}>${label}</label>
    <input id=${name} name=${name} value=${form[name]} ...${attributes} onInput=${(event) => onForm({ [name]: event.target.value })}
      aria-invalid=${told[attributes.field] ? "true" : null} aria-describedby=${told[attributes.field] ? `${name}-error` : null} />
    ${told[attributes.field] && html`<span class="error" id=${`${name}-error`}>${told[attributes.field]}</span>`}
  </div>`;
  return html`<section class="panel stack"><h3>${text("you")}</h3>
    ${field("name", text("name"), { field: "full_name", autocomplete: "name", maxlength: 200, required: true })}
    ${field("phone", text("phone"), { field: "phone", type: "tel", autocomplete: "tel", required: true })}
    ${field("email", text("email"), { field: "email", type: "email", autocomplete: "email", maxlength: 254 })}
    <div class="field"><label for="comment">${text("comment")}</label>
      <textarea id="comment" rows="2" maxlength="1000" value=${form.comment} onInput=${(event) => onForm({ comment: event.target.value })}></textarea></div>
    ${documents.rules && html`<${Agreed} kind="rules" label=${text("agreeRules")} url=${documents.rules.url} form=${form} told=${told} onForm=${onForm} />`}
    ${documents.consents.map((each) => html`<${Agreed} key=${each.kind} kind=${each.kind} label=${each.required ? each.title : text("optional", { title: each.title })} url=${each.url} whole=${each.text} form=${form} told=${told} onForm=${onForm} />`)}
  </section>`;
}

function Agreed({ kind, label, url, whole, form, told, onForm }) {
  const id = `agree-${kind}`;
  return html`<div class="tight">
    <div class="check">
      <input type="checkbox" id=${id} checked=${Boolean(form.agreed[kind])} aria-invalid=${told[kind] ? "true" : null}
        onChange=${(event) => onForm({ agreed: { ...form.agreed, [kind]: event.target.checked } })} />
      <span><label for=${id}>${label}</label>${url && !whole && html` <a href=${url} target="_blank" rel="noopener">${text("read")}</a>`}</span>
    </div>
    ${whole && html`<details class="small"><summary>${text("read")}</summary><p class="wording">${whole}</p></details>`}
    ${told[kind] && html`<span class="small bad">${told[kind]}</span>`}
  </div>`;
}

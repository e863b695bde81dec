// A small form that does one thing: what it asks for, what is missing, why it was refused.

import { html, useState } from "../base/preact.js";
import { useChange } from "../base/asking.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

let made = 0;

const kopecks = (rubles) => Math.round(Number(rubles.replace(/[\s\u00a0₽]/g, "").replace(",", ".").replace("−", "-")) * 100);
export const money = (rubles) => ({ amount: kopecks(rubles), currency: "RUB" });

// Of each field what the API takes, or `undefined` where nothing was said.
const READ = {
  money: (said) => (said.trim() ? money(said) : undefined),
  number: (said) => (String(said).trim() ? Number(said) : undefined),
  checkbox: (said) => said,
};
const read = ({ type }, said) => (READ[type] ? READ[type](said) : said.trim() || undefined);

function wrong(field, said) {
  if (field.type === "money" && said.trim() && !Number.isFinite(kopecks(said))) return text("notMoney");
  if (field.required && !String(said).trim()) return field.missing || text("needed");
  return null;
}

// `fields`: {name, label, type?, value?, required?, options?, …}. `body` makes the request's of what was said.
export function Deed({ session, method = "POST", path, fields = [], body = (said) => said, label, onDone, plain = false, children }) {
  const [changed, setSaid] = useState({});
  // A field may join later: the booking heard of its payment meanwhile.
  const said = { ...Object.fromEntries(fields.map(({ name, value = "" }) => [name, value])), ...changed };
  const [errors, setErrors] = useState({});
  const [{ busy, problem }, send] = useChange(onDone);
  const set = (name) => (value) => setSaid((last) => ({ ...last, [name]: value }));
  // What the API says of a field of this form stands beside it, as what is missing does.
  const [theirs, rest] = toldOf(problem, fields);
  const submit = (event) => {
    event.preventDefault();
    const found = Object.fromEntries(fields.map((field) => [field.name, wrong(field, said[field.name])]).filter(([, error]) => error));
    setErrors(found);
    if (Object.keys(found).length) return;
    const asked = body(Object.fromEntries(fields.map((field) => [field.name, read(field, said[field.name])])));
    send((key) => session.call(method, path, { key, body: asked }), [path, asked]);
  };
  return html`<form class=${plain ? "stack" : "panel stack"} novalidate onSubmit=${submit}>
    ${fields.length > 0 && html`<div class="two">${fields.map((field) => html`<${Field} key=${field.name} ...${field} value=${said[field.name]}
      error=${errors[field.name] || theirs[field.name]} onSaid=${set(field.name)} />`)}</div>`}
    ${children}
    ${rest && html`<${Failed} problem=${rest} />`}
    <div><button class="main" disabled=${busy}>${label}</button></div>
  </form>`;
}

// Of a refusal what belongs to which field, and the refusal with what is left of it, if anything is.
export function toldOf(problem, fields) {
  const names = new Set(fields.map(({ name }) => name));
  const nameOf = ({ field }) => field.split(".").findLast((part) => names.has(part));
  const told = (problem?.errors || []).filter(nameOf);
  const left = (problem?.errors || []).filter((each) => !nameOf(each));
  const theirs = Object.fromEntries(told.map((each) => [nameOf(each), each.message]));
  return [theirs, problem && (left.length || !told.length) ? Object.assign(Object.create(problem), { errors: left }) : null];
}

export function Field({ name, label, type = "text", value, error, options, onSaid, required, missing, ...rest }) {
  const [id] = useState(() => `field${++made}`);
  const told = { id, name, "aria-invalid": error ? "true" : null, "aria-describedby": error ? `${id}e` : null, "aria-required": required ? "true" : null };
  const take = (event) => onSaid(type === "checkbox" ? event.target.checked : event.target.value);
  if (type === "checkbox") return html`<label class="check"><input ...${told} type="checkbox" checked=${value} onChange=${take} /><span>${label}</span></label>`;
  const input = options
    ? html`<select ...${told} value=${value} onChange=${take}>${options.map(([key, said]) => html`<option key=${key} value=${key}>${said}</option>`)}</select>`
    : html`<input ...${told} ...${rest} ...${type === "money" ? { inputmode: "decimal" } : { type }} autocomplete="off" value=${value} onInput=${take} />`;
  return html`<div class="field"><label for=${id}>${label}</label>${input}
    ${error && html`<span class="error" id="${id}e" role="alert">${error}</span>`}</div>`;
}

// One at a time of several: buttons that open what each needs.
export function Choices({ choices, busy = false, children }) {
  return html`<div class="actions">${choices.map(({ name, label, main, act, open }) => html`<button type="button" key=${name} data-does=${name} disabled=${busy}
    aria-expanded=${open === undefined ? null : String(open)} class=${main ? "main" : ""} onClick=${act}>${label}</button>`)}${children}</div>`;
}

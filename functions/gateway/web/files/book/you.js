// Who comes, and what they agree to.

import { html } from "../base/preact.js";
import { text } from "./texts.js";

const FIELDS = [
  ["name", "full_name", { autocomplete: "name", autocapitalize: "words", enterkeyhint: "next", maxlength: 200, required: true }],
  ["phone", "phone", { type: "tel", autocomplete: "tel", enterkeyhint: "next", maxlength: 40, required: true }],
  ["email", "email", { type: "email", autocomplete: "email", maxlength: 254 }],
  ["comment", "comment", { rows: 2, maxlength: 1000 }],
];

// What stands beside each field: what was left empty here, or what the API says of it.
export function toldOf(refusal) {
  if (refusal?.fields) return refusal.fields;
  if (refusal?.code === "rules_not_accepted") return { rules: refusal.message };
  return Object.fromEntries((refusal?.errors || []).map(({ field, message }) => [nameOf(field), message]));
}

// "guest.full_name" is known by its end, and what is agreed to by its kind or, where there is only one, by "rules".
const nameOf = (field) => (field.includes("rules") ? "rules" : field.split(".").pop());

// What was left empty, by field; null if nothing was.
export function missing(form, documents) {
  const fields = {};
  if (!form.name.trim()) fields.full_name = text("fill");
  if (!form.phone.trim()) fields.phone = text("fill");
  for (const { kind } of documents.consents.filter(({ required }) => required)) if (!form.agreed[kind]) fields[kind] = text("needed");
  if (documents.rules && !form.agreed.rules) fields.rules = text("needed");
  return Object.keys(fields).length ? { fields } : null;
}

const KNOWN = new Set(FIELDS.map(([, field]) => field));

// Whether everything that was refused stands beside a field of this form.
export const isShown = (refusal, documents) => {
  const told = Object.keys(toldOf(refusal));
  const agreed = new Set(["rules", ...documents.consents.map(({ kind }) => kind)]);
  return told.length > 0 && told.every((field) => KNOWN.has(field) || agreed.has(field));
};

export function You({ form, documents, refusal, onForm }) {
  const told = toldOf(refusal);
  return html`<section class="panel stack"><h3>${text("you")}</h3>
    ${FIELDS.map(([name, field, attributes]) => html`<${Field} key=${name} name=${name} wrong=${told[field]} attributes=${attributes} value=${form[name]} onForm=${onForm} />`)}
    ${documents.rules && html`<${Agreed} kind="rules" label=${text("agreeRules")} url=${documents.rules.url} form=${form} told=${told} onForm=${onForm} />`}
    ${documents.consents.filter(isAsked).map((each) => html`<${Agreed} key=${each.kind} kind=${each.kind} label=${each.required ? each.title : text("optional", { title: each.title })} url=${each.url} whole=${each.text} form=${form} told=${told} onForm=${onForm} />`)}
    ${documents.consents.filter((each) => !isAsked(each)).map((each) => html`<${Accepted} key=${each.kind} ...${each} />`)}
  </section>`;
}

// An offer is accepted by booking, so nobody is asked to tick it: it is told beside what is asked for.
export const isAsked = ({ kind }) => kind !== "offer";

function Accepted({ url, text: whole }) {
  return html`<div class="tight small"><p>${text("offerAccepted")}${url && !whole && html` <a href=${url} target="_blank" rel="noopener">${text("read")}</a>`}</p>
    ${whole && html`<details><summary>${text("read")}</summary><p class="wording">${whole}</p></details>`}</div>`;
}

// "Next" of a phone's keyboard goes to the next field, and does not book.
function goOn(event) {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const fields = [...event.target.form.querySelectorAll("input")];
  fields[fields.indexOf(event.target) + 1]?.focus();
}

function Field({ name, wrong, attributes, value, onForm }) {
  const kind = attributes.rows ? "textarea" : "input";
  return html`<div class="field">
    <label for=${name}>${text(name)}</label>
    <${kind} id=${name} name=${name} value=${value} ...${attributes} onKeyDown=${attributes.enterkeyhint && goOn} onInput=${(event) => onForm({ [name]: event.target.value })}
      aria-invalid=${wrong ? "true" : null} aria-describedby=${wrong ? `${name}-error` : null}></${kind}>
    ${wrong && html`<span class="error" id=${`${name}-error`}>${wrong}</span>`}
  </div>`;
}

function Agreed({ kind, label, url, whole, form, told, onForm }) {
  const id = `agree-${kind}`;
  return html`<div class="tight">
    <div class="check">
      <input type="checkbox" id=${id} checked=${Boolean(form.agreed[kind])} aria-invalid=${told[kind] ? "true" : null} aria-describedby=${told[kind] ? `${id}-error` : null}
        onChange=${(event) => onForm({ agreed: { ...form.agreed, [kind]: event.target.checked } })} />
      <span><label for=${id}>${label}</label>${url && !whole && html` <a href=${url} target="_blank" rel="noopener">${text("read")}</a>`}</span>
    </div>
    ${told[kind] && html`<span class="small bad" id=${`${id}-error`}>${told[kind]}</span>`}
    ${whole && html`<details class="small"><summary>${text("read")}</summary><p class="wording">${whole}</p></details>`}
  </div>`;
}

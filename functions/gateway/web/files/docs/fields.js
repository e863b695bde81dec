// A schema for people: fields with their kinds, and what is inside them when it is asked for.

import { html, useState } from "../base/preact.js";
import { Words } from "./parts.js";
import { text } from "./texts.js";

const nameOf = (schema) => schema?.$ref?.split("/").pop();

// What may be inside: null is only said, and a list shows what it is a list of.
function core(spec, schema) {
  const whole = spec.resolved(schema);
  if (whole.anyOf) return core(spec, whole.anyOf.find((option) => option.type !== "null") || {});
  if (whole.type === "array" && whole.items) return core(spec, whole.items);
  return { name: nameOf(schema), whole };
}

export function kindOf(spec, schema) {
  const whole = spec.resolved(schema);
  if (whole.anyOf) return whole.anyOf.map((option) => kindOf(spec, option)).reduce((a, b) => text("or", { a, b }));
  if (whole.type === "array") return text("listOf", { type: kindOf(spec, whole.items) });
  if (nameOf(schema)) return nameOf(schema);
  const kind = Array.isArray(whole.type) ? whole.type[0] : whole.type;
  if (kind === "null") return text("nothingAtAll");
  const KINDS = { object: "object", string: "string", integer: "integer", number: "number", boolean: "boolean" };
  return whole.format || text(KINDS[kind] || "any");
}

const said = (value) => (typeof value === "string" ? value : JSON.stringify(value));

function limits(spec, schema) {
  const parts = [schema, ...(schema.anyOf || [])].map((part) => spec.resolved(part));
  const found = (name) => parts.map((part) => part[name]).find((value) => value !== undefined && value !== null);
  const list = [
    ["from", found("minimum") ?? found("exclusiveMinimum")],
    ["to", found("maximum") ?? found("exclusiveMaximum")],
    ["chars", found("maxLength")],
    ["items", found("maxItems")],
  ].filter(([, value]) => value !== undefined);
  if (schema.default?.length !== 0 && schema.default !== undefined && schema.default !== null) list.push(["byDefault", said(schema.default)]);
  return list.map(([key, value]) => text(key, { value })).join(", ");
}

function Values({ spec, schema }) {
  const { whole } = core(spec, schema);
  const values = whole.const !== undefined ? [whole.const] : whole.enum;
  if (!values) return null;
  return html`<div class="small" title=${text("oneOf")}>${values.map((value) => html`<code key=${value}>${said(value)}</code> `)}</div>`;
}

export function Field({ spec, name, schema, required, where, children }) {
  const { whole, name: inner } = core(spec, schema);
  const limit = limits(spec, spec.resolved(schema));
  return html`<li>
    <div><code>${name}</code> ${required && html`<span class="must">${text("required")}</span>`}</div>
    <div class="tight"><span class="kind">${[kindOf(spec, schema), where, limit].filter(Boolean).join(" · ")}</span>
      ${schema.description && html`<span><${Words} of=${schema.description} /></span>`}
      <${Values} spec=${spec} schema=${schema} />${children}</div>
    ${whole.properties && html`<${Inside} spec=${spec} whole=${whole} title=${inner || text("fields")} />`}
  </li>`;
}

// Drawn once it is opened: schemas lead to each other without an end.
function Inside({ spec, whole, title }) {
  const [open, setOpen] = useState(false);
  return html`<details onToggle=${(event) => setOpen(event.currentTarget.open)}><summary>${title}</summary>
    ${open && html`<${Fields} spec=${spec} schema=${whole} />`}</details>`;
}

export function Fields({ spec, schema }) {
  const { whole } = core(spec, schema);
  if (!whole.properties) return html`<p><span class="kind">${kindOf(spec, schema)}</span> <${Words} of=${whole.description} /></p>`;
  const must = new Set(whole.required || []);
  return html`<ul class="fields">${Object.entries(whole.properties).map(([name, part]) => html`<${Field} key=${name}
    spec=${spec} name=${name} schema=${part} required=${must.has(name)} />`)}</ul>`;
}

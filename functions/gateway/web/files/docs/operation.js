// One operation: what it does, for whom, with what, what comes back, what may go wrong, and a way to try it.

import { html, useMemo, useState } from "../base/preact.js";
import { newKey } from "../base/api.js";
import { language } from "../base/words.js";
import { codesOf, jsonOf, needsToken, withoutAudience } from "./document.js";
import { ERRORS } from "./errors.js";
import { Field, Fields } from "./fields.js";
import { Block, Method, Path, shown, Words } from "./parts.js";
import { curlOf } from "./request.js";
import { text } from "./texts.js";
import { Trying } from "./trying.js";

const PLACES = { path: "inPath", query: "inQuery", header: "inHeader" };

export function Operation({ spec, operation, session, onSignIn }) {
  const sent = spec.example(jsonOf(operation.requestBody?.content));
  const [values, setValues] = useState(() => firstValues(spec, operation, sent));
  const parameters = useMemo(() => operation.parameters.map((part) => spec.resolved(part)), [operation]);
  const curl = curlOf(operation, values, session.token, needsToken(operation));
  return html`
    <section><p class="path"><${Method} of=${operation.method} /><span><${Path} of=${operation.path} /></span></p>
      <h1><${Words} of=${operation.summary} /></h1>
      ${withoutAudience(operation.description) && html`<p><${Words} of=${withoutAudience(operation.description)} /></p>`}
      <${Audience} operation=${operation} /></section>
    <section><h2>${text("curl")}</h2><${Block} wrap label=${text("curl")} value=${curl} /></section>
    ${parameters.length > 0 && html`<section><h2>${text("parameters")}</h2><ul class="fields">${parameters.map((part) => html`<${Field}
      key=${part.in + part.name} spec=${spec} name=${part.name} schema=${{ ...part.schema, description: part.description }} required=${part.required} where=${text(PLACES[part.in])} />`)}</ul></section>`}
    ${operation.requestBody && html`<${Content} spec=${spec} title=${text("body")} note=${operation.requestBody.description} content=${operation.requestBody.content} />`}
    ${Object.entries(operation.responses).filter(([status]) => status < "300").map(([status, answer]) => html`<${Content} key=${status} spec=${spec}
      title=${text("answer", { status })} content=${answer.content} />`)}
    <${Trying} spec=${spec} operation=${operation} values=${values} session=${session} onSignIn=${onSignIn}
      change=${(part) => setValues((last) => ({ ...last, ...part }))} />
    <${Refusals} spec=${spec} operation=${operation} />`;
}

function firstValues(spec, operation, sent) {
  const values = { path: {}, query: {}, body: sent === undefined ? "" : shown(sent) };
  for (const part of operation.parameters.map((each) => spec.resolved(each))) {
    if (part.in !== "header" && part.required) values[part.in][part.name] = String(part.example ?? part.schema.enum?.[0] ?? "");
    if (part.name === "Idempotency-Key") values.key = newKey();
  }
  return values;
}

function Audience({ operation }) {
  const roles = (operation["x-roles"] || []).filter((role) => role !== "service");
  const services = operation["x-services"] || [];
  const NAMES = { client: "client", manager: "manager", admin: "admin" };
  const who = [
    operation.security.length === 0 && !roles.length && text("anyone"),
    !needsToken(operation) && operation.security.length > 0 && text("stranger"),
    ...roles.map((role) => (NAMES[role] ? text(NAMES[role]) : role)),
    operation["x-guests"] && text("guest"),
    operation["x-scope"] && text("key", { scope: operation["x-scope"] }),
    services.length > 0 && text("service", { names: services.join(", ") }),
  ].filter(Boolean);
  return html`<div class="who" role="group" aria-label=${text("who")}>${who.map((each) => html`<span key=${each}>${each}</span>`)}</div>`;
}

export function Content({ spec, title, note, content }) {
  if (!content) return html`<section><h2>${title}</h2><p class="dim">${text("noBody")}</p></section>`;
  const json = jsonOf(content);
  const others = Object.keys(content).filter((media) => media !== "application/json");
  return html`<section><h2>${title}</h2>
    ${note && html`<p class="small dim">${note}</p>`}
    ${others.length > 0 && html`<p>${others.map((media) => html`<code key=${media}>${media}</code> `)}</p>`}
    ${json && html`<div class="two"><div><h3 class="visually-hidden">${text("fields")}</h3><${Fields} spec=${spec} schema=${json.schema} /></div>
      <div class="tight"><h3 class="small dim">${text("example")}</h3><${Block} label=${text("example")} value=${shown(spec.example(json))} /></div></div>`}
  </section>`;
}

function Refusals({ spec, operation }) {
  const found = Object.entries(operation.responses).filter(([status]) => status >= "400").map(([status, part]) => [status, spec.resolved(part)]);
  return html`<section><h2>${text("errors")}</h2><p class="small dim">${text("errorsMore")}</p>
    <dl class="codes">${found.flatMap(([status, answer]) => codesOf(answer).map((code) => html`
      <dt key=${`${code}-status`}>${status}</dt><dd key=${code}><code>${code}</code></dd><dd class="said" key=${`${code}-words`}>${sentence(code)}</dd>`))}</dl></section>`;
}

function sentence(code) {
  const words = ERRORS[code]?.[language === "ru" ? 1 : 0] || "";
  return words.replace(/\{\w+\}/g, "…");
}


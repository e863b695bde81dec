// What is sent to webhooks when something happens, and how a receiver knows that it comes from here.

import { html } from "../base/preact.js";
import { Field } from "./fields.js";
import { Content } from "./operation.js";
import { Block, Words } from "./parts.js";
import { text } from "./texts.js";

const VERIFY = `def verify(body: bytes, header: str, secret: str, now: float) -> bool:
    parts = [part.partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in parts if name == "t" and value.isdecimal()]
    if len(stamps) != 1 or abs(now - int(stamps[0])) > 300:
        return False
    signed = f"{stamps[0]}.".encode() + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return any(name == "v1" and hmac.compare_digest(value, expected) for name, _, value in parts)`;

export function Event({ spec, kind }) {
  const call = spec.document.webhooks[kind].post;
  return html`<section><p class="path"><span class="m post">POST</span><span>${kind}</span></p>
      <h1><${Words} of=${call.summary} /></h1><p lang="en"><${Words} of=${call.description} /></p></section>
    <${Content} spec=${spec} title=${text("sent")} content=${call.requestBody.content} />
    <section><h2>${text("headers")}</h2><ul class="fields">${call.parameters.map((part) => spec.resolved(part)).map((part) => html`<${Field} key=${part.name}
      spec=${spec} name=${part.name} schema=${{ ...part.schema, description: part.description }} required=${part.required}>
        <code>${part.example}</code><//>`)}</ul></section>
    <section><h2>${text("verify")}</h2><p>${text("verifyMore")}</p><${Block} label=${text("verify")} value=${VERIFY} /></section>
    <section><h2>${text("answersWanted")}</h2><dl class="codes">${Object.entries(call.responses).flatMap(([status, answer]) => [
      html`<dt key=${status}><code>${status}</code></dt>`, html`<dd key=${`${status}-words`} lang="en">${answer.description}</dd>`, html`<dd class="said"></dd>`])}</dl></section>`;
}

// The form that sends a request and shows the whole answer.

import { html, useState } from "../base/preact.js";
import { language } from "../base/words.js";
import { needsToken } from "./document.js";
import { Block } from "./parts.js";
import { answerTo } from "./request.js";
import { text } from "./texts.js";

export function Trying({ spec, operation, values, change, session, onSignIn }) {
  const [state, setState] = useState({});
  const inputs = operation.parameters.map((part) => spec.resolved(part)).filter((part) => part.in !== "header");

  async function send(event) {
    event.preventDefault();
    const wrong = mistake(operation, inputs, values);
    if (wrong) return setState({ wrong });
    setState({ busy: true });
    try {
      const answer = await answerTo(operation, values, await session.fresh(), language);
      setState(answer ? { answer } : { wrong: text("failed", { reason: text("no_connection") }) });
    } catch (problem) {
      setState({ wrong: text("failed", { reason: problem.message }) });
    }
  }
  const input = (part) => html`<label class="field" key=${part.name}><span><code>${part.name}</code> ${part.required && html`<span class="must">${text("required")}</span>`}</span>
    <input name=${part.name} autocomplete="off" spellcheck="false" value=${values[part.in][part.name] || ""}
      onInput=${(event) => change({ [part.in]: { ...values[part.in], [part.name]: event.target.value } })} /></label>`;
  return html`<section aria-labelledby="try"><h2 id="try">${text("tryIt")}</h2>
    <form class="try panel" onSubmit=${send} noValidate>
      <p class="small dim">${text("tryMore")}</p>
      ${needsToken(operation) && !session.isThere && html`<div class="row"><span class="small">${text("needsToken")}</span>
        <button type="button" onClick=${onSignIn}>${text("signIn")}</button></div>`}
      ${inputs.length > 0 && html`<div class="inputs">${inputs.map(input)}</div>`}
      ${operation.requestBody && html`<label class="field"><span>${text("body")}</span>
        <textarea name="body" spellcheck="false" autocapitalize="off" value=${values.body} onInput=${(event) => change({ body: event.target.value })}></textarea></label>`}
      <div><button class="main" disabled=${state.busy}>${text(state.busy ? "sending" : "send")}</button></div>
      <div class="answer" aria-live="polite">
        ${state.wrong && html`<p class="bad">${state.wrong}</p>`}
        ${state.answer && html`<${Answer} ...${state.answer} />`}
      </div>
    </form></section>`;
}

function mistake(operation, inputs, values) {
  const empty = inputs.find((part) => part.required && !values[part.in][part.name]);
  if (empty) return text("fill", { name: empty.name });
  if (!operation.requestBody || (!operation.requestBody.required && !values.body)) return null;
  try {
    JSON.parse(values.body);
    return null;
  } catch (error) {
    return text("badJson", { reason: error.message });
  }
}

function Answer({ status, words, took, headers, body }) {
  return html`<p><b class="${status < 400 ? "good" : "bad"}">${text("status")} ${status} ${words}</b> <span class="dim small">${took} ms</span></p>
    ${body ? html`<${Block} label=${text("answer", { status })} value=${body} />` : html`<p class="dim">${text("empty")}</p>`}
    <details class="sub"><summary>${text("answerHeaders")}</summary>
      <pre tabindex="0">${headers.map(([name, value]) => `${name}: ${value}`).join("\n")}</pre></details>`;
}

// What several parts of the page show.

import { html, useState } from "../base/preact.js";
import { text } from "./texts.js";

// Backticks become code.
export const Words = ({ of }) => (of || "").split("`").map((part, index) => (index % 2 ? html`<code key=${index}>${part}</code>` : part));

export const Method = ({ of }) => html`<span class="m ${of}">${of}</span>`;

// Paths break at their slashes.
export const Path = ({ of }) => of.split("/").flatMap((part, index) => (index ? [html`<wbr key=${index} />`, `/${part}`] : [part]));

export const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

export function Block({ label, value, wrap }) {
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard?.writeText(value).then(() => setCopied(true), () => setCopied(false));
  return html`<div class="block ${wrap ? "wrap" : ""}">
    <pre tabindex="0" role="region" aria-label=${label}>${value}</pre>
    <button type="button" onClick=${copy} onBlur=${() => setCopied(false)} aria-live="polite">${text(copied ? "copied" : "copy")}</button>
  </div>`;
}

export function Failed({ problem, again }) {
  const reasons = problem.errors?.length ? problem.errors.map(({ message }) => message) : [problem.message];
  const reason = problem.code === "no_connection" ? text("no_connection") : reasons.join("; ");
  return html`<div class="tight" role="alert"><p class="bad">${text("failed", { reason })}</p>
    ${again && html`<div><button type="button" onClick=${again}>${text("again")}</button></div>`}</div>`;
}

// Lines by hand, and what is called off or taken back: each with its reason.

import { html } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Deed } from "./deed.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

const reason = (required) => ({ name: "reason", label: text("reason"), required, missing: text("reasonNeeded"), maxlength: 500 });

export function Reason({ session, path, action, label, required, onDone }) {
  return html`<${Deed} key=${action} session=${session} path=${`${path}/${action}`} fields=${[reason(required)]} label=${label} onDone=${() => onDone()} />`;
}

export function Lines({ session, booking, path, onDone }) {
  const made = booking.adjustments.filter(({ kind }) => kind === "by_hand");
  const fields = [{ name: "name", label: text("lineName"), required: true, maxlength: 120 }, { name: "amount", type: "money", label: text("lineAmount"), required: true }, reason(true)];
  return html`<div class="stack">
    ${made.map((line) => html`<details key=${line.line_id}><summary>${text("lineUndo", { name: line.name, price: words.money(line.amount) })}</summary>
      <${Deed} session=${session} path=${`${path}/lines/${line.line_id}/undo`} fields=${[reason(true)]} label=${text("lineUndoDo")} onDone=${() => onDone()} /></details>`)}
    <${Deed} key=${made.length} session=${session} path=${`${path}/lines`} fields=${fields} label=${text("lineDo")} onDone=${() => onDone()} /></div>`;
}

// By the terms, unless staff say another share.
export function Cancelling({ session, booking, path, onDone }) {
  const [{ answer, problem }] = useAnswer(() => session.call("GET", `${path}/cancellation-preview`), [booking.version]);
  const paid = booking.paid.amount > 0;
  const fields = [
    reason(false),
    ...(paid ? [
      { name: "refund_percent", type: "number", label: text("refundPercent"), min: 0, max: 100, placeholder: answer ? String(answer.percent) : "" },
      { name: "refund_to", label: text("refundTo"), value: "payer", options: ["payer", "balance"].map((each) => [each, text(`to_${each}`)]) },
    ] : []),
  ];
  return html`${problem && html`<${Failed} problem=${problem} />`}
    ${answer && html`<${Deed} session=${session} path=${`${path}/cancel`} fields=${fields} label=${text("cancelDo")} onDone=${() => onDone()}>
      <p>${text("cancelPreview", { refund: words.money(answer.refund), kept: words.money(answer.kept) })}</p></${Deed}>`}`;
}

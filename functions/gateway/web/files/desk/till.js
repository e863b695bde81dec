// The drawer: opened with what lies in it, counted at the end; what should be there is shown beside.

import { html, useState } from "../base/preact.js";
import { useAnswer, useChange } from "../base/asking.js";
import { Dialog } from "../base/dialog.js";
import * as words from "../base/words.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

const kopecks = (rubles) => Math.round(Number(rubles.replace(",", ".")) * 100);
const money = (amount) => ({ amount, currency: "RUB" });

export function Till({ session, onClose, onDone }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", "v1/tills", { query: { limit: 1 } }), []);
  const newest = answer?.data[0];
  return html`<${Dialog} title=${text("till")} closeLabel=${text("close")} onClose=${onClose}>
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${answer && newest && html`<${Counts} till=${newest} />`}
    ${answer && (newest && !newest.closed_at
      ? html`<${Counted} session=${session} till=${newest} onDone=${() => onDone(text("tillClosed"))} />`
      : html`<${Opened} session=${session} onDone=${() => onDone(text("tillOpened"))} />`)}
  </${Dialog}>`;
}

function Counts({ till }) {
  const at = (instant) => `${words.day(instant)}, ${words.time(instant)}`;
  return html`<p class="dim">${till.closed_at ? text("closedAt", { when: at(till.closed_at) }) : text("openedAt", { when: at(till.opened_at) })}</p>
    <dl class="facts">${till.counts.map(({ method, expected, counted, difference }) => html`<div key=${method}><dt class="dim">${text(method)}</dt>
      <dd>${words.money(expected)}${counted && ` · ${text("countedSaid", { price: words.money(counted) })}`}
        ${difference?.amount ? html` <b class="bad">${words.money(difference)}</b>` : ""}</dd></div>`)}</dl>`;
}

function Opened({ session, onDone }) {
  const [inside, setInside] = useState("0");
  const [{ busy, problem }, send] = useChange(onDone);
  const body = { float: money(kopecks(inside)) };
  return html`<form class="stack" onSubmit=${(event) => {
    event.preventDefault();
    send((key) => session.call("POST", "v1/tills", { key, body }), body);
  }}>
    <label class="field"><span>${text("float")}</span><input inputmode="decimal" required value=${inside} onInput=${(event) => setInside(event.target.value)} /></label>
    ${problem && html`<${Failed} problem=${problem} />`}
    <div><button class="main" disabled=${busy || !(kopecks(inside) >= 0)}>${text("openTill")}</button></div>
  </form>`;
}

function Counted({ session, till, onDone }) {
  const [wish, setWish] = useState({ counted: "", terminal: "", note: "" });
  const set = (name) => (event) => setWish({ ...wish, [name]: event.target.value });
  const [{ busy, problem }, send] = useChange(onDone);
  const body = { counted: money(kopecks(wish.counted)), note: wish.note.trim() || null, leave_open: problem?.code === "payments_open" };
  if (wish.terminal) body.terminal = money(kopecks(wish.terminal));
  return html`<form class="stack" onSubmit=${(event) => {
    event.preventDefault();
    send((key) => session.call("POST", `v1/tills/${till.id}/close`, { key, body }), body);
  }}>
    <div class="two">
      <label class="field"><span>${text("counted")}</span><input inputmode="decimal" required value=${wish.counted} onInput=${set("counted")} /></label>
      <label class="field"><span>${text("terminalReport")}</span><input inputmode="decimal" value=${wish.terminal} onInput=${set("terminal")} /></label>
    </div>
    <label class="field"><span>${text("note")}</span><input maxlength="500" value=${wish.note} onInput=${set("note")} /></label>
    ${problem && html`<${Failed} problem=${problem} />`}
    <div><button class="main" disabled=${busy || !(kopecks(wish.counted) >= 0)}>${text("closeTill")}</button></div>
  </form>`;
}

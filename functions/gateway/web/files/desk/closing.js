// A hall is closed for a while, or opened again before its time.

import { html, useState } from "../base/preact.js";
import { useChange } from "../base/asking.js";
import { Dialog } from "../base/dialog.js";
import * as words from "../base/words.js";
import { Field } from "./deed.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

export function Closing(props) {
  return props.busy ? html`<${Opening} ...${props} />` : html`<${Close} ...${props} />`;
}

function Close({ session, halls, date, onClose, onDone }) {
  const [wish, setWish] = useState({ hall: halls[0].id, from: "09:00", to: "10:00", reason: "" });
  const set = (name) => (event) => setWish((last) => ({ ...last, [name]: event.target.value }));
  const { timezone } = halls.find(({ id }) => id === wish.hall);
  const last = wish.to <= wish.from ? words.daysOn(date, 1) : date;
  const body = {
    hall_id: wish.hall, start: words.instantOf(date, wish.from, timezone), end: words.instantOf(last, wish.to, timezone), reason: wish.reason.trim(),
  };
  const [{ busy, problem }, send] = useChange(() => onDone(text("closed")));
  const submit = (event) => {
    event.preventDefault();
    send((key) => session.call("POST", "v1/closures", { key, body }), body);
  };
  return html`<${Dialog} title=${text("closeHall")} closeLabel=${text("close")} onClose=${onClose}><form class="stack" onSubmit=${submit}>
    <${Field} name="hall" label=${text("hall")} value=${wish.hall} options=${halls.map(({ id, name }) => [id, name])} onSaid=${(hall) => setWish((last) => ({ ...last, hall }))} />
    <div class="two">
      <label class="field"><span>${text("start")}</span><input type="time" step="900" required value=${wish.from} onInput=${set("from")} /></label>
      <label class="field"><span>${text("until")}</span><input type="time" step="900" required value=${wish.to} onInput=${set("to")} /></label>
    </div>
    <label class="field"><span>${text("reason")}</span><input required maxlength="500" value=${wish.reason} onInput=${set("reason")} /></label>
    ${problem && html`<${Failed} problem=${problem} />`}
    <div><button class="main" disabled=${busy}>${text("closeDo")}</button></div>
  </form></${Dialog}>`;
}

function Opening({ session, busy: closure, halls, onClose, onDone }) {
  const { timezone } = halls.find(({ id }) => closure.hall_ids.includes(id)) || halls[0];
  const [{ busy, problem }, send] = useChange(() => onDone(text("opened")));
  return html`<${Dialog} title=${closure.name} closeLabel=${text("close")} onClose=${onClose}>
    <p>${words.day(closure.start, timezone)}, ${words.span(closure.start, closure.end, timezone)}</p>
    ${problem && html`<${Failed} problem=${problem} />`}
    <div><button type="button" class="main" disabled=${busy} onClick=${() => send((key) => session.call("DELETE", `v1/closures/${closure.id}`, { key }))}>${text("open")}</button></div>
  </${Dialog}>`;
}

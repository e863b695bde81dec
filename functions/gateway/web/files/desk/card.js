// One booking, and everything that staff do about it. What costs money is shown before it is done.

import { html, useEffect, useState } from "../base/preact.js";
import { useAnswer, useChange } from "../base/asking.js";
import { Dialog } from "../base/dialog.js";
import * as words from "../base/words.js";
import { Moving } from "./moving.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

const ACTIONS = {
  pending: ["take", "confirm", "move", "cancel"],
  confirmed: ["checkIn", "take", "extend", "move", "noShow", "cancel"],
  in_progress: ["complete", "take", "extend", "undo"],
  completed: ["take", "undo"],
  no_show: ["undo"],
  cancelled: ["undo"],
  expired: [],
};
const AT_ONCE = { checkIn: "check-in", complete: "complete", extend: "extend" };
const WITH_REASON = { noShow: "no-show", undo: "undo", confirm: "confirm" };

export function Card({ session, id, first, to, halls, onClose, onDone, onOpen }) {
  const path = `v1/bookings/${id}`;
  const [{ answer: booking, problem }, again] = useAnswer(() => session.call("GET", path), [id, first?.version]);
  const [person, setPerson] = useState(first?.customer || null);
  const [asked, setAsked] = useState(to ? "move" : "");
  useEffect(() => {
    if (person || !booking) return;
    session.call("GET", `v1/customers/${booking.customer_id}`).then(({ contact }) => setPerson(contact || {}), () => setPerson({}));
  }, [booking?.customer_id]);
  const [change, send] = useChange(() => {
    setAsked("");
    again();
    onDone(text("done"), { kind: "card", id });
  });
  const post = (action, body) => send((key) => session.call("POST", `${path}/${action}`, { key, body }), [action, body]);
  const act = (action) => {
    if (action === "extend") return post("extend", { minutes: 30 });
    if (AT_ONCE[action]) return post(AT_ONCE[action], {});
    return setAsked(action);
  };
  const shown = booking || first;
  const title = `${person?.full_name || text("customer")}${shown ? ` · ${shown.number}` : ""}`;
  return html`<${Dialog} title=${title} closeLabel=${text("close")} onClose=${onClose}>
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${booking && html`<${Facts} booking=${booking} person=${person} hall=${halls.find((hall) => hall.id === booking.hall_id)} />
      <div class="actions">${ACTIONS[booking.status].map((action) => html`<button type="button" key=${action} disabled=${change.busy}
        class=${action === ACTIONS[booking.status][0] ? "main" : ""} onClick=${() => act(action)}>${text(action)}</button>`)}</div>
      ${asked === "take" && html`<${Taking} session=${session} booking=${booking} onTaken=${(said) => {
        setAsked("");
        again();
        onDone(said, { kind: "card", id });
      }} />`}
      ${asked === "move" && html`<${Moving} session=${session} booking=${booking} halls=${halls} to=${to} onMoved=${() => onDone(text("moved"))} />`}
      ${asked === "cancel" && html`<${Cancelling} session=${session} booking=${booking} busy=${change.busy} onCancel=${(reason) => post("cancel", { reason: reason || null })} />`}
      ${WITH_REASON[asked] && html`<${Reason} label=${text(asked)} required=${asked !== "noShow"} busy=${change.busy}
        onGiven=${(reason) => post(WITH_REASON[asked], asked === "confirm" ? { reason } : { reason: reason || null })} />`}
      ${change.problem && html`<${Failed} problem=${change.problem} />`}`}
    ${!booking && !problem && html`<p class="waits dim">…</p>`}
  </${Dialog}>`;
}

function Facts({ booking, person, hall }) {
  const left = { ...booking.total, amount: Math.max(booking.total.amount - booking.paid.amount, 0) };
  const rows = [
    [text("when"), `${words.day(booking.start, booking.timezone)}, ${words.span(booking.start, booking.end, booking.timezone)}`],
    [text("hall"), hall?.name || booking.hall_name],
    person?.phone && [text("phone"), html`<a href=${`tel:${person.phone}`}>${person.phone}</a>`],
    [text("people"), booking.people],
    booking.add_ons.length > 0 && [text("extras"), booking.add_ons.map(({ name, quantity }) => `${name} × ${quantity}`).join(", ")],
    booking.comment && [text("comment"), booking.comment],
    [text("total"), words.money(booking.total)],
    [text("paid"), words.money(booking.paid)],
    left.amount > 0 && [text("due"), html`<b class="bad">${words.money(left)}</b>`],
  ].filter(Boolean);
  return html`<div class="row"><span class="flag" role="status">${text(booking.status)}</span>
      ${person?.first_visit && html`<span class="flag">${text("firstVisit")}</span>`}
      ${person?.missed_before && html`<span class="flag bad">${text("missedBefore")}</span>`}</div>
    <dl class="facts">${rows.map(([name, value]) => html`<div key=${name}><dt class="dim">${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function Taking({ session, booking, onTaken }) {
  const left = Math.max(booking.total.amount - booking.paid.amount, 0);
  const [rubles, setRubles] = useState(String(left / 100));
  const [method, setMethod] = useState("cash");
  const [note, setNote] = useState("");
  const amount = { ...booking.total, amount: Math.round(Number(rubles.replace(",", ".")) * 100) };
  const [{ busy, problem }, send] = useChange(() => onTaken(text("taken", { price: words.money(amount) })));
  const body = { amount, method, note: note.trim() || null };
  const submit = (event) => {
    event.preventDefault();
    send((key) => session.call("POST", `v1/bookings/${booking.id}/desk-payments`, { key, body }), body);
  };
  return html`<form class="panel stack" onSubmit=${submit}>
    <div class="two">
      <label class="field"><span>${text("amount")}</span><input inputmode="decimal" required value=${rubles} onInput=${(event) => setRubles(event.target.value)} /></label>
      <label class="field"><span>${text("method")}</span><select value=${method} onChange=${(event) => setMethod(event.target.value)}>
        ${["cash", "terminal", "transfer", "invoice"].map((each) => html`<option key=${each} value=${each}>${text(each)}</option>`)}</select></label>
    </div>
    <label class="field"><span>${text("note")}</span><input value=${note} maxlength="500" onInput=${(event) => setNote(event.target.value)} /></label>
    ${problem && html`<${Failed} problem=${problem} />`}
    <div><button class="main" disabled=${busy || !(amount.amount > 0)}>${text("takeDo", { price: amount.amount > 0 ? words.money(amount) : "" })}</button></div>
  </form>`;
}

function Cancelling({ session, booking, busy, onCancel }) {
  const [{ answer, problem }] = useAnswer(() => session.call("GET", `v1/bookings/${booking.id}/cancellation-preview`), [booking.version]);
  return html`${problem && html`<${Failed} problem=${problem} />`}
    ${answer && html`<p>${text("cancelPreview", { refund: words.money(answer.refund), kept: words.money(answer.kept) })}</p>
      <${Reason} label=${text("cancelDo")} busy=${busy} onGiven=${onCancel} />`}`;
}

export function Reason({ label, required = false, busy, onGiven }) {
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event) => {
    event.preventDefault();
    setWrong(required && !reason.trim());
    if (!required || reason.trim()) onGiven(reason.trim());
  };
  return html`<form class="panel stack" onSubmit=${submit}>
    <label class="field"><span>${text("reason")}</span><input value=${reason} maxlength="500" aria-invalid=${wrong ? "true" : null} onInput=${(event) => setReason(event.target.value)} />
      ${wrong && html`<span class="error">${text("reasonNeeded")}</span>`}</label>
    <div><button class="main" disabled=${busy}>${label}</button></div>
  </form>`;
}

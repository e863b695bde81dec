// One booking, and everything that staff do about it. What costs money is shown before it is done.

import { html, useEffect, useRef, useState } from "../base/preact.js";
import { useAnswer, useChange } from "../base/asking.js";
import { Dialog } from "../base/dialog.js";
import * as words from "../base/words.js";
import { Cancelling, Lines, Reason } from "./correcting.js";
import { Deposits } from "./deposits.js";
import { Facts } from "./facts.js";
import { Choices } from "./deed.js";
import { History } from "./history.js";
import { Linking } from "./linking.js";
import { MessageList } from "./message_list.js";
import { Moving } from "./moving.js";
import { Failed } from "./parts.js";
import { Taking } from "./taking.js";
import { text } from "./texts.js";

const ACTIONS = {
  pending: ["take", "confirm", "link", "line", "move", "cancel", "messages", "history"],
  confirmed: ["checkIn", "take", "link", "deposit", "line", "extend", "move", "noShow", "cancel", "messages", "history"],
  in_progress: ["complete", "take", "link", "deposit", "line", "extend", "undo", "messages", "history"],
  completed: ["take", "link", "deposit", "line", "undo", "messages", "history"],
  no_show: ["undo", "deposit", "messages", "history"],
  cancelled: ["undo", "deposit", "messages", "history"],
  expired: ["messages", "history"],
};
const AT_ONCE = { checkIn: ["check-in", {}], complete: ["complete", {}], extend: ["extend", { minutes: 30 }] };
const WITH_REASON = { noShow: "no-show", undo: "undo", confirm: "confirm" };

export function Card({ session, id, first, to, moves, halls, studio, onClose, onDone, onOpen }) {
  const path = `v1/bookings/${id}`;
  const [{ answer: booking, problem }, again] = useAnswer(() => session.call("GET", path), [id, first?.version]);
  const [person, setPerson] = useState(first?.customer || null);
  const [asked, setAsked] = useState(moves ? "move" : "");
  useEffect(() => {
    if (person || !booking) return;
    session.call("GET", `v1/customers/${booking.customer_id}`).then(({ contact }) => setPerson(contact || {}), () => setPerson({}));
  }, [booking?.customer_id]);
  const done = (said = text("done")) => {
    setAsked("");
    again();
    onDone(said, { kind: "card", id });
  };
  const [change, send] = useChange(() => done());
  // What was refused may be so because somebody else was quicker.
  useEffect(() => void (change.problem && again()), [change.problem]);
  // The clock or another desk may have ended the visit meanwhile: what cannot be done any more folds away.
  const open = booking && ACTIONS[booking.status].includes(asked) ? asked : "";
  // On a phone it opens below what is seen.
  const opened = useRef(null);
  useEffect(() => open && opened.current?.scrollIntoView({ block: "start" }), [open]);
  const post = (action, body) => send((key) => session.call("POST", `${path}/${action}`, { key, body }), [action, body]);
  const act = (action) => (AT_ONCE[action] ? post(...AT_ONCE[action]) : setAsked(open === action ? "" : action));
  const shown = booking || first;
  const title = `${person?.full_name || text("customer")}${shown ? ` · ${shown.number}` : ""}`;
  const tools = { session, booking, path, studio, onDone: done };
  const choices = booking && ACTIONS[booking.status].map((name, index) => ({ name, label: text(name), main: index === 0, open: AT_ONCE[name] ? undefined : open === name, act: () => act(name) }));
  return html`<${Dialog} title=${title} closeLabel=${text("close")} onClose=${onClose}>
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${booking && html`<${Facts} ...${tools} person=${person} hall=${halls.find((hall) => hall.id === booking.hall_id)} />
      <${Choices} choices=${choices} busy=${change.busy}>
        <button type="button" class="plain" onClick=${() => onOpen(booking.customer_id, "customer")}>${text("customer")}</button>
        ${booking.group_id && html`<button type="button" class="plain" onClick=${() => onOpen(booking.group_id, "series")}>${text("series")}</button>`}
      </${Choices}>
      ${asked && !open && html`<p role="status">${text("meanwhile")}</p>`}
      ${open && html`<div data-asked=${open} key=${open} ref=${opened}>${open === "take" && html`<${Taking} ...${tools} />`}
      ${open === "link" && html`<${Linking} ...${tools} />`}
      ${open === "deposit" && html`<${Deposits} ...${tools} />`}
      ${open === "line" && html`<${Lines} ...${tools} />`}
      ${open === "move" && html`<${Moving} ...${tools} halls=${halls} to=${to} onMoved=${() => onDone(text("moved"))} />`}
      ${open === "cancel" && html`<${Cancelling} ...${tools} />`}
      ${open === "messages" && html`<${MessageList} session=${session} query=${{ booking_id: id }} zone=${studio.timezone} say=${onDone} />`}
      ${open === "history" && html`<${History} ...${tools} />`}
      ${WITH_REASON[open] && html`<${Reason} ...${tools} action=${WITH_REASON[open]} label=${text(open)} required=${open !== "noShow"} />`}</div>`}
      ${change.problem && html`<${Failed} problem=${change.problem} />`}`}
    ${!booking && !problem && html`<p class="waits dim">…</p>`}
  </${Dialog}>`;
}

// Visits that were booked together: moved or called off all at once.

import { html } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import { Dialog } from "../base/dialog.js";
import * as words from "../base/words.js";
import { Deed } from "./deed.js";
import { BookingList, Failed } from "./parts.js";
import { text } from "./texts.js";

export function Series({ session, halls, id, onClose, onDone, onOpen }) {
  const path = `v1/booking-groups/${id}`;
  const [{ answer: group, problem }, again] = useAnswer(() => session.call("GET", path), [id]);
  const done = () => onDone(text("done"), { kind: "series", id }) || again();
  const shift = [
    { name: "minutes", type: "number", label: text("shiftBy"), value: "60", required: true, step: 15 },
    { name: "reason", label: text("reason"), maxlength: 500 },
  ];
  return html`<${Dialog} title=${text("series")} closeLabel=${text("close")} onClose=${onClose}>
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${group && html`<p>${text("total")}: <b>${words.money(group.total)}</b></p><${BookingList} halls=${halls} bookings=${group.bookings} onOpen=${onOpen} />
      <details><summary>${text("shiftAll")}</summary><${Deed} session=${session} path=${`${path}/shift`} fields=${shift} label=${text("shiftAll")} onDone=${done} /></details>
      <details><summary>${text("cancelAll")}</summary><${Deed} session=${session} path=${`${path}/cancel`} fields=${[{ name: "reason", label: text("reason"), maxlength: 500 }]} label=${text("cancelAllDo")} onDone=${done} /></details>`}
  </${Dialog}>`;
}

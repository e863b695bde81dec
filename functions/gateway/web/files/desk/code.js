// Whoever arrives shows a code: typed here, or scanned by a reader that types it.

import { html } from "../base/preact.js";
import { Dialog } from "../base/dialog.js";
import { Deed } from "./deed.js";
import { text } from "./texts.js";

export function CheckIn({ session, onClose, onDone }) {
  const fields = [{ name: "code", label: text("code"), required: true, maxlength: 60, autofocus: true, spellcheck: false, placeholder: "7K3Q9D2M-4HX0TB" }];
  return html`<${Dialog} title=${text("byCode")} closeLabel=${text("close")} onClose=${onClose}>
    <${Deed} plain session=${session} path="v1/check-ins" fields=${fields} label=${text("checkIn")}
      onDone=${(booking) => onDone(text("arrived", { number: booking.number }), { kind: "card", id: booking.id })} />
  </${Dialog}>`;
}

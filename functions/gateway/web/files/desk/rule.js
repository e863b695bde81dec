// One rule of a price list that is being written.

import { html } from "../base/preact.js";
import * as words from "../base/words.js";
import { Field } from "./deed.js";
import { text } from "./texts.js";

export function Rule({ rule, halls, onChange }) {
  const set = (name) => (value) => onChange({ ...rule, [name]: value });
  const named = (value) => ({ ...rule, hall_id: value || null });
  const toggle = (day) => set("weekdays")(rule.weekdays.includes(day) ? rule.weekdays.filter((each) => each !== day) : [...rule.weekdays, day].sort());
  const label = rule.name || text("newRule");
  return html`<fieldset class="stack"><legend>${label}</legend><div class="two">
      <${Field} name="rule" label=${text("tariffName")} value=${rule.name} maxlength="120" onSaid=${set("name")} />
      <${Field} name="hall" label=${text("hall")} value=${rule.hall_id || ""} options=${[["", text("allHalls")], ...halls.map(({ id, name }) => [id, name])]} onSaid=${(value) => onChange(named(value))} />
      <${Field} name="price" type="money" label=${text("perHour")} value=${rule.price} onSaid=${set("price")} />
      <${Field} name="priority" type="number" label=${text("priority")} value=${rule.priority ?? 0} onSaid=${(value) => set("priority")(Number(value))} />
      <${Field} name="starts" type="time" step="900" label=${text("from")} value=${(rule.starts || "00:00").slice(0, 5)} onSaid=${set("starts")} />
      <${Field} name="ends" type="time" step="900" label=${text("until")} value=${(rule.ends || "00:00").slice(0, 5)} onSaid=${set("ends")} /></div>
    <div class="actions days" role="group" aria-label=${text("weekdays")}>${words.weekdays().map((name, index) => html`<button type="button" key=${name} aria-pressed=${rule.weekdays.includes(index + 1)} onClick=${() => toggle(index + 1)}>${name}</button>`)}
      <button type="button" class="plain" aria-label=${text("dropRule", { name: label })} onClick=${() => onChange(null)}>${text("drop")}</button></div></fieldset>`;
}

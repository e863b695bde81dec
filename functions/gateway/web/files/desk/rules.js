// The rules by which messages go: when which one, by what and to whom; each is tried on a booking beside it.

import { html, useState } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import { Deed, Field } from "./deed.js";
import { channelOf, nameOf } from "./message_words.js";
import { Failed } from "./parts.js";
import { Trying } from "./rule_preview.js";
import { bodyOf, fieldsOf, occasionOf } from "./rule_fields.js";
import { Sections } from "./sections.js";
import { text } from "./texts_wording.js";

const PATH = "v1/message-rules";

export function Rules({ session, halls, studio, say }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", PATH), []);
  const done = (said) => {
    say(said);
    again();
  };
  const rules = answer?.data || [];
  const tools = { session, halls, rules, done, zone: studio.timezone };
  const free = rules.filter(({ fixed }) => !fixed);
  return html`<${Sections} here="rules" /><p class="dim">${text("rulesLead")}</p>
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${!answer && !problem && html`<p class="waits dim">…</p>`}
    ${answer && html`<section class="panel"><h2>${text("rulesFree")}</h2>${free.map((rule) => html`<${OneRule} key=${rule.id} ...${tools} rule=${rule} />`)}
        <${NewRule} key=${rules.length} ...${tools} /></section>
      <section class="panel tight"><h2>${text("rulesFixed")}</h2><p class="dim">${text("rulesFixedLead")}</p>
        <ul class="plain-list">${rules.filter(({ fixed }) => fixed).map((rule) => html`<li key=${rule.id}>${nameOf(rule.template)} <span class="dim">${waysOf(rule)}</span></li>`)}</ul></section>`}`;
}

const waysOf = ({ channels }) => channels.map(channelOf).join(" → ");

function OneRule({ session, halls, rules, done, rule, zone }) {
  const [open, setOpen] = useState(false);
  const path = `${PATH}/${rule.id}`;
  const own = !rule.name;
  return html`<details data-rule=${rule.name || rule.id} onToggle=${(event) => event.target === event.currentTarget && setOpen(event.target.open)}><summary><b>${nameOf(rule.template)}</b> ${occasionOf(rule)}${" "}
      <span class="small dim">${waysOf(rule)}</span>${" "}
      ${!rule.active && html`<span class="flag">${text("ruleOff")}</span>`}${rule.active && rule.version > 0 && html`<span class="flag">${text(own ? "ruleOwn" : "ruleChanged")}</span>`}</summary>
    ${open && html`<div class="columns"><div class="stack">
        <${Deed} key=${rule.version} session=${session} method="PUT" path=${path} fields=${fieldsOf(rule, rules, halls)} body=${(said) => bodyOf(rule, said, halls)} label=${text("save")} onDone=${() => done(text("saved"))} />
        ${(own || rule.version > 0) && html`<${Deed} plain key=${`gone${rule.version}`} session=${session} method="DELETE" path=${path} body=${() => undefined} label=${text(own ? "ruleDelete" : "ruleReset")} onDone=${() => done(text("done"))} />`}</div>
      <${Trying} session=${session} rule=${rule} zone=${zone} /></div>`}</details>`;
}

// It begins as another rule of the same message, and is then said anew.
function NewRule({ session, halls, rules, done }) {
  const patterns = [...new Map(rules.filter(({ fixed }) => !fixed).map((rule) => [rule.template, rule])).values()];
  const [template, setTemplate] = useState(patterns.find(({ moment }) => moment)?.template || patterns[0]?.template);
  const pattern = patterns.find((rule) => rule.template === template);
  const fresh = pattern && { ...pattern, active: true, condition: { ...pattern.condition, hall_ids: null, owes: null, total_from: null } };
  return html`<details data-rule="new"><summary>${text("ruleNew")}</summary><div class="stack">
    <${Field} name="template" label=${text("ruleMessage")} value=${template} options=${patterns.map((rule) => [rule.template, nameOf(rule.template)])} onSaid=${setTemplate} />
    ${fresh && html`<${Deed} key=${template} session=${session} path=${PATH} fields=${fieldsOf(fresh, rules, halls)} body=${(said) => bodyOf(fresh, said, halls, true)} label=${text("ruleMake")} onDone=${() => done(text("saved"))} />`}</div></details>`;
}

// One message in one language: its parts, what they may say, and beside them how it arrives.

import { html, useRef, useState } from "../base/preact.js";
import { useAnswer, useChange, useSettled } from "../base/asking.js";
import * as words from "../base/words.js";
import { Deed, Field, toldOf } from "./deed.js";
import { Letter } from "./letter.js";
import { channelOf } from "./message_words.js";
import { Failed } from "./parts.js";
import { text } from "./texts_wording.js";

const PARTS = { subject: 2, text: 10, html: 14, sms: 4 };

export function Writing({ session, path, template, isAdmin, zone, say, onDone }) {
  const written = Object.keys(PARTS).filter((part) => template.parts[part] !== undefined && template.parts[part] !== null);
  const [parts, setParts] = useState(() => Object.fromEntries(written.map((part) => [part, template.parts[part]])));
  const [number, setNumber] = useState("");
  const changed = written.some((part) => parts[part] !== template.parts[part]);
  const asked = useSettled(JSON.stringify({ parts, booking_number: number.trim() || undefined }), 600);
  const [{ answer: preview, problem, loading }, again] = useAnswer(() => session.call("POST", `${path}/preview`, { body: JSON.parse(asked) }), [asked]);
  const shown = useRef(null);
  if (preview) shown.current = preview;
  const [{ busy, problem: refused }, send] = useChange(() => {
    say(text("textInForce"));
    onDone();
  });
  const [theirs, rest] = toldOf(problem || refused, written.map((name) => ({ name })));
  const insert = useInserting(setParts);
  const save = () => send((key) => session.call("PUT", path, { key, body: { version: template.version, parts } }), [path, template.version, parts]);
  return html`<div class="columns"><section class="panel stack">
      ${written.map((part) => html`<${Part} key=${part} part=${part} value=${parts[part]} wrong=${theirs[part]} insert=${insert} onSaid=${(said) => setParts((last) => ({ ...last, [part]: said }))} />`)}
      ${rest && html`<${Failed} problem=${rest} again=${rest.code === "template_changed" ? onDone : again} />`}
      ${isAdmin ? html`<div class="actions"><button type="button" class="main" disabled=${!changed || busy || Boolean(problem)} onClick=${save}>${text("textForce")}</button>
          ${changed && html`<button type="button" class="plain" onClick=${() => setParts({ ...template.parts })}>${text("leaveIt")}</button>`}</div>` : html`<p class="dim">${text("textAdmins")}</p>`}
      <${Facts} facts=${template.facts} onInsert=${insert.at} />
      <${Versions} session=${session} path=${path} current=${template} isAdmin=${isAdmin} zone=${zone} onDone=${onDone} /></section>
    <section class="panel stack beside" aria-busy=${Boolean(loading)}><h3>${text("textPreview")}</h3>
      <${Field} name="number" label=${text("textBooking")} value=${number} maxlength="20" placeholder=${text("textMadeUp")} error=${problem?.status === 404 ? problem.message : null} onSaid=${setNumber} />
      ${shown.current && html`<${Arrives} ...${shown.current} faded=${loading || Boolean(problem)} />`}
      ${isAdmin && html`<${Test} session=${session} path=${path} channels=${template.channels} parts=${parts} number=${number} say=${say} />`}</section></div>`;
}

function Part({ part, value, wrong, insert, onSaid }) {
  const id = `part-${part}`;
  return html`<div class="field"><label for=${id}>${text(`part_${part}`)}</label>
    <textarea id=${id} class="source" rows=${PARTS[part]} spellcheck=${part === "html" ? "false" : null} value=${value} aria-invalid=${wrong ? "true" : null} aria-describedby=${wrong ? `${id}e` : null}
      onFocus=${(event) => insert.into(part, event.target)} onInput=${(event) => onSaid(event.target.value)}></textarea>
    ${wrong && html`<span class="error" id="${id}e" role="alert">${wrong}</span>`}</div>`;
}

// A fact goes where somebody wrote last.
function useInserting(setParts) {
  const last = useRef(null);
  const at = (words) => {
    const { part, box } = last.current || {};
    if (!box) return;
    const [from, to] = [box.selectionStart, box.selectionEnd];
    setParts((before) => ({ ...before, [part]: before[part].slice(0, from) + words + before[part].slice(to) }));
    box.focus();
  };
  return { into: (part, box) => (last.current = { part, box }), at };
}

const wordsOf = ({ name, kind }) => (kind === "function" ? `{{ ${name}(…) }}` : kind === "flag" ? `{% if ${name} %}…{% endif %}` : `{{ ${name} }}`);

function Facts({ facts, onInsert }) {
  return html`<details><summary>${text("textFacts")}</summary><ul class="plain-list">${facts.map((fact) => html`<li key=${fact.name} class="row apart">
      <span class="small"><code>${fact.name}</code> ${words.said(fact.about)}${!fact.always && html` <span class="dim">${text("textNotAlways")}</span>`}</span>
      <button type="button" class="plain small" aria-label=${text("textInsertOne", { name: fact.name })} onClick=${() => onInsert(wordsOf(fact))}>${text("textInsert")}</button></li>`)}</ul></details>`;
}

function Arrives({ mail, sms, push, faded }) {
  return html`<div class=${faded ? "stack waits" : "stack"} aria-live="polite">
    ${mail && html`<div class="tight"><p><b>${mail.subject}</b></p>${mail.html ? html`<${Letter} source=${mail.html} />` : html`<p class="letter">${mail.text}</p>`}
      ${mail.html && html`<details><summary>${text("part_text")}</summary><p class="letter small">${mail.text}</p></details>`}</div>`}
    ${sms && html`<div class="tight messages"><p class="letter bubble">${sms.text}</p>
      <p class=${sms.parts > 1 ? "small" : "small dim"}>${text("smsBilled", { letters: sms.letters, parts: text("smsParts", { count: sms.parts }), alphabet: text(`alphabet_${sms.alphabet}`) })}</p></div>`}
    <div class="tight"><p class="small dim">${text("asPush")}</p><div class="push"><b>${push.title}</b><span>${push.body}</span></div></div></div>`;
}

function Test({ session, path, channels, parts, number, say }) {
  const fields = channels.length > 1 ? [{ name: "channel", label: text("textBy"), value: channels[0], options: channels.map((each) => [each, channelOf(each)]) }] : [];
  const body = ({ channel = channels[0] }) => ({ channel, parts, booking_number: number.trim() || undefined });
  return html`<${Deed} plain session=${session} path=${`${path}/test`} fields=${fields} body=${body} label=${text("textTest")} onDone=${({ address }) => say(text("textTested", { address }))} />`;
}

function Versions({ session, path, current, isAdmin, zone, onDone }) {
  const [open, setOpen] = useState(false);
  return html`<details onToggle=${(event) => setOpen(event.target.open)}><summary>${text("textVersions")}</summary>
    ${open && html`<${Older} session=${session} path=${path} current=${current} isAdmin=${isAdmin} zone=${zone} onDone=${onDone} />`}</details>`;
}

function Older({ session, path, current, isAdmin, zone, onDone }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", `${path}/versions`), [path, current.version]);
  const at = (instant) => `${words.shortDay(words.dateIn(instant, zone))}, ${words.time(instant, zone)}`;
  return html`${problem && html`<${Failed} problem=${problem} again=${again} />`}
    <ul class="plain-list">${answer?.data.map((each) => html`<li key=${each.version} class="row apart"><span>${each.version ? text("textVersion", { number: each.version }) : text("textOwn")}
        <span class="small dim">${each.edited_at && at(each.edited_at)} ${each.version === current.version && text("textNow")}</span></span>
      ${isAdmin && each.version !== current.version && html`<${Deed} plain session=${session} method="PUT" path=${path} body=${() => ({ version: current.version, restore: each.version })} label=${text("textBack")} onDone=${onDone} />`}</li>`)}</ul>`;
}

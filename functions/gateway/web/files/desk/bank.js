// The bank's file, and which invoice each payment of it is for.

import { html, useState } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Deed } from "./deed.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

export function Bank({ session, round, done }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", "v1/bank-lines", { query: { state: "open", limit: 50 } }), [round]);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState(null);
  const [seen, setSeen] = useState([]);
  async function read(event) {
    const [file] = event.target.files;
    if (!file) return;
    setBusy(true);
    setRefusal(null);
    try {
      const base64 = toBase64(new Uint8Array(await file.arrayBuffer()));
      const found = await session.call("POST", "v1/bank-statements", { body: { base64 } });
      const before = found.rows.filter((row) => row.seen);
      setSeen(before);
      done(text("bankRead", { count: found.rows.length - before.length }));
    } catch (said) {
      setRefusal(said);
    } finally {
      setBusy(false);
    }
  }
  return html`<section class="panel stack"><h2>${text("bank")}</h2>
    <label class="field"><span>${text("bankFile")}</span><input type="file" accept=".txt,text/plain" disabled=${busy} onChange=${read} /></label>
    ${refusal && html`<${Failed} problem=${refusal} />`}${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${seen.map((row) => html`<p class="small dim">№ ${row.number}, ${words.money(row.amount)} · ${row.payer}: ${row.errors[0].message}</p>`)}
    ${answer && !answer.data.length && html`<p class="dim">${text("nothingFromBank")}</p>`}
    ${answer?.data.map((line) => html`<${Line} key=${line.id} session=${session} line=${line} done=${done} />`)}</section>`;
}

function Line({ session, line, done }) {
  const path = `v1/bank-lines/${line.id}`;
  const reason = [{ name: "reason", label: text("reason"), required: true, missing: text("reasonNeeded"), maxlength: 500 }];
  return html`<section class="stack"><h3>${words.money(line.left)} · ${line.payer}</h3><p class="small dim">${words.shortDay(line.received_on)} · ${line.purpose}</p>
    ${line.proposals?.map((each) => html`<${Deed} plain key=${each.invoice_id} session=${session} path=${`${path}/accept`} body=${() => ({ invoice_id: each.invoice_id })} onDone=${() => done()}
      label=${text("acceptFor", { number: each.number, company: each.company })} />`)}
    <details><summary>${text("setAside")}</summary><${Deed} session=${session} path=${`${path}/set-aside`} fields=${reason} label=${text("setAsideDo")} onDone=${() => done()} /></details></section>`;
}

// In pieces: a call takes so many arguments at most.
function toBase64(bytes) {
  let letters = "";
  for (let at = 0; at < bytes.length; at += 8192) letters += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(letters);
}

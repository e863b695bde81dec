// The drawer: opened with what lies in it, counted at the end; what should be there is shown beside.

import { html } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Deed } from "./deed.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

export function Till({ session, say }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", "v1/tills", { query: { limit: 1 } }), []);
  const newest = answer?.data[0];
  const done = (said) => () => {
    say(said);
    again();
  };
  const float = [{ name: "float", type: "money", label: text("float"), value: "0", required: true }];
  return html`<section class="panel stack"><h2>${text("till")}</h2>
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${newest && html`<${Counts} till=${newest} />`}
    ${newest && !newest.closed_at && html`<${Open} key=${`${newest.id}.${newest.reopened_at}`} session=${session} till=${newest} done=${done} />`}
    ${newest?.closed_at && html`<details><summary>${text("reopen")}</summary><${Deed} session=${session} path=${`v1/tills/${newest.id}/reopen`} label=${text("reopenDo")} onDone=${done(text("reopened"))}
      fields=${[{ name: "reason", label: text("reason"), required: true, missing: text("reasonNeeded"), maxlength: 500 }]} /></details>`}
    ${answer && (!newest || newest.closed_at) && html`<${Deed} plain session=${session} path="v1/tills" fields=${float} label=${text("openTill")} onDone=${done(text("tillOpened"))} />`}
  </section>`;
}

function Counts({ till }) {
  const at = (instant) => `${words.day(instant)}, ${words.time(instant)}`;
  return html`<p class="dim">${till.closed_at ? text("closedAt", { when: at(till.closed_at) }) : text("openedAt", { when: at(till.opened_at) })}</p>
    <dl class="facts">${till.counts.map(({ method, expected, counted, difference }) => html`<div key=${method}><dt class="dim">${text(method)}</dt>
      <dd>${words.money(expected)}${counted && ` · ${text("countedSaid", { price: words.money(counted) })}`}
        ${difference?.amount ? html` <b class="bad">${words.money(difference)}</b>` : ""}</dd></div>`)}</dl>`;
}

// A movement empties its own form, and not the count that somebody has begun to write.
function Open({ session, till, done }) {
  const moved = (kind) => html`<details><summary>${text(kind)}</summary><${Deed} key=${`${till.put_in.amount}.${till.taken_out.amount}`} session=${session} path=${`v1/tills/${till.id}/entries`} label=${text(`${kind}Do`)} onDone=${done(text("done"))}
    fields=${[{ name: "amount", type: "money", label: text("amount"), required: true }, { name: "reason", label: text("reason"), required: true, missing: text("reasonNeeded"), maxlength: 500 }]}
    body=${(said) => ({ ...said, kind })} /></details>`;
  const fields = [
    { name: "counted", type: "money", label: text("counted"), required: true },
    { name: "terminal", type: "money", label: text("terminalReport") },
    { name: "note", label: text("note"), maxlength: 500 },
    { name: "leave_open", type: "checkbox", label: text("leaveOpen"), value: false },
  ];
  return html`${moved("put_in")}${moved("taken_out")}
    <h3>${text("closeTill")}</h3><${Deed} plain session=${session} path=${`v1/tills/${till.id}/close`} fields=${fields} label=${text("closeTill")} onDone=${done(text("tillClosed"))} />`;
}

// The words of messages: written beside how they will be read, put in force, taken back.

import { html, useState } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import * as words from "../base/words.js";
import { Field } from "./deed.js";
import { nameOf } from "./message_words.js";
import { Failed } from "./parts.js";
import { Sections } from "./sections.js";
import { text } from "./texts_wording.js";
import { Writing } from "./writing.js";

const PATH = "v1/message-templates";

export function Wording({ session, studio, me, say }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", PATH), []);
  const [wanted, setWanted] = useState("");
  const [locale, setLocale] = useState(words.language);
  const all = answer?.data || [];
  const names = [...new Set(all.map(({ name }) => name))];
  const name = wanted || names[0];
  const marked = (each) => `${nameOf(each)}${all.some((one) => one.name === each && one.version) ? " *" : ""}`;
  const failed = all.filter(({ failed_at: at }) => at);
  return html`<${Sections} here="texts" /><p class="dim">${text("textsLead")}</p>
    ${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${!answer && !problem && html`<p class="waits dim">…</p>`}
    ${failed.map((each) => html`<p class="panel bad" role="alert" key=${each.name + each.locale}>${text("textFailed", { name: nameOf(each.name), language: text(`in_${each.locale}`), failure: each.failure })}</p>`)}
    ${name && html`<div class="two"><${Field} name="name" label=${text("textMessage")} value=${name} options=${names.map((each) => [each, marked(each)])} onSaid=${setWanted} />
        <${Field} name="locale" label=${text("textLanguage")} value=${locale} options=${[...new Set(all.map((each) => each.locale))].map((each) => [each, text(`in_${each}`)])} onSaid=${setLocale} /></div>
      <${One} key=${name + locale} session=${session} path=${`${PATH}/${name}/${locale}`} isAdmin=${me.role === "admin"} zone=${studio.timezone} say=${say} onChanged=${again} />`}`;
}

function One({ session, path, onChanged, ...tools }) {
  const [{ answer, problem }, again] = useAnswer(() => session.call("GET", path), [path]);
  const done = () => {
    again();
    onChanged();
  };
  return html`${problem && html`<${Failed} problem=${problem} again=${again} />`}
    ${!answer && !problem && html`<p class="waits dim">…</p>`}
    ${answer && html`<${Writing} key=${answer.version} ...${tools} session=${session} path=${path} template=${answer} onDone=${done} />`}`;
}

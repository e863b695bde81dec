// Where the page begins: what there is; and one tag with its operations.

import { html } from "../base/preact.js";
import { ABOUT, EVENTS, GROUPS } from "./index.js";
import { called } from "./names.js";
import { Method, Path, Words } from "./parts.js";
import { text } from "./texts.js";

const ROOT = new URL("./", location.href);

export function Overview() {
  return html`<section><h1>${text("title")}</h1>
      <p lang="en"><${Words} of=${ABOUT} /></p>
      <p>${text("base")}: <code>${ROOT.href}</code></p>
      <p><a href="openapi.json">${text("openapi")}</a></p></section>
    <section><h2>${text("groups")}</h2></section>
    ${GROUPS.map(([group, tags]) => html`<section key=${group}><h3>${called(group)}</h3><ul class="cards">
      ${tags.map(([tag, meaning, operations]) => html`<li key=${tag}><a class="panel" href=${`#tag-${tag}`}><b>${called(tag)}</b>
        <span class="small" lang="en">${meaning}</span><span class="small dim">${text("operations", { count: operations.length })}</span></a></li>`)}
      ${group === "Connect" && html`<li><a class="panel" href="#events"><b>${text("events")}</b><span class="small">${text("eventsMore")}</span></a></li>`}
    </ul></section>`)}`;
}

export function Tag({ name }) {
  const [, meaning, operations] = GROUPS.flatMap(([, tags]) => tags).find(([tag]) => tag === name);
  return html`<section><h1>${called(name)}</h1><p lang="en">${meaning}</p></section>
    <ul class="cards">${operations.map(([id, method, path, summary]) => html`<li key=${id}><a class="panel" href=${`#${id}`}>
      <span class="path small"><${Method} of=${method} /><span><${Path} of=${path} /></span></span><span class="small" lang="en"><${Words} of=${summary} /></span></a></li>`)}</ul>`;
}

export function Events() {
  return html`<section><h1>${text("events")}</h1><p>${text("eventsMore")}</p></section>
    <ul class="cards">${EVENTS.map(([kind, meaning]) => html`<li key=${kind}><a class="panel" href=${`#event-${kind}`}><b><code>${kind}</code></b>
      <span class="small" lang="en"><${Words} of=${meaning} /></span></a></li>`)}</ul>`;
}

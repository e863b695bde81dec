// All operations at the side, with a search that works from the keyboard: `/` goes there, the arrows go through the list.

import { html, useEffect, useMemo, useRef, useState } from "../base/preact.js";
import { EVENTS, GROUPS } from "./index.js";
import { called } from "./names.js";
import { Method, Path } from "./parts.js";
import { text } from "./texts.js";

const ALL = GROUPS.flatMap(([, tags]) => tags.flatMap(([tag, , operations]) => operations.map(([id, method, path, summary]) => ({
  id, method, path, tag, words: `${method} ${path} ${id} ${id.replaceAll("_", " ")} ${summary} ${tag} ${called(tag)}`.toLowerCase(),
}))));
const TOLD = EVENTS.map(([kind, meaning]) => ({ kind, words: `${kind} ${meaning} webhook event вебхук событие`.toLowerCase() }));

export function find(asked) {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (each) => words.every((word) => each.words.includes(word));
  return { operations: ALL.filter(fits), events: TOLD.filter(fits) };
}

export function Nav({ at, folded, unfold }) {
  const [asked, setAsked] = useState("");
  const box = useRef(null);
  const found = useMemo(() => asked.trim() && find(asked), [asked]);
  useEffect(() => {
    const press = (event) => {
      const typing = event.target.closest?.("input, textarea, select, dialog");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      unfold();
      // Once it can be seen.
      requestAnimationFrame(() => {
        box.current.focus();
        box.current.select();
      });
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return html`<nav id="all" class=${folded ? "folded" : ""} aria-label=${text("menu")} onKeyDown=${walk}>
    <input ref=${box} type="search" aria-label=${text("search")} placeholder=${text("searchKey")} value=${asked} aria-keyshortcuts="/"
      onInput=${(event) => setAsked(event.target.value)} autocomplete="off" spellcheck="false" />
    <div role="status" class="small dim">${found && told(found)}</div>
    ${found ? html`<${Found} ...${found} at=${at} />` : html`<${Everything} at=${at} />`}
  </nav>`;
}

function told({ operations, events }) {
  const count = operations.length + events.length;
  return count ? text("found", { count }) : text("nothing");
}

// Down and up go from the box through the links that are seen.
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const stops = [...event.currentTarget.querySelectorAll("input, summary, a")].filter((each) => each.checkVisibility());
  const next = stops[stops.indexOf(document.activeElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

const Link = ({ id, method, path, at }) => html`<li><a href=${`#${id}`} aria-current=${at === id ? "page" : undefined}>
  <${Method} of=${method} /><span><${Path} of=${path.replace(/^\/v1/, "")} /></span></a></li>`;

const EventLink = ({ kind, at }) => html`<li><a class="plain" href=${`#event-${kind}`} aria-current=${at === `event-${kind}` ? "page" : undefined}>${kind}</a></li>`;

const Found = ({ operations, events, at }) => html`<ul>${operations.map((each) => html`<${Link} key=${each.id} ...${each} at=${at} />`)}
  ${events.map(({ kind }) => html`<${EventLink} key=${kind} kind=${kind} at=${at} />`)}</ul>`;

function Everything({ at }) {
  const current = ALL.find(({ id }) => id === at)?.tag || (at.startsWith("tag-") ? at.slice(4) : "");
  return html`<ul><li><a class="plain" href="#" aria-current=${at === "" ? "page" : undefined}>${text("overview")}</a></li></ul>
    ${GROUPS.map(([group, tags]) => html`<div key=${group}><h2>${called(group)}</h2>
      ${tags.map(([tag, , operations]) => html`<details key=${tag} open=${tag === current}><summary>${called(tag)}</summary>
        <ul>${operations.map(([id, method, path]) => html`<${Link} key=${id} id=${id} method=${method} path=${path} at=${at} />`)}</ul></details>`)}</div>`)}
    <div><h2>${text("events")}</h2><details open=${at.startsWith("event")}><summary>${text("events")}</summary>
      <ul>${EVENTS.map(([kind]) => html`<${EventLink} key=${kind} kind=${kind} at=${at} />`)}</ul></details></div>`;
}

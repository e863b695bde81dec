// The API's documentation: the list comes with the page, what is behind it with openapi.json.

import { html, render, useEffect, useMemo, useRef, useState } from "../base/preact.js";
import { call, onTrouble } from "../base/api.js";
import { useAnswer } from "../base/asking.js";
import { language } from "../base/words.js";
import { Spec } from "./document.js";
import { Event } from "./event.js";
import { Fields } from "./fields.js";
import { GROUPS } from "./index.js";
import { Nav } from "./nav.js";
import { Operation } from "./operation.js";
import { Events, Overview, Tag } from "./overview.js";
import { Failed } from "./parts.js";
import { Session } from "./session.js";
import { SignIn } from "./sign_in.js";
import { text } from "./texts.js";

const TAGS = new Set(GROUPS.flatMap(([, tags]) => tags.map(([tag]) => tag)));

const isList = (at) => at === "" || at === "events" || at.startsWith("tag-");

function here() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

function Page() {
  const [at, setAt] = useState(here());
  const [folded, setFolded] = useState(true);
  const [signing, setSigning] = useState(false);
  const [troubled, setTroubled] = useState(false);
  const [, redraw] = useState(0);
  const session = useMemo(() => new Session(() => redraw((last) => last + 1)), []);
  // It is larger than all of the page, and the lists do without.
  const [opened, setOpened] = useState(!isList(at));
  const [answer, again] = useAnswer(async () => (opened ? call("GET", "openapi.json") : null), [opened]);
  const spec = useMemo(() => answer.answer && new Spec(answer.answer), [answer.answer]);
  const main = useRef(null);
  useEffect(() => onTrouble(setTroubled), []);
  useEffect(() => {
    const move = () => {
      setAt(here());
      if (!isList(here())) setOpened(true);
      setFolded(true);
      scrollTo(0, 0);
      main.current.focus({ preventScroll: true });
    };
    addEventListener("hashchange", move);
    return () => removeEventListener("hashchange", move);
  }, []);
  useEffect(() => void (document.title = [at.replace(/^(tag|event|schema)-/, ""), text("title")].filter(Boolean).join(" · ")), [at]);
  return html`${troubled && html`<div class="trouble" role="status">${text("trouble")}</div>`}
    <header class="bar"><a class="name" href="#">Cyclorama API</a>
      <button type="button" class="menu" aria-expanded=${!folded} aria-controls="all" onClick=${() => setFolded(!folded)}>${text("menu")}</button>
      ${session.isThere
        ? html`<span class="small good">${text("signedIn")}</span><button type="button" onClick=${() => session.leave().catch(() => null)}>${text("signOut")}</button>`
        : html`<button type="button" onClick=${() => setSigning(true)}>${text("signIn")}</button>`}
      <${Theme} /><${Language} at=${at} /></header>
    <div class="columns"><${Nav} at=${at} folded=${folded} unfold=${() => setFolded(false)} />
      <main class="one" ref=${main} tabindex="-1"><${Place} at=${at} spec=${spec} problem=${answer.problem} again=${again} session=${session} onSignIn=${() => setSigning(true)} /></main></div>
    ${signing && html`<${SignIn} session=${session} onClose=${() => setSigning(false)} />`}`;
}

function Place({ at, spec, problem, again, ...rest }) {
  if (at === "") return html`<${Overview} />`;
  if (at === "events") return html`<${Events} />`;
  const [, kind, name] = at.match(/^(tag|event|schema)-(.*)$/) || [];
  if (kind === "tag") return TAGS.has(name) ? html`<${Tag} name=${name} />` : html`<p>${text("gone")}</p>`;
  if (problem) return html`<${Failed} problem=${problem} again=${again} />`;
  if (!spec) return html`<div class="skeleton waits" aria-hidden="true"></div>`;
  if (kind === "event" && spec.document.webhooks[name]) return html`<${Event} key=${name} spec=${spec} kind=${name} />`;
  const schema = kind === "schema" && spec.document.components.schemas[name];
  if (schema) return html`<section><h1>${text("schema", { name })}</h1><${Fields} spec=${spec} schema=${schema} /></section>`;
  const operation = spec.operations.get(at);
  return operation ? html`<${Operation} key=${at} spec=${spec} operation=${operation} ...${rest} />` : html`<p>${text("gone")}</p>`;
}

function Theme() {
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const [dark, setDark] = useState(isDark());
  function turn() {
    root.dataset.theme = dark ? "light" : "dark";
    const address = new URL(location.href);
    address.searchParams.set("theme", root.dataset.theme);
    history.replaceState(null, "", address);
    setDark(!dark);
  }
  return html`<button type="button" onClick=${turn}>${text(dark ? "light" : "dark")}</button>`;
}

// The other language is another address of the same place.
function Language({ at }) {
  const other = language === "ru" ? "en" : "ru";
  const address = new URL(location.href);
  address.searchParams.set("lang", other);
  address.hash = at;
  const follow = (event) => (event.currentTarget.href = Object.assign(new URL(address), { search: withLanguage(other) }).href);
  return html`<a class="switch" href=${address.href} hreflang=${other} lang=${other} onClick=${follow}>${text("other")}</a>`;
}

// The theme may have been turned meanwhile.
function withLanguage(other) {
  const search = new URLSearchParams(location.search);
  search.set("lang", other);
  return `?${search}`;
}

const root = document.getElementById("page");
root.replaceChildren();
render(html`<${Page} />`, root);

// The desk: who comes when in all halls, and what staff do about it.

import { html, render, useEffect, useMemo, useRef, useState } from "../base/preact.js";
import { call, onTrouble } from "../base/api.js";
import * as words from "../base/words.js";
import { Card } from "./card.js";
import { Closing } from "./closing.js";
import { Booking } from "./new.js";
import { Finding } from "./finding.js";
import { Grid } from "./grid.js";
import { Failed, List } from "./parts.js";
import { Session } from "./session.js";
import { SignIn } from "./sign_in.js";
import { text } from "./texts.js";
import { Till } from "./till.js";

const LIVE = 2000;
const HIDDEN = 30_000;

function Page() {
  const [inside, setInside] = useState(false);
  const [troubled, setTroubled] = useState(false);
  const session = useMemo(() => new Session(() => setInside(false)), []);
  useEffect(() => {
    document.title = text("title");
    setInside(session.isThere);
    return onTrouble(setTroubled);
  }, []);
  return html`${troubled && html`<div class="trouble" role="status">${text("trouble")}</div>`}
    ${inside ? html`<${Desk} session=${session} />` : html`<${SignIn} session=${session} onEntered=${() => setInside(true)} />`}`;
}

function Desk({ session }) {
  const [known, setKnown] = useState(null);
  const [problem, setProblem] = useState(null);
  const load = () => {
    setProblem(null);
    Promise.all([call("GET", "v1/studio"), call("GET", "v1/halls")]).then(
      ([studio, halls]) => setKnown({ studio, halls: halls.data.filter(({ archived }) => !archived) }),
      setProblem,
    );
  };
  useEffect(load, []);
  if (problem) return html`<${Failed} problem=${problem} again=${load} />`;
  if (!known) return html`<div class="skeleton waits"></div>`;
  return html`<${Day} ...${known} session=${session} />`;
}

const dayOf = () => (/^#(\d{4}-\d\d-\d\d)$/.exec(location.hash) || [])[1];

// The day's schedule, read again every few seconds while somebody looks.
function useSchedule(session, date) {
  const [state, setState] = useState({});
  const current = useRef(date);
  current.current = date;
  async function load() {
    try {
      const query = { from: date, to: words.daysOn(date, 1) };
      const schedule = await session.call("GET", "v1/schedule", { query });
      if (current.current === date) setState({ date, ...schedule });
    } catch (problem) {
      if (current.current === date) setState((last) => ({ ...last, problem }));
    }
  }
  useEffect(() => {
    let timer;
    let over = false;
    async function again() {
      await load();
      if (!over) timer = setTimeout(again, document.hidden ? HIDDEN : LIVE);
    }
    const look = () => !document.hidden && (clearTimeout(timer), again());
    again();
    document.addEventListener("visibilitychange", look);
    return () => {
      over = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [date]);
  return [state, load];
}

function Day({ studio, halls, session }) {
  const today = words.dateIn(new Date(), studio.timezone);
  const [date, setDate] = useState(dayOf() || today);
  const [window, setWindow] = useState(null);
  const [toast, setToast] = useState("");
  const [asList, setAsList] = useState(matchMedia("(max-width: 44rem)").matches);
  const [schedule, reload] = useSchedule(session, date);
  useEffect(() => {
    const follow = () => setDate(dayOf() || today);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  useEffect(() => {
    if (!toast) return undefined;
    const timer = setTimeout(() => setToast(""), 5000);
    return () => clearTimeout(timer);
  }, [toast]);
  useShortcuts({ n: () => setWindow({ kind: "new" }), "/": () => document.getElementById("find")?.focus() }, window);

  const close = () => setWindow(null);
  const done = (said, next = null) => {
    setWindow(next);
    setToast(said);
    reload();
  };
  const go = (next) => (location.hash = next);
  const tools = { session, halls, studio, date, onClose: close, onDone: done, onOpen: (id) => setWindow({ kind: "card", id }) };
  const visits = schedule.date === date ? schedule.data : [];
  const shown = { halls, date, visits, busy: (schedule.date === date && schedule.busy) || [], zone: studio.timezone };
  return html`<div class="bar">
      <h1>${words.said(studio.name)} · ${words.dayOfDate(date)}</h1>
      <button type="button" aria-label=${text("before")} onClick=${() => go(words.daysOn(date, -1))}>←</button>
      <button type="button" onClick=${() => go(today)}>${text("today")}</button>
      <button type="button" aria-label=${text("after")} onClick=${() => go(words.daysOn(date, 1))}>→</button>
      <input type="date" aria-label=${text("date")} value=${date} onChange=${(event) => event.target.value && go(event.target.value)} />
      <${Finding} session=${session} onOpen=${(id) => setWindow({ kind: "card", id })} />
      <button type="button" onClick=${() => setAsList(!asList)}>${text(asList ? "grid" : "list")}</button>
      <button type="button" onClick=${() => setWindow({ kind: "till" })}>${text("till")}</button>
      <button type="button" onClick=${() => setWindow({ kind: "closing" })}>${text("closeHall")}</button>
      <button type="button" class="main" onClick=${() => setWindow({ kind: "new" })}>${text("new")}</button>
      <button type="button" class="plain" onClick=${() => session.leave()}>${text("leave")}</button>
    </div>
    ${schedule.problem && html`<${Failed} problem=${schedule.problem} again=${reload} />`}
    ${schedule.contacts === "unavailable" && html`<p class="dim">${text("noNames")}</p>`}
    ${schedule.date !== date && html`<div class="skeleton waits"></div>`}
    ${schedule.date === date && (asList
      ? html`<${List} ...${shown} onOpen=${tools.onOpen} />`
      : html`<${Grid} ...${shown} onOpen=${tools.onOpen} onNew=${(at) => setWindow({ kind: "new", ...at })}
          onMove=${(visit, to) => setWindow({ kind: "card", id: visit.id, to })} onBusy=${(busy) => busy.kind === "closure" && setWindow({ kind: "closing", busy })} />`)}
    ${window?.kind === "card" && html`<${Card} key=${window.id} ...${tools} id=${window.id} to=${window.to} first=${visits.find(({ id }) => id === window.id)} />`}
    ${window?.kind === "new" && html`<${Booking} ...${tools} at=${window} />`}
    ${window?.kind === "till" && html`<${Till} ...${tools} />`}
    ${window?.kind === "closing" && html`<${Closing} ...${tools} busy=${window.busy} />`}
    ${toast && html`<div class="toast" role="status">${toast}</div>`}`;
}

// Single letters, where nobody types and no window is open.
function useShortcuts(keys, window) {
  useEffect(() => {
    const press = (event) => {
      const typing = event.target.closest("input, textarea, select, dialog");
      if (typing || window || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = keys[event.key === "т" ? "n" : event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [window]);
}

const root = document.getElementById("page");
root.replaceChildren();
render(html`<${Page} />`, root);

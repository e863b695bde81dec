// One day in all halls, with everything that is done about it.

import { html, useEffect, useRef, useState } from "../base/preact.js";
import * as words from "../base/words.js";
import { Closing } from "./closing.js";
import { CheckIn } from "./code.js";
import { Finding } from "./finding.js";
import { Grid } from "./grid.js";
import { useSchedule } from "./live.js";
import { Failed, List, gone } from "./parts.js";
import { text } from "./texts.js";
import { Windows } from "./windows.js";

export function Day({ studio, halls, session, date, today, say }) {
  const [window, setWindow] = useState(null);
  const [asList, setAsList] = useState(matchMedia("(max-width: 44rem)").matches);
  const [schedule, reload] = useSchedule(session, date);
  useShortcuts({ n: () => setWindow({ kind: "new" }), "/": () => document.getElementById("find")?.focus() }, window);

  const open = (id, kind = "card") => setWindow({ kind, id });
  const done = (said, next = null) => {
    setWindow(next);
    say(said);
    reload();
  };
  const go = (next) => (location.hash = next);
  const visits = schedule.data || [];
  const columns = [...halls, ...gone(visits, halls)];
  const shown = { halls: columns, date, visits, busy: schedule.busy || [], zone: studio.timezone };
  const tools = { session, halls, studio, date, visits, onClose: () => setWindow(null), onDone: done, onOpen: open };
  return html`<div class="bar">
      <h1>${words.dayOfDate(date)}</h1>
      <${Step} label=${text("before")} to=${words.daysOn(date, -1)}>←</${Step}>
      <button type="button" aria-current=${date === today ? "date" : null} onClick=${() => go(today)}>${text("today")}</button>
      <${Step} label=${text("after")} to=${words.daysOn(date, 1)}>→</${Step}>
      <input type="date" aria-label=${text("date")} value=${date} onChange=${(event) => event.target.value && go(event.target.value)} />
      <${Finding} ...${tools} say=${say} />
      <button type="button" onClick=${() => setAsList(!asList)}>${text(asList ? "grid" : "list")}</button>
      <button type="button" onClick=${() => setWindow({ kind: "code" })}>${text("byCode")}</button>
      <button type="button" onClick=${() => setWindow({ kind: "closing" })}>${text("closeHall")}</button>
      <button type="button" class="main" aria-keyshortcuts="n" onClick=${() => setWindow({ kind: "new" })}>${text("new")}</button>
    </div>
    ${schedule.problem && html`<${Failed} problem=${schedule.problem} again=${reload} />`}
    ${schedule.contacts === "unavailable" && html`<p class="dim">${text("noNames")}</p>`}
    ${!schedule.data && !schedule.problem && html`<div class="skeleton waits" aria-hidden="true"></div>`}
    ${schedule.data && (asList
      ? html`<${List} ...${shown} onOpen=${open} />`
      : html`<${Grid} ...${shown} onOpen=${open} onNew=${(at) => setWindow({ kind: "new", ...at })}
          onMove=${(visit, to) => setWindow({ kind: "card", id: visit.id, move: true, to })} onBusy=${(busy) => busy.kind === "closure" && setWindow({ kind: "closing", busy })} />`)}
    <${Windows} ...${tools} window=${window} />
    ${window?.kind === "closing" && html`<${Closing} ...${tools} busy=${window.busy} />`}
    ${window?.kind === "code" && html`<${CheckIn} ...${tools} />`}`;
}

export const Step = ({ label, to, children }) => html`<button type="button" aria-label=${label} onClick=${() => (location.hash = to)}>${children}</button>`;

// Single letters, where nobody types and no window is open.
function useShortcuts(keys, window) {
  const now = useRef({});
  now.current = { keys, window };
  useEffect(() => {
    const press = (event) => {
      const typing = event.target.closest("input, textarea, select, dialog");
      if (typing || now.current.window || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = now.current.keys[event.key === "т" ? "n" : event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

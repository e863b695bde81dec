// The desk: who has signed in, and which of its views they look at.

import { html, render, useEffect, useMemo, useRef, useState } from "../base/preact.js";
import { call, onTrouble } from "../base/api.js";
import { now } from "../base/clock.js";
import * as words from "../base/words.js";
import { Companies } from "./companies.js";
import { Day } from "./day.js";
import { SecondFactor } from "./factor.js";
import { Messages } from "./messages.js";
import { Money } from "./money.js";
import { later } from "./later.js";
import { Failed } from "./parts.js";
import { Reports } from "./reports.js";
import { Session } from "./session.js";
import { Settings } from "./settings.js";
import { SignIn } from "./sign_in.js";
import { text } from "./texts.js";
import { Waitlist } from "./waitlist.js";
import { Week } from "./week.js";

// What few look at comes when they do.
const Rules = later(() => import("./rules.js").then((module) => module.Rules));
const Wording = later(() => import("./wording.js").then((module) => module.Wording));
const VIEWS = { week: Week, waitlist: Waitlist, messages: Messages, money: Money, companies: Companies, reports: Reports, settings: Settings, rules: Rules, texts: Wording };
// Views that are found in another.
const WITHIN = { rules: "settings", texts: "settings" };
const STAFF = ["manager", "admin"];

function Page() {
  const [inside, setInside] = useState(false);
  const [lacks, setLacks] = useState(false);
  const [troubled, setTroubled] = useState(false);
  const session = useMemo(() => new Session(() => setInside(false), () => setLacks(true)), []);
  useEffect(() => {
    document.title = text("title");
    setInside(session.isThere);
    return onTrouble(setTroubled);
  }, []);
  const shown = () => {
    if (!inside) return html`<${SignIn} session=${session} onEntered=${() => setInside(true)} />`;
    if (lacks) return html`<${SecondFactor} session=${session} onDone=${() => setLacks(false)} />`;
    return html`<${Desk} session=${session} />`;
  };
  return html`${troubled && html`<div class="trouble" role="status">${text("trouble")}</div>`}${shown()}`;
}

function Desk({ session }) {
  const [known, setKnown] = useState(null);
  const [problem, setProblem] = useState(null);
  const load = () => {
    setProblem(null);
    const asked = [session.call("GET", "v1/me"), call("GET", "v1/studio"), call("GET", "v1/halls")];
    return Promise.all(asked).then(([me, studio, halls]) => setKnown({ me, studio, ...letOrNot(halls.data) }), setProblem);
  };
  useEffect(() => void load(), []);
  if (problem) return html`<${Failed} problem=${problem} again=${load} />`;
  if (!known) return html`<div class="skeleton waits" aria-hidden="true"></div>`;
  if (!STAFF.includes(known.me.role)) return html`<${Stranger} session=${session} />`;
  return html`<${Views} ...${known} session=${session} onChanged=${load} />`;
}

const letOrNot = (all) => ({ halls: all.filter(({ archived }) => !archived), archived: all.filter(({ archived }) => archived) });

function Stranger({ session }) {
  return html`<div class="sign-in panel stack"><h1>${text("title")}</h1><p>${text("forStaff")}</p>
    <p><a href="book">${text("toBooking")}</a></p>
    <div><button type="button" onClick=${() => session.leave()}>${text("leave")}</button></div></div>`;
}

// What stands behind the # of the address: a view, and its day. `#2026-12-24` is that day.
function placed() {
  const [, view, date] = /^#?([a-z]*)-?(\d{4}-\d\d-\d\d)?$/.exec(location.hash) || [];
  return { view: VIEWS[view] ? view : "day", date };
}

function Views(known) {
  const { studio, session, me } = known;
  const [place, setPlace] = useState(placed);
  const [toast, setToast] = useState("");
  useEffect(() => {
    const follow = () => setPlace(placed());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  // On a phone the sections scroll sideways.
  useEffect(() => document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }), [place.view]);
  useEffect(() => {
    if (!toast) return undefined;
    const timer = setTimeout(() => setToast(""), 5000);
    return () => clearTimeout(timer);
  }, [toast]);
  const today = words.dateIn(new Date(now()), studio.timezone);
  // Whoever comes back from another view looks at the day that they looked at before.
  const last = useRef(today);
  if (place.date || !location.hash) last.current = place.date || today;
  const date = last.current;
  const View = VIEWS[place.view] || Day;
  const links = [["day", date], ["week", `week-${date}`], ...["waitlist", "messages", "money", "companies", "reports", "settings"].map((name) => [name, name])];
  return html`<header class="top"><b>${words.said(studio.name)}</b>
      <nav aria-label=${text("views")}>${links.map(([name, to]) => html`<a key=${name} href=${`#${to}`} aria-current=${(WITHIN[place.view] || place.view) === name ? "page" : null}>${text(`view_${name}`)}</a>`)}</nav>
      <span class="who small dim">${me.full_name}</span>
      <button type="button" class="plain" onClick=${() => session.leave()}>${text("leave")}</button></header>
    <${View} ...${known} date=${date} today=${today} say=${setToast} />
    <div class=${toast ? "toast" : "visually-hidden"} role="status">${toast}</div>`;
}

const root = document.getElementById("page");
root.replaceChildren();
render(html`<${Page} />`, root);

// Ways to pay, and what became of it. Banks forbid frames: the payer goes there at top level, or in a tab of its own.

import { html, useEffect, useRef, useState } from "../base/preact.js";
import { call, connected, newKey } from "../base/api.js";
import { now } from "../base/clock.js";
import * as words from "../base/words.js";
import { embedded } from "./host.js";
import { text } from "./texts.js";
import { Failed } from "./choose.js";

const OPEN = new Set(["creating", "pending"]);
// With less than this many seconds left a payer may well come too late.
const SHORT = 120;

export function Paying({ booking, token, studio, returned, onChange }) {
  const pending = booking.status === "pending";
  const [all, setAll] = useState(false);
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState(null);
  const [elsewhere, setElsewhere] = useState(null);
  // The same wish keeps its key until it is done or refused.
  const attempt = useRef({});
  const left = { ...booking.total, amount: booking.total.amount - booking.paid.amount };
  const least = { ...left, amount: Math.max(booking.prepayment.amount - booking.paid.amount, 0) };
  const due = pending && !all ? least : left;
  const partly = pending && least.amount < left.amount;
  const { open, failed } = useOutcome({ booking, token, active: Boolean(returned || elsewhere), onChange });

  async function pay(provider, method) {
    const tab = embedded ? waitingTab() : null;
    setBusy(`${provider}/${method}`);
    setProblem(null);
    try {
      const body = { booking_id: booking.id, provider, method, return_url: returnUrl(booking) };
      if (pending) body.purpose = all ? "full" : "prepayment";
      const same = JSON.stringify(body);
      if (attempt.current.same !== same) attempt.current = { same, key: newKey() };
      const payment = await call("POST", "v1/payments", { body, token, key: attempt.current.key });
      attempt.current = {};
      await go(payment, tab);
    } catch (error) {
      if (error.status < 500) attempt.current = {};
      tab?.close();
      setProblem(error);
      onChange();
    } finally {
      setBusy("");
    }
  }

  // Nobody is sent to a bank's page that would not load, or to pay for what is not held any more.
  async function go({ confirmation_url: address, expires_at: until }, tab) {
    await connected();
    if (!address || secondsTo(until) === 0) {
      tab?.close();
      return onChange();
    }
    if (!embedded) return location.assign(address);
    if (tab) tab.location = address;
    setElsewhere(address);
  }

  const [first, others] = ways(studio);
  const shown = (ways) => html`<div class="methods">
    ${ways.map(({ provider, method, name, via }) => html`<button type="button" key=${provider + method} disabled=${Boolean(busy)}
      onClick=${() => pay(provider, method)}>
      <span class=${busy === `${provider}/${method}` ? "waits" : ""}>${busy === `${provider}/${method}` ? text("opening") : name}</span>
      ${via && html`<br /><span class="small dim">${via}</span>`}
    </button>`)}
  </div>`;
  // A booking that waits for its first money hears of it a little later than we do.
  const waiting = Boolean(returned) && (pending ? !failed : open);
  const folded = waiting ? "payAgain" : !pending && !elsewhere && "payNow";
  const choice = html`
    <p>${pending ? text("payLead", { price: words.money(least) }) : text("payLeft")}</p>
    ${partly && html`<div class="check"><input type="checkbox" id="all" checked=${all} onChange=${(event) => setAll(event.target.checked)} />
      <label for="all">${text("payAll", { price: words.money(left) })}</label></div>`}
    <h3>${text("pay", { price: words.money(due) })}</h3>
    ${shown(first)}
    ${others.length > 0 && html`<details><summary>${text("otherWays")}</summary>${shown(others)}</details>`}`;
  return html`<section class="${pending ? "panel " : ""}stack">
    ${pending && booking.hold_expires_at && html`<${Countdown} until=${booking.hold_expires_at} onOver=${onChange} />`}
    ${waiting && html`<p role="status" class="waits">${text("waiting")}</p>`}
    ${failed && html`<p role="alert" class="bad">${text("payFailed")}</p>`}
    ${elsewhere && html`<p role="status">${text("elsewhere")} <a href=${elsewhere} target="_blank" rel="noopener">${text("openPay")}</a></p>`}
    ${!pending && html`<p>${text("payRest", { price: words.money(left) })}</p>`}
    ${folded ? html`<details><summary>${text(folded)}</summary><div class="stack">${choice}</div></details>` : choice}
    ${problem && html`<${Failed} problem=${problem} />`}
  </section>`;
}

// Opened by the click itself, later browsers forbid it; what it waits for is said in it.
function waitingTab() {
  const tab = open("", "_blank");
  if (tab) tab.document.body.textContent = text("opening");
  return tab;
}

// Payers know methods, not gateways: each is offered by the first gateway that has it, and by the others below.
function ways(studio) {
  const [first, others] = [[], []];
  for (const { provider, label, methods } of studio.payment_methods || []) {
    for (const { method, label: name } of methods) {
      const known = first.some((each) => each.method === method);
      (known ? others : first).push({ provider, method, name: words.said(name), via: known && words.said(label) });
    }
  }
  return [first, others];
}

// Gateways add to this address what they like, and read it: it has no secret of the booking.
function returnUrl(booking) {
  const address = new URL("manage", location.href);
  address.search = new URLSearchParams({ booking: booking.id, lang: words.language });
  return address.href;
}

// What became of the payments, asked for while somebody is expected back from a bank: whether one is still open, and
// whether the last has failed. When none is open any more, the booking is another.
function useOutcome({ booking, token, active, onChange }) {
  const [outcome, setOutcome] = useState({ open: false, failed: false });
  useEffect(() => {
    if (!active) return undefined;
    let wasOpen = false;
    const timer = setInterval(async () => {
      try {
        const { data } = await call("GET", "v1/payments", { token, query: { booking_id: booking.id } });
        const open = data.some(({ status }) => OPEN.has(status));
        setOutcome({ open, failed: !open && data.at(-1)?.status === "failed" });
        if (wasOpen && !open) onChange();
        wasOpen = open;
      } catch (error) {
        if (error.status === 401) clearInterval(timer);
      }
    }, 4000);
    return () => clearInterval(timer);
  }, [active, booking.status]);
  return outcome;
}

function Countdown({ until, onOver }) {
  const [left, setLeft] = useState(secondsTo(until));
  const told = useRef(false);
  useEffect(() => {
    const timer = setInterval(() => setLeft(secondsTo(until)), 1000);
    return () => clearInterval(timer);
  }, [until]);
  useEffect(() => {
    if (left > 0 || told.current) return;
    told.current = true;
    onOver();
  }, [left]);
  const [minutes, seconds] = [Math.floor(left / 60), left % 60];
  return html`<div class="tight">
    <div class="dim">${text("held")}</div>
    <div class="clock" aria-hidden="true">${minutes}:${String(seconds).padStart(2, "0")}</div>
    <div class="visually-hidden" role="status">${text("heldSaid", { count: minutes })}</div>
    ${left < SHORT && html`<p role="status" class="bad">${text("short")}</p>`}
  </div>`;
}

const secondsTo = (until) => Math.max(0, Math.round((new Date(until) - now()) / 1000));

// Booking from the first look at halls to the visit. What is chosen stands in the address, so that "back" goes back.

import { html, render, useEffect, useState } from "../base/preact.js";
import { call, newKey, onTrouble } from "../base/api.js";
import { now } from "../base/clock.js";
import * as words from "../base/words.js";
import { Footer, Header, NoLink } from "./around.js";
import { Choose, Failed } from "./choose.js";
import { Details } from "./details.js";
import { embedded, follow, say } from "./host.js";
import { sending } from "./sending.js";
import { text } from "./texts.js";
import { Visit } from "./visit.js";

const query = new URLSearchParams(location.search);
const EMPTY_FORM = { addOns: {}, promo: "", name: "", phone: "", email: "", comment: "", agreed: {} };

function kept(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null; // A browser may forbid it in a frame; the link still works.
  }
}

function keep(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // As above.
  }
}

// Who opens a booking: the secret of a link, or who has just come back from a bank.
async function entry() {
  if (!location.pathname.endsWith("/manage")) return null;
  const secret = location.hash.slice(1) || kept(query.get("booking") || "");
  if (!secret) return { missing: true };
  try {
    const { access_token: token, booking_id: id } = await call("POST", "v1/guest-tokens", { body: { token: secret }, key: newKey() });
    keep(id, secret);
    return { id, token, link: linkOf(secret), returned: query.has("booking") };
  } catch (problem) {
    if (problem.status >= 500 || problem.status === 429) throw problem;
    return { missing: true }; // Not whole, or too old: there is another way on than trying again.
  }
}

// The first photo of a hall that was uploaded here, in its sizes; pictures of other hosts are not loaded.
function pictured(hall) {
  const photo = hall.photos.find(({ sizes }) => sizes?.length);
  if (!photo) return hall;
  const srcset = photo.sizes.map(({ url, width }) => `${url} ${width}w`).join(", ");
  return { ...hall, photo: { src: photo.sizes[0].url, srcset, alt: words.said(photo.alt) } };
}

const linkOf = (secret) => Object.assign(new URL("manage", location.href), { search: "", hash: secret }).href;

async function load() {
  const [studio, halls, addOns, documents, tariffs, visit] = await Promise.all([
    call("GET", "v1/studio"),
    call("GET", "v1/halls"),
    call("GET", "v1/add-ons"),
    loadDocuments(),
    call("GET", "v1/tariffs"),
    entry(),
  ]);
  const names = new Map([...tariffs.data, ...addOns.data].map(({ id, name }) => [id, name]));
  return { studio, documents, visit, names, addOns: addOns.data, halls: halls.data.filter(({ archived }) => !archived).map(pictured) };
}

// Each consent is given apart, in the version that is shown, and nothing is ticked beforehand.
async function loadDocuments() {
  const [consents, policy] = await Promise.all([call("GET", "v1/consents"), call("GET", "v1/policy")]);
  const shown = consents.data.map(({ kind, version, required, texts, url }) => ({ kind, version, required, url, ...(texts[words.language] || texts.ru) }));
  const rules = policy.rules_version && { version: policy.rules_version, url: policy.rules_url };
  return { rules, consents: shown };
}

function Page() {
  const [known, setKnown] = useState(null);
  const [problem, setProblem] = useState(null);
  const [troubled, setTroubled] = useState(false);
  const start = () => {
    setProblem(null);
    load().then(setKnown, setProblem);
  };
  useEffect(start, []);
  useEffect(() => onTrouble(setTroubled), []);
  useEffect(() => {
    if (known) document.title = `${text("title")} · ${words.said(known.studio.name)}`;
  }, [known]);
  return html`
    ${troubled && html`<div class="trouble" role="status">${text("trouble")}</div>`}
    ${known && html`<${Header} studio=${known.studio} />`}
    ${known ? html`<${Known} ...${known} />` : problem ? html`<${Failed} problem=${problem} again=${start} />` : html`<div class="skeleton waits" aria-hidden="true"><div></div><div></div></div>`}
    ${known && html`<${Footer} studio=${known.studio} />`}
  `;
}

function Known({ studio, documents: loaded, halls, addOns, names, visit: entered }) {
  const [visit, setVisit] = useState(entered);
  const [documents, setDocuments] = useState(loaded);
  const [form, setForm] = useState(() => ({ ...EMPTY_FORM, ...sending.form() }));
  const zone = studio.timezone;
  const today = words.dateIn(new Date(now()), zone);
  const [wish, setWish] = useState(() => ({ people: 1, minutes: 60, purpose: "photo", hall: "", date: "", month: today.slice(0, 7), today, ...fromAddress(halls) }));
  const [chosen, setChosen] = useState(() => chosenFrom(halls));
  useEffect(() => {
    const follow = () => setChosen(chosenFrom(halls));
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  useEffect(() => say("step", { step: visit ? "visit" : chosen ? "details" : "time" }), [visit, chosen]);

  function changeWish(change) {
    const next = { ...wish, ...change };
    setWish(next);
    if (!location.pathname.endsWith("/manage")) history.replaceState(null, "", addressOf(next));
  }
  function choose({ hall, start }) {
    history.pushState(null, "", addressOf({ ...wish, hall, start }));
    setChosen(chosenFrom(halls));
  }
  function booked({ access_token: token, manage_url: link, ...booking }) {
    const secret = new URL(link).hash.slice(1);
    keep(booking.id, secret);
    // In place of the form: going back must not lead to a slot that is sold.
    if (!embedded) history.replaceState(null, "", linkOf(secret));
    setVisit({ id: booking.id, token, link: linkOf(secret), first: booking });
  }
  // What was agreed to was another text: it is asked for again.
  async function outdated() {
    setDocuments(await loadDocuments());
    setForm((last) => ({ ...last, agreed: {} }));
  }
  function another() {
    if (location.pathname.endsWith("/manage")) return location.assign(new URL("book", location.href));
    setVisit(null);
    setChosen(null);
  }

  if (visit?.missing) return html`<${NoLink} studio=${studio} back=${query.has("booking")} />`;
  if (visit) return html`<${Visit} ...${visit} studio=${studio} halls=${halls} names=${names} onAnother=${another} />`;
  if (!chosen) return html`<${Choose} halls=${halls} wish=${wish} onWish=${changeWish} onTime=${choose} />`;
  return html`<${Details} key=${chosen.start + chosen.hall} chosen=${chosen} wish=${wish} hall=${halls.find(({ id }) => id === chosen.hall)} halls=${halls} addOns=${addOns} names=${names}
    documents=${documents} form=${form} onForm=${(change) => setForm((last) => ({ ...last, ...change }))}
    onBooked=${booked} onBack=${() => history.back()} onTime=${choose} onOutdated=${outdated} />`;
}

const ADDRESS = { hall: "hall", people: "people", minutes: "length", date: "day", purpose: "for", start: "start" };

function addressOf(wish) {
  const next = new URLSearchParams(location.search);
  Object.entries(ADDRESS).forEach(([name, short]) => (wish[name] ? next.set(short, wish[name]) : next.delete(short)));
  return `${location.pathname}?${next}`;
}

function fromAddress(halls) {
  const given = new URLSearchParams(location.search);
  const found = {};
  if (halls.some(({ id }) => id === given.get("hall"))) found.hall = given.get("hall");
  for (const name of ["people", "minutes"]) if (/^\d{1,4}$/.test(given.get(ADDRESS[name]) || "")) found[name] = Number(given.get(ADDRESS[name]));
  if (/^(photo|video|event|class|other)$/.test(given.get("for") || "")) found.purpose = given.get("for");
  if (/^\d{4}-\d\d-\d\d$/.test(given.get("day") || "")) Object.assign(found, { date: given.get("day"), month: given.get("day").slice(0, 7) });
  return found;
}

function chosenFrom(halls) {
  const given = new URLSearchParams(location.search);
  const hall = halls.find(({ id }) => id === given.get("hall"));
  const start = given.get("start");
  if (!hall || !start || Number.isNaN(Date.parse(start))) return null;
  const end = new Date(Date.parse(start) + (fromAddress(halls).minutes || 60) * 60_000).toISOString();
  return { hall: hall.id, start, end, timezone: hall.timezone };
}

const root = document.getElementById("page");
root.replaceChildren();
render(html`<${Page} />`, root);
follow(root);

// What stands around every step: who the studio is, the other language, and the way on from a link that does not work.

import { html, useState } from "../base/preact.js";
import { now } from "../base/clock.js";
import * as words from "../base/words.js";
import { embedded } from "./host.js";
import { text } from "./texts.js";

// The other language, of the same page and the same choice.
function elsewhere() {
  const address = new URL(location.href);
  address.searchParams.set("lang", words.language === "ru" ? "en" : "ru");
  return address.href;
}

export function Header({ studio }) {
  const other = words.language === "ru" ? "en" : "ru";
  // The address changes with what is chosen.
  const [address, setAddress] = useState(elsewhere());
  const again = () => setAddress(elsewhere());
  return html`<header class="head"><h1>${words.said(studio.name)}</h1>
    <div class="row small">
      ${studio.phone && html`<a class="number" href=${`tel:${studio.phone}`}>${words.phone(studio.phone)}</a>`}
      ${!embedded && html`<a href=${address} hreflang=${other} lang=${other} onPointerDown=${again} onFocus=${again} aria-label=${text("otherLanguage")}>${other.toUpperCase()}</a>`}
    </div></header>`;
}

// Who sells, and by which documents: the law wants it where people order.
export function Footer({ studio }) {
  const { legal_name: name, inn, documents, email } = studio;
  const today = words.dateIn(new Date(now()), studio.timezone);
  const current = ["offer", "privacy"].map((kind) => documents.filter((each) => each.kind === kind && each.since <= today).at(-1)).filter(Boolean);
  return html`<footer class="foot small dim">
    ${name && html`<span>${name}${inn && `, ${text("inn")} ${inn}`}</span>`}
    ${email && html`<a href=${`mailto:${email}`}>${email}</a>`}
    ${current.map(({ kind, url }) => html`<a key=${kind} href=${url} target="_blank" rel="noopener">${text(kind)}</a>`)}
  </footer>`;
}

export const NoLink = ({ studio, back }) => html`<section class="panel stack">
  <p>${text(back ? "otherTab" : "broken")}</p>
  ${studio.phone && html`<p>${text("callUs")} <a class="number" href=${`tel:${studio.phone}`}>${words.phone(studio.phone)}</a></p>`}
  <div><a href=${`book?lang=${words.language}`}>${text("toBook")}</a></div>
</section>`;

// What this is, and where to go.

import { html, render, useEffect, useState } from "../base/preact.js";
import { call } from "../base/api.js";
import * as words from "../base/words.js";
import { text } from "./texts.js";

const PLACES = [
  ["book", text("book"), text("bookMore")],
  ["desk", text("desk"), text("deskMore")],
  ["docs", text("docs"), text("docsMore")],
  ["trace", text("trace"), text("traceMore")],
];

function Page() {
  const [studio, setStudio] = useState(null);
  // The way on does not depend on it: without an answer the page stays as it is.
  useEffect(() => void call("GET", "v1/studio").then(setStudio, () => setStudio(null)), []);
  const other = words.language === "ru" ? "en" : "ru";
  return html`<div class="row apart"><h1>${studio ? words.said(studio.name) : "Cyclorama"}</h1><a href=${`?lang=${other}`} hreflang=${other}>${text("other")}</a></div>
    <p>${(studio && words.said(studio.description)) || text("lead")}</p>
    <ul class="places">${PLACES.map(([path, name, more]) => html`<li key=${path}><a class="panel" href=${`${path}?lang=${words.language}`}><b>${name}</b><span class="dim small">${more}</span></a></li>`)}</ul>`;
}

const root = document.getElementById("page");
root.replaceChildren();
render(html`<${Page} />`, root);

// A mail as its reader sees it. It is drawn in a tree of its own, so that its style and the page's do not meet; what loads,
// runs or leads away is left out. Its style is set by script, for the page's policy lets in none that comes with text.

import { html, useEffect, useRef } from "../base/preact.js";
import * as words from "../base/words.js";
import { text } from "./texts_wording.js";

const STYLES = /<style[^>]*>([\s\S]*?)<\/style>/gi;
const LEFT_OUT = "script, iframe, object, embed, link, meta, base, form, input, button, title, template";

function drawn(root, source) {
  const sheet = new CSSStyleSheet();
  // The letter's page is the root of this tree.
  sheet.replaceSync([...source.matchAll(STYLES)].map(([, style]) => style.replace(/(^|[\s,}])(body|html)(?=[\s,{])/g, "$1.page")).join("\n"));
  root.adoptedStyleSheets = [sheet];
  const inert = source.replace(STYLES, "").replace(/\sstyle=/gi, " data-style=");
  const page = new DOMParser().parseFromString(inert, "text/html");
  page.querySelectorAll(LEFT_OUT).forEach((each) => each.remove());
  const body = document.createElement("div");
  body.className = "page";
  body.style.cssText = page.body.dataset.style || "";
  body.append(...[...page.body.childNodes].map((node) => document.importNode(node, true)));
  body.querySelectorAll("*").forEach(tame);
  root.replaceChildren(body);
}

function tame(element) {
  element.style.cssText = element.dataset.style || "";
  for (const { name } of [...element.attributes]) if (/^(on|href|src$|srcset|action|background|data-)/i.test(name)) element.removeAttribute(name);
}

export function Letter({ source }) {
  const box = useRef(null);
  useEffect(() => {
    const root = box.current.shadowRoot || box.current.attachShadow({ mode: "open" });
    drawn(root, source);
  }, [source]);
  return html`<div class="mail" lang=${words.language} role="region" tabindex="0" aria-label=${text("asMail")} ref=${box}></div>`;
}

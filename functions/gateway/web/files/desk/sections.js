// The parts of the settings, each with its address.

import { html } from "../base/preact.js";
import { text } from "./texts.js";

const PARTS = ["settings", "rules", "texts"];

export function Sections({ here }) {
  return html`<div class="bar"><h1>${text(here === "settings" ? "view_settings" : `part_${here}`)}</h1>
    <nav class="parts" aria-label=${text("view_settings")}>${PARTS.map((name) => html`<a key=${name} href=${`#${name}`} aria-current=${name === here ? "page" : null}>${text(`part_${name}`)}</a>`)}</nav></div>`;
}

// A view whose scripts come when somebody looks at it.

import { html } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import { Problem } from "../base/api.js";
import { Failed } from "./parts.js";

const lost = () => {
  throw new Problem(0, { code: "no_connection" });
};

export const later = (load) =>
  function Later(props) {
    const [{ answer: View, problem }, again] = useAnswer(() => load().catch(lost), []);
    if (problem) return html`<${Failed} problem=${problem} again=${again} />`;
    return View ? html`<${View} ...${props} />` : html`<p class="waits dim">…</p>`;
  };

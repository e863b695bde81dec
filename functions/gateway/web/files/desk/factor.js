// Whoever has to have a second factor sets it up here, and goes on.

import { html, useState } from "../base/preact.js";
import { Deed } from "./deed.js";
import { text } from "./texts.js";

export function SecondFactor({ session, onDone }) {
  const [start, setStart] = useState(null);
  const [codes, setCodes] = useState(null);
  const password = [{ name: "password", type: "password", label: text("password"), required: true, autofocus: true }];
  const code = [{ name: "code", label: text("factor"), required: true, inputmode: "numeric", autofocus: true }];
  const go = () => session.renew().then(onDone, onDone);
  return html`<div class="sign-in panel stack"><h1>${text("factorTitle")}</h1>
    ${!start && html`<p>${text("factorLead")}</p><${Deed} plain key="start" session=${session} path="v1/me/second-factor" fields=${password} label=${text("go")} onDone=${setStart} />`}
    ${start && !codes && html`<p>${text("factorScan")}</p><p><a href=${start.uri}>${text("factorOpen")}</a></p><p class="secret">${start.secret.match(/.{1,4}/g).join(" ")}</p>
      <${Deed} plain key="code" session=${session} path="v1/me/second-factor/confirm" fields=${code} label=${text("factorConfirm")} onDone=${(given) => setCodes(given.recovery_codes)} />`}
    ${codes && html`<p>${text("factorCodes")}</p><ul class="secret">${codes.map((each) => html`<li key=${each}>${each}</li>`)}</ul>
      <div><button type="button" class="main" onClick=${go}>${text("go")}</button></div>`}
    <div><button type="button" class="plain" onClick=${() => session.leave()}>${text("leave")}</button></div></div>`;
}

// Staff sign in, with a second factor where their account has one.

import { html, useState } from "../base/preact.js";
import { text } from "./texts.js";
import { Failed } from "./parts.js";

// A field is made before it stands in the page.
const focused = (field) => field && queueMicrotask(() => field.focus());

export function SignIn({ session, onEntered }) {
  const [proof, setProof] = useState({ email: "", password: "" });
  const [asksFactor, setAsksFactor] = useState(false);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);

  async function enter(event) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await session.enter(proof);
      onEntered();
    } catch (refusal) {
      // The password was right: to be asked for a code is no failure.
      const asks = !asksFactor && refusal.code === "second_factor_required";
      setAsksFactor(asksFactor || asks);
      setProblem(asks ? null : refusal);
    } finally {
      setBusy(false);
    }
  }
  const field = (name, type, autocomplete) => html`<label class="field"><span>${text(name === "second_factor" ? "factor" : name)}</span>
    <input name=${name} type=${type} autocomplete=${autocomplete} required value=${proof[name] || ""} ref=${name === "second_factor" ? focused : null}
      onInput=${(event) => setProof((last) => ({ ...last, [name]: event.target.value }))} /></label>`;
  return html`<form class="sign-in panel stack" onSubmit=${enter}>
    <h1>${text("signIn")}</h1>
    ${field("email", "email", "username")}
    ${field("password", "password", "current-password")}
    ${asksFactor && field("second_factor", "text", "one-time-code")}
    ${problem && html`<${Failed} problem=${problem} />`}
    <button class="main" disabled=${busy}>${text("enter")}</button>
  </form>`;
}

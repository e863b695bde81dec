// A window to sign in: with an account, or with a key that one has.

import { html, useState } from "../base/preact.js";
import { Dialog } from "../base/dialog.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

// A field is made before it stands in the page.
const focused = (field) => field && queueMicrotask(() => field.focus());

export function SignIn({ session, onClose }) {
  const [proof, setProof] = useState({ email: "", password: "" });
  const [token, setToken] = useState("");
  const [state, setState] = useState({});

  async function enter(event) {
    event.preventDefault();
    setState({ ...state, busy: true, problem: null });
    try {
      await session.enter(proof);
      onClose();
    } catch (problem) {
      // The password was right: to be asked for a code is no failure.
      const asks = !state.factor && problem.code === "second_factor_required";
      setState({ problem: asks ? null : problem, factor: state.factor || asks });
    }
  }
  function use(event) {
    event.preventDefault();
    session.use(token.trim());
    onClose();
  }
  const field = (name, label, type, autocomplete) => html`<label class="field"><span>${label}</span>
    <input name=${name} type=${type} autocomplete=${autocomplete} required value=${proof[name] || ""} ref=${name === "second_factor" ? focused : null}
      onInput=${(event) => setProof({ ...proof, [name]: event.target.value })} /></label>`;
  return html`<${Dialog} title=${text("signIn")} closeLabel=${text("close")} onClose=${onClose}>
    <form class="stack" onSubmit=${enter}>
      ${field("email", text("email"), "email", "username")}
      ${field("password", text("password"), "password", "current-password")}
      ${state.factor && field("second_factor", text("factor"), "text", "one-time-code")}
      ${state.problem && html`<${Failed} problem=${state.problem} />`}
      <button class="main" disabled=${state.busy}>${text("enter")}</button>
    </form>
    <form class="stack" onSubmit=${use}>
      <label class="field"><span>${text("token")}</span>
        <input name="token" type="password" autocomplete="off" required value=${token} onInput=${(event) => setToken(event.target.value)} /></label>
      <button>${text("useToken")}</button>
    </form>
    <p class="small dim">${text("tokenKept")}</p>
  <//>`;
}

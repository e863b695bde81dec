// Notifications of this browser. Nothing is asked of the visitor and no worker is installed before the button is pressed.

import { html, useEffect, useState } from "../base/preact.js";
import { call } from "../base/api.js";
import { Failed } from "./choose.js";
import { text } from "./texts.js";

const SCOPE = "manage";
// In a frame browsers give no permission to ask.
export const canNotify = parent === window && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

// `push` is what the API says of it; `onChange` asks again.
export function Browser({ token, push, onChange }) {
  const [own, setOwn] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  useEffect(() => {
    if (canNotify) fingerprint().then(setOwn);
  }, [push]);

  async function change(deed) {
    setBusy(true);
    setProblem(null);
    try {
      await deed();
      await onChange();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  }
  const connect = () => change(async () => call("PUT", "v1/me/push", { token, body: await subscription(push.key) }));
  const disconnect = () => change(() => call("DELETE", "v1/me/push", { token }));

  if (!canNotify || !push) return null;
  return html`<div class="stack" data-browser>
    ${own && push.browser === own
      ? html`<span class="row"><span class="good">${text("browserOn")}</span>
          <button type="button" class="plain" disabled=${busy} onClick=${disconnect}>${text("messengerOff")}</button></span>`
      : html`<div class="actions"><button type="button" disabled=${busy} onClick=${connect}>${text("browser")}</button></div>`}
    ${problem?.status !== undefined ? html`<${Failed} problem=${problem} />` : problem && html`<p class="bad" role="alert">${text(problem.name === "NotAllowedError" ? "browserForbidden" : "browserFailed")}</p>`}
  </div>`;
}

// What the API knows a subscription of this browser by; empty where there is none.
async function fingerprint() {
  const known = await navigator.serviceWorker.getRegistration(SCOPE);
  const made = await known?.pushManager.getSubscription();
  if (!made) return "";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(made.endpoint));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A new one, or the one that there is. One to a key that the studio had before takes no more messages.
async function subscription(key) {
  if ((await Notification.requestPermission()) !== "granted") throw new DOMException("", "NotAllowedError");
  const { pushManager } = await activated(await navigator.serviceWorker.register("push.js", { scope: SCOPE }));
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const made = await pushManager.subscribe(options).catch(async (error) => {
    if (error.name !== "InvalidStateError") throw error;
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(options);
  });
  const { endpoint, keys } = made.toJSON();
  return { endpoint, p256dh: keys.p256dh, auth: keys.auth };
}

function activated(registration) {
  const coming = registration.installing || registration.waiting;
  if (!coming) return registration;
  return new Promise((resolve, reject) =>
    coming.addEventListener("statechange", () => {
      if (coming.state === "activated") resolve(registration);
      if (coming.state === "redundant") reject(new Error("the worker could not be installed"));
    }),
  );
}

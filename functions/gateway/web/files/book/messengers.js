// What brings messages about bookings: messengers, once the visitor has started the studio's bot there, and this browser.

import { html, useEffect, useState } from "../base/preact.js";
import { call } from "../base/api.js";
import { text } from "./texts.js";
import { Browser, canNotify } from "./browser.js";
import { Failed } from "./choose.js";

const PATH = "v1/me/messengers";
const NAMES = { max: "MAX", telegram: "Telegram" };

export function Messengers({ token }) {
  const [known, setKnown] = useState([]);
  const [push, setPush] = useState(null);
  const [link, setLink] = useState(null);
  const [problem, setProblem] = useState(null);

  async function load() {
    try {
      const answer = await call("GET", PATH, { token });
      setKnown(answer.messengers);
      setPush(answer.push || null);
    } catch {
      setKnown([]); // The visit goes as well without it: nothing is offered then.
      setPush(null);
    }
  }
  // Whoever comes back from the messenger sees what they did there.
  useEffect(() => {
    load();
    const look = () => document.hidden || load();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);

  // Opened by the click itself, later browsers forbid it; where they do so anyhow, there is a link to press.
  async function connect(channel) {
    const tab = open("", "_blank");
    setProblem(null);
    try {
      const { url } = await call("POST", `${PATH}/${channel}`, { token });
      setLink({ channel, url });
      if (tab) Object.assign(tab, { opener: null, location: url });
    } catch (error) {
      tab?.close();
      setProblem(error);
    }
  }
  async function disconnect(channel) {
    setProblem(null);
    setLink(null);
    try {
      await call("DELETE", `${PATH}/${channel}`, { token });
      await load();
    } catch (error) {
      setProblem(error);
    }
  }

  const offered = known.length || (push && canNotify);
  if (!offered) return null;
  return html`<section class="panel stack">
    <p class="dim">${text("messengers")}</p>
    <div class="actions">${known.map(({ channel, connected_at: since }) =>
      since
        ? html`<span key=${channel} class="row"><span class="good">${text("messengerOn", { name: NAMES[channel] })}</span>
            <button type="button" class="plain" onClick=${() => disconnect(channel)}>${text("messengerOff")}</button></span>`
        : html`<button type="button" key=${channel} onClick=${() => connect(channel)}>${text("messenger", { name: NAMES[channel] })}</button>`,
    )}</div>
    <${Browser} token=${token} push=${push} onChange=${load} />
    ${link && !known.find(({ channel }) => channel === link.channel)?.connected_at &&
    html`<p role="status"><a href=${link.url} target="_blank" rel="noopener">${text("messengerOpen", { name: NAMES[link.channel] })}</a></p>`}
    ${problem && html`<${Failed} problem=${problem} />`}
  </section>`;
}

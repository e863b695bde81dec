// Pictures and files that need a token: asked for, and then shown or saved.

import { html, useEffect, useState } from "../base/preact.js";
import { useAnswer } from "../base/asking.js";
import { Failed } from "./parts.js";
import { text } from "./texts.js";

const SVG = "image/svg+xml";

// A picture as an address that a strict page may show.
const shown = async (blob) => `data:${SVG};charset=utf-8,${encodeURIComponent(await blob.text())}`;

export function Picture({ session, path, query, alt, className = "picture" }) {
  const ask = () => session.call("GET", path, { query, file: SVG }).then(shown);
  const [{ answer, problem, loading }, again] = useAnswer(ask, [path, JSON.stringify(query)]);
  if (problem) return html`<${Failed} problem=${problem} again=${again} />`;
  return html`<div class="${className} ${loading ? "waits" : ""}" tabindex=${className === "picture" ? 0 : null}>${answer && html`<img src=${answer} alt=${alt} />`}</div>`;
}

export function Save({ session, path, query, type, name, label }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const [link, setLink] = useState("");
  useEffect(() => () => link && URL.revokeObjectURL(link), [link]);
  async function save() {
    setBusy(true);
    setProblem(null);
    try {
      const address = URL.createObjectURL(await session.call("GET", path, { query, file: type }));
      setLink(address);
      Object.assign(document.createElement("a"), { href: address, download: name }).click();
    } catch (refusal) {
      setProblem(refusal);
    } finally {
      setBusy(false);
    }
  }
  return html`<button type="button" disabled=${busy} aria-label=${text("saveFile", { name })} onClick=${save}>${label}</button>
    ${problem && html`<${Failed} problem=${problem} />`}`;
}

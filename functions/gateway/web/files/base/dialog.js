// A window over the page: closed by its button, by Escape, or by whoever opened it.

import { html, useEffect, useRef } from "./preact.js";

export function Dialog({ title, closeLabel, onClose, children }) {
  const box = useRef(null);
  useEffect(() => {
    box.current.showModal();
  }, []);
  return html`<dialog ref=${box} aria-label=${title} onClose=${onClose}>
    <div class="stack">
      <div class="row apart"><h2>${title}</h2>
        <button type="button" aria-label=${closeLabel} onClick=${() => box.current.close()}>✕</button></div>
      ${children}
    </div>
  </dialog>`;
}

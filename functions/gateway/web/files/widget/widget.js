// Puts the booking page on a studio's own site:
//
//   <script src="https://…/widget.js" data-mode="inline" data-hall="…" async></script>
//
// data-mode: `inline` (where the script stands), `popup` (opened by Cyclorama.open() or by elements with
// data-cyclorama-open) or `button` (a button at the corner). data-hall, data-people, data-length (minutes), data-lang,
// data-theme (light, dark) and data-label prefill it. Events: `cyclorama:ready`, `cyclorama:step`, `cyclorama:booked`,
// `cyclorama:close` on `document`, with `detail` of the step or the booking's number; nothing about a person.
(() => {
  "use strict";
  const script = document.currentScript;
  const options = { mode: "inline", lang: document.documentElement.lang.slice(0, 2), label: "", ...script.dataset };
  const source = new URL(script.src);
  const LABELS = { ru: ["Забронировать", "Закрыть"], en: ["Book a hall", "Close"] };
  const [label, close] = LABELS[options.lang] || LABELS.ru;
  const frames = new Set();

  function address(more = {}) {
    const page = new URL("book", source);
    const wishes = { hall: options.hall, people: options.people, length: options.length, lang: options.lang, theme: options.theme, ...more };
    Object.entries(wishes).forEach(([name, value]) => value && page.searchParams.set(name, value));
    page.searchParams.set("origin", location.origin);
    return page.href;
  }

  function frame(more) {
    const made = document.createElement("iframe");
    made.src = address(more);
    made.title = options.label || label;
    made.allow = "payment; clipboard-write";
    made.setAttribute(
      "sandbox",
      "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-downloads allow-modals",
    );
    Object.assign(made.style, { border: "0", width: "100%", height: "40rem", display: "block", colorScheme: "normal" });
    frames.add(made);
    return made;
  }

  addEventListener("message", (event) => {
    const from = [...frames].find((each) => each.contentWindow === event.source);
    if (!from || event.origin !== source.origin || event.data?.v !== 1) return;
    const { type, v, ...detail } = event.data;
    if (type === "cyclorama:height") {
      if (!from.dataset.fixed) from.style.height = `${Math.max(200, Number(detail.height) || 0)}px`;
    } else {
      document.dispatchEvent(new CustomEvent(type, { detail }));
    }
  });

  function open(more) {
    const box = document.createElement("dialog");
    const inside = frame(more);
    const leave = document.createElement("button");
    leave.type = "button";
    leave.textContent = "✕";
    leave.setAttribute("aria-label", close);
    leave.onclick = () => box.close();
    inside.dataset.fixed = "1";
    inside.style.height = "100%";
    Object.assign(box.style, { padding: "0", border: "0", borderRadius: "12px", width: "min(68rem, 96vw)", height: "min(56rem, 94vh)", maxWidth: "none", maxHeight: "none", overflow: "hidden" });
    Object.assign(leave.style, { position: "absolute", top: "8px", right: "8px", width: "44px", height: "44px", borderRadius: "22px", border: "1px solid #8886", background: "#fff", color: "#222", font: "18px system-ui", cursor: "pointer" });
    box.append(inside, leave);
    box.addEventListener("close", () => {
      frames.delete(inside);
      box.remove();
      document.dispatchEvent(new CustomEvent("cyclorama:close", { detail: {} }));
    });
    document.body.append(box);
    box.showModal();
    return box;
  }

  function button() {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = options.label || label;
    Object.assign(made.style, { position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000", padding: "14px 20px", border: "0", borderRadius: "12px", background: "#9a4a2f", color: "#fff", font: "600 16px system-ui", cursor: "pointer", boxShadow: "0 4px 16px #0004" });
    made.onclick = () => open();
    document.body.append(made);
  }

  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.("[data-cyclorama-open]");
    if (!asked) return;
    event.preventDefault();
    open({ hall: asked.dataset.cycloramaOpen || options.hall });
  });
  globalThis.Cyclorama = { open, address };
  const ready = document.body ? Promise.resolve() : new Promise((done) => addEventListener("DOMContentLoaded", done));
  // What stands in the head is not shown.
  if (options.mode === "inline" && script.closest("body")) script.after(frame());
  else if (options.mode === "inline") ready.then(() => document.body.append(frame()));
  else if (options.mode === "button") ready.then(button);
})();

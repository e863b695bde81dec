// The page that this one is shown in, if it is in a frame. It is told steps and sizes, and nothing about a person.

const query = new URLSearchParams(location.search);
export const embedded = parent !== window && query.has("origin");
const host = query.get("origin");

// A browser delivers it only if the frame's host is what the address says.
export function say(type, details = {}) {
  if (embedded) parent.postMessage({ v: 1, type: `cyclorama:${type}`, ...details }, host);
}

export function follow(root) {
  if (!embedded) return;
  document.documentElement.classList.add("embedded");
  new ResizeObserver(() => say("height", { height: Math.ceil(root.getBoundingClientRect().height) })).observe(root);
  say("ready");
}

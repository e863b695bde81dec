// What time it is at the studio's server, which says it with each answer. A visitor's clock may be wrong by hours, and a
// hold must not seem to be over, or still to stand, because of it.

let offset = null;

export function heard(response) {
  const date = Date.parse(response.headers.get("Date") || "");
  if (Number.isNaN(date)) return;
  // By the browser's steady clock, which nobody sets. A cache's answer is older than it seems, never newer.
  offset = Math.max(offset ?? -Infinity, date - performance.now());
}

export const now = () => (offset === null ? Date.now() : performance.now() + offset);

// Keeps a list up to date without moving what the reader looks at.
const list = document.querySelector("[data-live]");
const empty = document.querySelector("[data-live-empty]");
const PERIOD_MS = 2000;

function anchor() {
  // The first item in view keeps its place while others come in above it.
  for (const item of list.children) {
    const top = item.getBoundingClientRect().top;
    if (top >= 0) return { id: item.dataset.id, top };
  }
  return null;
}

function find(id) {
  return [...list.children].find((item) => item.dataset.id === id);
}

function merge(fresh) {
  const place = window.scrollY > 0 ? anchor() : null;
  const wanted = new Set([...fresh.children].map((item) => item.dataset.id));
  for (const item of [...list.children]) if (!wanted.has(item.dataset.id)) item.remove();
  let previous = null;
  for (const item of [...fresh.children]) {
    let mine = find(item.dataset.id);
    if (!mine) {
      mine = document.importNode(item, true);
      mine.classList.add("new");
      list.insertBefore(mine, previous ? previous.nextSibling : list.firstChild);
    } else if (mine.dataset.seen !== item.innerHTML) {
      const open = mine.querySelector("details")?.open;
      mine.innerHTML = item.innerHTML;
      if (open) mine.querySelector("details").open = true;
    }
    mine.dataset.seen = item.innerHTML;
    previous = mine;
  }
  empty.hidden = list.children.length > 0;
  const kept = place && find(place.id);
  if (kept) window.scrollBy({ top: kept.getBoundingClientRect().top - place.top, behavior: "instant" });
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    merge(page.querySelector("[data-live]"));
  } catch (error) {
    // The sandbox is stopped or starting again; the next round will tell.
    console.debug("not refreshed:", error);
  }
}

for (const item of list.children) item.dataset.seen = item.innerHTML;
setInterval(refresh, PERIOD_MS);
document.addEventListener("visibilitychange", refresh);

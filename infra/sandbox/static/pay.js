// Shows what happened to the payment elsewhere: in the bank's app, or by the clock.
const ticket = document.querySelector("[data-state]");
const PERIOD_MS = 2000;
let leaves = false;

async function look() {
  if (leaves || document.hidden || !ticket.dataset.state.startsWith("pending")) return;
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const changed = page.querySelector("[data-state]")?.dataset.state !== ticket.dataset.state;
    if (changed && !leaves) location.reload();
  } catch (error) {
    // The sandbox is stopped or starting again; the next round will tell.
    console.debug("not refreshed:", error);
  }
}

// Who has pressed a button is on the way to where it leads; to load the page anew would keep them here.
document.addEventListener("submit", () => {
  leaves = true;
});
window.addEventListener("pageshow", () => {
  leaves = false;
});
setInterval(look, PERIOD_MS);

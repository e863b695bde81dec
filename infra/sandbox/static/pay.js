// Shows what happened to the payment elsewhere: in the bank's app, or by the clock.
const ticket = document.querySelector("[data-state]");
const PERIOD_MS = 2000;

async function look() {
  if (document.hidden || !ticket.dataset.state.startsWith("pending")) return;
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.querySelector("[data-state]")?.dataset.state !== ticket.dataset.state) location.reload();
  } catch (error) {
    // The sandbox is stopped or starting again; the next round will tell.
    console.debug("not refreshed:", error);
  }
}

setInterval(look, PERIOD_MS);

// What drivers of published clients share: the payer, the sandbox's records, the report.
const BASE = process.argv[2];
const PATIENCE = 240_000;
const RETURN_URL = 'https://studio.example/thanks';
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// The payer pays on the gateway's page.
async function pay(paymentId, fields = {}) {
  const body = new URLSearchParams({ action: 'pay', ...fields });
  const answer = await fetch(`${BASE}/pay/${paymentId}`, { method: 'POST', body, redirect: 'manual' });
  if (answer.status !== 303) throw new Error(`the pay page answers ${answer.status}`);
}

// The bodies that the gateway sent about a payment, the oldest first.
async function notices(receiver, about, atLeast = 1) {
  for (const end = Date.now() + PATIENCE; ; await sleep(50)) {
    const { calls } = await (await fetch(`${BASE}/_sandbox/hooks/${receiver}`)).json();
    const bodies = [...new Set(calls.reverse().map((call) => call.body))].filter((body) => body.includes(about));
    if (bodies.length >= atLeast) return bodies;
    if (Date.now() > end) throw new Error(`${bodies.length} notices about ${about}, not ${atLeast}`);
  }
}

const report = (done) => process.stdout.write(JSON.stringify(done));
const key = () => crypto.randomUUID();

module.exports = { BASE, RETURN_URL, key, notices, pay, report };

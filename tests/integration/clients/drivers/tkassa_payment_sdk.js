// `@jfkz/tinkoff-payment-sdk`: its webhook handler reads each field of a notice.
const { ApiManager, PayType, WebhookHandler } = require('@jfkz/tinkoff-payment-sdk');
const { BASE, key, notices, pay, report } = require('./shop');

const shop = { terminalKey: 'CycloramaDEMO', password: 'cyclorama' };
const httpClient = {
  async sendRequest({ url, payload, method }) {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(url, { method: method || 'POST', headers, body: JSON.stringify(payload) });
    return { payload: await answer.json(), response: answer };
  },
};
const api = new ApiManager({ ...shop, httpClient, baseUrl: `${BASE}/tkassa/v2/` });

async function create(PayTypeOf = PayType.SingleStage) {
  const made = await api.initPayment({ Amount: 1000, OrderId: key(), PayType: PayTypeOf, Description: 'Бронь' });
  await pay(made.PaymentId);
  return made;
}

(async () => {
  const paid = await create();
  const [held, freed] = [await create(PayType.DoubleStage), await create(PayType.DoubleStage)];
  const state = await api.getState({ PaymentId: paid.PaymentId });
  const refund = await api.cancelPayment({ PaymentId: paid.PaymentId, Amount: 300 });
  const captured = await api.confirmPayment({ PaymentId: held.PaymentId });
  const cancelled = await api.cancelPayment({ PaymentId: freed.PaymentId });
  const handler = new WebhookHandler(shop);
  const told = (await notices('tkassa', String(paid.PaymentId), 3)).map((body) => JSON.parse(body));
  const read = told.map((payload) => handler.handleWebhookRequest({ url: '', payload }).payload.Status);
  let forged = 'taken';
  try { handler.handleWebhookRequest({ url: '', payload: { ...told[0], Amount: 1 } }); } catch { forged = 'refused'; }
  report({
    status: state.Status, refunded: refund.Status, captured: captured.Status, cancelled: cancelled.Status,
    read: read.sort(), forged,
  });
})();

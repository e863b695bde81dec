// `@webzaytsev/yookassa-ts-sdk`, which reads notices and knows the gateway's networks.
const { YooKassa, isYooKassaIP, parseNotification } = require('@webzaytsev/yookassa-ts-sdk');
const { BASE, RETURN_URL, key, notices, pay, report } = require('./shop');

const shop = YooKassa({ shop_id: '100500', secret_key: 'test_cyclorama', endpoint: `${BASE}/yookassa/v3` });
const amount = (value) => ({ value, currency: 'RUB' });
const receipt = (value, mode) => ({
  customer: { email: 'anna@example.com' },
  items: [{
    description: 'Аренда зала', quantity: 1, amount: amount(value), vat_code: 1,
    payment_subject: 'service', payment_mode: mode, measure: 'piece',
  }],
});

async function create(changes = {}) {
  const order = { amount: amount('1000.00'), capture: true, confirmation: { type: 'redirect', return_url: RETURN_URL } };
  const payment = await shop.payments.create({ ...order, ...changes }, key());
  await pay(payment.id);
  return payment;
}

(async () => {
  const paid = await create({ receipt: receipt('1000.00', 'full_prepayment') });
  const [held, freed] = [await create({ capture: false }), await create({ capture: false })];
  const found = await shop.payments.load(paid.id);
  const listed = await shop.payments.list({ limit: 10 });
  const closed = await shop.receipts.create({
    type: 'payment', payment_id: paid.id, send: true, ...receipt('1000.00', 'full_payment'),
    settlements: [{ type: 'prepayment', amount: amount('1000.00') }],
  }, key());
  const refund = await shop.refunds.create({
    payment_id: paid.id, amount: amount('300.00'), receipt: receipt('300.00', 'full_payment'),
  }, key());
  const captured = await shop.payments.capture(held.id, {}, key());
  const cancelled = await shop.payments.cancel(freed.id, key());
  const told = (await notices('yookassa', paid.id, 2)).map((body) => parseNotification(JSON.parse(body)));
  report({
    status: found.status,
    listed: (listed.items || listed).map((payment) => payment.id).includes(paid.id),
    closed: closed.type,
    refund: (await shop.refunds.load(refund.id)).amount.value,
    captured: captured.status,
    cancelled: cancelled.status,
    events: told.map((notice) => notice.event).sort(),
    trusted: ['185.71.76.1', '127.0.0.1'].map((address) => isYooKassaIP(address)),
  });
})();

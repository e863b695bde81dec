// `@a2seven/yoo-checkout`.
const { YooCheckout } = require('@a2seven/yoo-checkout');
const { BASE, RETURN_URL, key, notices, pay, report } = require('./shop');

const shop = new YooCheckout({ shopId: '100500', secretKey: 'test_cyclorama' });
shop.root = `${BASE}/yookassa/v3`;
const amount = (value) => ({ value, currency: 'RUB' });
const receipt = (value, mode) => ({
  customer: { email: 'anna@example.com' },
  items: [{
    description: 'Аренда зала', quantity: '1', amount: amount(value), vat_code: 1,
    payment_subject: 'service', payment_mode: mode, measure: 'piece',
  }],
});

async function create(changes = {}) {
  const order = { amount: amount('1000.00'), capture: true, receipt: receipt('1000.00', 'full_prepayment') };
  const confirmation = { type: 'redirect', return_url: RETURN_URL };
  const payment = await shop.createPayment({ ...order, confirmation, ...changes }, key());
  await pay(payment.id);
  return payment;
}

(async () => {
  const paid = await create();
  const [held, freed] = [await create({ capture: false }), await create({ capture: false })];
  const found = await shop.getPayment(paid.id);
  const listed = await shop.getPaymentList({ limit: 10 });
  const closed = await shop.createReceipt({
    type: 'payment', payment_id: paid.id, send: true, ...receipt('1000.00', 'full_payment'),
    settlements: [{ type: 'prepayment', amount: amount('1000.00') }],
  }, key());
  const refund = await shop.createRefund({
    payment_id: paid.id, amount: amount('300.00'), receipt: receipt('300.00', 'full_payment'),
  }, key());
  const captured = await shop.capturePayment(held.id, { amount: amount('1000.00') }, key());
  const cancelled = await shop.cancelPayment(freed.id, key());
  const told = (await notices('yookassa', paid.id, 2)).map((body) => JSON.parse(body));
  report({
    status: found.status,
    listed: listed.items.map((payment) => payment.id).includes(paid.id),
    closed: closed.type,
    receipts: (await shop.getReceiptList({ payment_id: paid.id })).items.length,
    refund: (await shop.getRefund(refund.id)).amount.value,
    captured: captured.status,
    cancelled: cancelled.status,
    events: told.map((notice) => notice.event).sort(),
  });
})();

// `sberbank-acquiring`: Sber's old interface, forms.
const Acquiring = require('sberbank-acquiring');
const { BASE, RETURN_URL, key, pay, report } = require('./shop');

const client = (password) => {
  const made = new Acquiring({ userName: 'cyclorama-api', password }, `${RETURN_URL}?order={order}`);
  made.entry = `${BASE}/sber/payment/rest/`;
  return made;
};

(async () => {
  const shop = client('cyclorama');
  const number = key().replaceAll('-', '');
  const paid = await shop.register(number, 1000, 'Бронь №1');
  await pay(paid.orderId);
  const status = await shop.status(null, number);
  await shop.refund(paid.orderId, 300, { externalRefundId: 'r1' });
  await shop.refund(paid.orderId, 300, { externalRefundId: 'r1' });
  const { paymentAmountInfo } = await shop.get(paid.orderId);
  const refused = await client('wrong').get(paid.orderId).catch((error) => String(error.sberErrorCode));
  report({ status, refunded: paymentAmountInfo.refundedAmount, unknown: await shop.status('nothing'), refused });
})();

"""`sber-payments`: Sber's old interface, parameters in the query of a POST."""

from uuid import uuid4

from sber_payments import Client
from shop import BASE, RETURN_URL, pay, report

Client.URL = f"{BASE}/sber/payment/rest/"
client, by_token = Client("cyclorama-api", "cyclorama"), Client(token="cyclorama-token")
paid = client.register_order(uuid4().hex, 100_000, RETURN_URL)
pay(paid["orderId"])
status = client.get_order_status(paid["orderId"])["orderStatus"]
refunded = client.refund(paid["orderId"], 30_000)
held, freed = (client.register_order_pre_auth(uuid4().hex, 100_000, RETURN_URL) for _ in range(2))
for order in (held, freed):
    pay(order["orderId"])
captured, reversed_ = client.deposit(held["orderId"]), client.reverse(freed["orderId"])
report(
    status=status,
    refunded=client.get_order_status(paid["orderId"])["paymentAmountInfo"]["refundedAmount"],
    captured=by_token.get_order_status(held["orderId"])["orderStatus"],
    reversed=by_token.get_order_status(freed["orderId"])["orderStatus"],
    codes=[int(answer["errorCode"]) for answer in (refunded, captured, reversed_)],
    wrong=Client("cyclorama-api", "wrong").get_order_status(paid["orderId"])["errorCode"],
)

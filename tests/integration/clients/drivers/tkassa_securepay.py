"""`tbank-securepay`: signs by hand, and verifies by signing what it was told."""

import json
from uuid import uuid4

import tbank_securepay.const
from shop import BASE, notices, pay, report
from tbank_securepay import TKassaClient
from tbank_securepay.signing import append_token

tbank_securepay.const.BASE_URL = f"{BASE}/tkassa/v2/"
PASSWORD = "cyclorama"
client = TKassaClient("CycloramaDEMO", PASSWORD)


def receipt(amount, mode, **more):
    item = {"Name": "Зал", "Price": amount, "Quantity": 1, "Amount": amount, "Tax": "none",
            "PaymentMethod": mode, "PaymentObject": "service"}  # fmt: skip
    return {"Email": "anna@example.com", "Taxation": "osn", "FfdVersion": "1.05", "Items": [item]} | more


def create(**changes):
    given = {"Amount": 100_000, "OrderId": str(uuid4()), "Receipt": receipt(100_000, "full_prepayment")} | changes
    return client.post("Init", given)


paid = create()
pay(paid["PaymentId"])
order = client.check_order(paid["OrderId"])
settled = {"Electronic": 0, "AdvancePayment": 100_000}
tbank_securepay.const.BASE_URL = f"{BASE}/tkassa/cashbox/"
closed = client.post(
    "SendClosingReceipt",
    {"PaymentId": paid["PaymentId"], "Receipt": receipt(100_000, "full_payment", Payments=settled)},
)
tbank_securepay.const.BASE_URL = f"{BASE}/tkassa/v2/"
refunded = client.cancel(PaymentId=paid["PaymentId"], Amount=30_000, Receipt=receipt(30_000, "full_payment"))
held, freed = create(PayType="T"), create(PayType="T")
for payment in (held, freed):
    pay(payment["PaymentId"])
captured = client.confirm(PaymentId=held["PaymentId"])
cancelled = client.cancel(PaymentId=freed["PaymentId"])
told = []
# Receipts are told of more than once, and perhaps before what was refunded.
while {notice["Status"] for notice in told} < {"AUTHORIZED", "CONFIRMED", "PARTIAL_REFUNDED", "RECEIPT"}:
    told = [json.loads(body) for body in notices("tkassa", str(paid["PaymentId"]), len(told) + 1)]
report(
    status=client.get_state(paid["PaymentId"]).raw["Status"],
    listed=[str(payment["PaymentId"]) for payment in order.raw["Payments"]] == [str(paid["PaymentId"])],
    closed=closed["Success"],
    refunded=refunded["Status"],
    captured=captured["Status"],
    cancelled=cancelled["Status"],
    verified=all(append_token(notice, PASSWORD)["Token"] == notice["Token"] for notice in told),
    events=sorted({notice["Status"] for notice in told}),
)

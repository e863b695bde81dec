"""`tbank-kassa-api`: creates payments, and reads notices whose token it has checked."""

import json
from uuid import uuid4

from shop import BASE, notices, pay, report
from tbank_kassa_api.send_models import Init
from tbank_kassa_api.tbank_client import TClient

client = TClient("CycloramaDEMO", "cyclorama")
client.workUrl = f"{BASE}/tkassa/v2/"
made = client.sync_send_model(Init(OrderId=str(uuid4()), Amount=100_000, Description="Бронь"))
pay(made["PaymentId"])
told = [json.loads(body) for body in notices("tkassa", str(made["PaymentId"]), 2)]
forged = "taken"
try:
    client.pars_notification(told[0] | {"Amount": 1})
except ValueError:
    forged = "refused"
report(
    status=made["Status"],
    read=[type(client.pars_notification(notice)).__name__ for notice in told],
    forged=forged,
)

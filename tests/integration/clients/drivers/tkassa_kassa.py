"""`tbank-kassa`: creates payments, and verifies notices."""

import json
from uuid import uuid4

from shop import BASE, notices, pay, report
from tbank_kassa import TBankAPI

api = TBankAPI("CycloramaDEMO", "cyclorama")
api._client._base_url = f"{BASE}/tkassa/v2"
made = api.init_payment(amount=100_000, order_id=str(uuid4()), description="Бронь")
pay(made.payment_id)
told = [json.loads(body) for body in notices("tkassa", made.payment_id, 2)]
report(
    success=made.success,
    status=made.status,
    verified=[api.validate_webhook(notice) for notice in told],
    forged=api.validate_webhook(told[0] | {"Amount": 1}),
)

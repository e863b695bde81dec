"""`sberbank-async-cryptography`: verifies callbacks that Sber signs with its private key."""

import json
from urllib.parse import urlencode
from urllib.request import urlopen
from uuid import uuid4

from Cryptodome.PublicKey import RSA
from sb_async_cryptography.sberbank_tools import params_get_checksum, params_string_to_dict, verify_signature
from shop import BASE, RETURN_URL, notices, pay, put, report, text

put("/_sandbox/knobs", {"sber_post_callback": -1, "sber_rsa_checksum": -1})
access = {"userName": "cyclorama-api", "password": "cyclorama"}
order = access | {"orderNumber": uuid4().hex, "amount": "100000", "returnUrl": RETURN_URL}
with urlopen(f"{BASE}/sber/payment/rest/register.do?{urlencode(order)}") as answer:
    order_id = json.load(answer)["orderId"]
pay(order_id)
[body] = notices("sberpay", order_id)
told = params_string_to_dict(body)
key = RSA.importKey(text("/sber/callback-key.pem"))
put("/_sandbox/knobs", {})
report(
    operation=told["operation"],
    verified=verify_signature(key, params_get_checksum(told), told),
    forged=verify_signature(key, params_get_checksum(told), told | {"status": "0"}),
)

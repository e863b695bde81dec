"""`pywebpush`: encrypts for a browser of the sandbox, and signs with a key of its own."""

import json
from urllib.request import Request, urlopen

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode
from pywebpush import WebPushException, webpush
from shop import BASE, PATIENCE_SECONDS, report, text

CONTACT = {"sub": "mailto:studio@example.test"}


def asked(method: str, path: str, document: dict[str, str] | None = None) -> bytes:
    body = None if document is None else json.dumps(document).encode()
    with urlopen(Request(f"{BASE}{path}", body, method=method), timeout=PATIENCE_SECONDS) as answer:
        return bytes(answer.read())


def pushed(key: Vapid02, words: str) -> int:
    told = json.dumps({"title": words, "body": "Зал «Север», 12:00", "tag": "t1"})
    try:
        answer = webpush(
            subscription, told, vapid_private_key=key, vapid_claims=dict(CONTACT), ttl=60,
            headers={"Urgency": "high", "Topic": "t1"}, timeout=PATIENCE_SECONDS,
        )  # fmt: skip
    except WebPushException as error:
        answer = error.response
    return int(answer.status_code)


own, stranger = Vapid02(), Vapid02()
own.generate_keys()
stranger.generate_keys()
point = own.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
made = json.loads(asked("POST", "/_sandbox/push", {"key": b64urlencode(point)}))
subscription = {"endpoint": made["endpoint"], "keys": {"p256dh": made["p256dh"], "auth": made["auth"]}}
taken, forged = pushed(own, "Бронь подтверждена"), pushed(stranger, "not yours")
read = [json.loads(each)["title"] for each in json.loads(text(f"/_sandbox/push/{made['id']}"))["payloads"]]
asked("DELETE", f"/_sandbox/push/{made['id']}")
report(taken=taken, forged=forged, read=read, gone=pushed(own, "too late"))

"""SMS through SMSC.ru."""

import hashlib
import hmac
import json
from typing import Any, ClassVar
from urllib.parse import parse_qsl
from uuid import UUID

from core.observability import logger
from core.secrets import resolve
from core.settings import load_settings
from notification.channels.http import Calls
from notification.channels.port import Fate, Parcel
from notification.channels.sms.smsc.settings import SmscSettings
from notification.errors import (
    CallbackForgedError,
    CallbackMalformedError,
    PermanentDeliveryError,
    RefusedHereError,
    TransientDeliveryError,
)

LABEL = "SMSC.ru"
NO_SUCH_MESSAGE = -3
BAD_NUMBER, UNDELIVERABLE = 7, 8
REFUSALS: dict[int, type[PermanentDeliveryError]] = {
    BAD_NUMBER: PermanentDeliveryError,
    # Forbidden by its text or by its sender's name, which are another matter elsewhere.
    6: RefusedHereError,
    UNDELIVERABLE: RefusedHereError,
}
DELIVERED, UNDELIVERED = frozenset({1, 2}), frozenset({3, 20, 22, 23, 24, 25})
LARGEST_ID = 2**31 - 1


class Smsc:
    """An account, `credentials` being JSON `{"login", "password"}` or a reference to it.

    It takes an id of ours, which is no idempotency key, but what a message is found by whose answer was lost."""

    def __init__(self, base_url: str, credentials: str) -> None:
        self._calls = Calls("smsc", base_url)
        self._credentials = credentials

    ANSWER: ClassVar[str] = "OK"

    def send(self, parcel: Parcel) -> str:
        own = own_id(parcel.key)
        answer = self._ask("/send.php", phones=parcel.address, mes=parcel.message.text, id=own)
        _require_ok(answer)
        return own

    def find(self, parcel: Parcel) -> str | None:
        own = own_id(parcel.key)
        answer = self._ask("/status.php", phone=parcel.address, id=own)
        if answer.get("status") == NO_SUCH_MESSAGE:
            return None
        _require_ok(answer)
        return own

    def fate(self, reference: str, address: str) -> Fate:
        answer = self._ask("/status.php", phone=address, id=reference)
        status = answer.get("status")
        if status == NO_SUCH_MESSAGE:
            return Fate("unknown_id")
        _require_ok(answer)
        if status in DELIVERED:
            return Fate("delivered")
        return Fate("undelivered", f"smsc_status_{status}") if status in UNDELIVERED else Fate("underway")

    def told(self, body: bytes) -> list[str]:
        """A form with `id`, `phone`, `status` and, as `sha1`, a digest of these with a secret of ours."""
        fields = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        if not {"id", "phone", "status"} <= fields.keys():
            raise CallbackMalformedError
        secret = str(json.loads(resolve(self._credentials)).get("secret", ""))
        signed = f"{fields['id']}:{fields['phone']}:{fields['status']}:{secret}".encode()
        digest = hashlib.sha1(signed, usedforsecurity=False).hexdigest()
        if not secret or not hmac.compare_digest(digest.encode(), fields.get("sha1", "").lower().encode()):
            raise CallbackForgedError
        return [fields["id"]]

    def _ask(self, path: str, **fields: str) -> dict[str, Any]:
        known = json.loads(resolve(self._credentials))
        signed = {"login": known["login"], "psw": known["password"], "fmt": "3", "charset": "utf-8"}
        return self._calls.form(path, signed | fields)


def own_id(key: UUID) -> str:
    """Our id as SMSC takes it, a whole number from 1; it is asked for together with the phone."""
    return str(key.int % LARGEST_ID + 1)


def configured() -> Smsc | None:
    """None without credentials."""
    settings = load_settings(SmscSettings)
    return Smsc(settings.smsc_base_url, settings.smsc_credentials) if settings.smsc_credentials else None


def _require_ok(answer: dict[str, Any]) -> None:
    if "error_code" not in answer and ("id" in answer or "status" in answer):
        return
    code = answer.get("error_code")
    logger.warning("SMSC refused a message", code=code)
    raise REFUSALS.get(code or 0, TransientDeliveryError)(f"smsc_{code}")

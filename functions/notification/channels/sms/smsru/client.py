"""SMS through SMS.RU."""

import hashlib
import hmac
import json
import re
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from core.observability import logger
from core.secrets import resolve
from core.settings import load_settings
from notification.channels.http import Calls
from notification.channels.port import Fate, Parcel
from notification.channels.sms.smsru.settings import SmsRuSettings
from notification.errors import (
    CallbackForgedError,
    CallbackMalformedError,
    PermanentDeliveryError,
    RefusedHereError,
    TransientDeliveryError,
    UnknownDeliveryError,
)

LABEL = "SMS.RU"
# The number or the text itself: abroad, empty or too long, the stop list, a forbidden word.
PERMANENT = frozenset({202, 203, 205, 209, 214, 216})
# No route, or this account's limits for one number. All other codes are for an operator to mend (the key, the balance)
# or pass (an outage).
HERE = frozenset({150, 207, 230, 233})
NOT_FOUND = -1
DELIVERED, UNDELIVERED = frozenset({103, 110}), frozenset({104, 105, 106, 107, 108, 150})
ENTRY = re.compile(r"data\[([0-9]{1,3})\]")
# The same text to the same number, within a minute or a day.
REPEATED = frozenset({231, 232})


class SmsRu:
    """An account, `credentials` being JSON `{"api_id"}` or a reference to it.

    There is neither an idempotency key nor a way to find a message whose id was not answered. But in a further attempt
    the guard against equal texts says that the first one arrived."""

    def __init__(self, base_url: str, credentials: str) -> None:
        self._calls = Calls("smsru", base_url)
        self._credentials = credentials

    ANSWER: ClassVar[str] = "100"

    def send(self, parcel: Parcel) -> str:
        number = parcel.address.removeprefix("+")
        answer = self._calls.form("/sms/send", self._signed({f"to[{number}]": parcel.message.text}))
        _require_ok(answer)
        # A successful request does not mean that every number was accepted.
        one = answer.get("sms", {}).get(number, {})
        if parcel.attempt > 1 and one.get("status_code") in REPEATED:
            return ""
        _require_ok(one)
        return str(one.get("sms_id", ""))

    def find(self, parcel: Parcel) -> str | None:  # noqa: ARG002 - it has no way to
        raise UnknownDeliveryError("smsru_cannot_tell")

    def fate(self, reference: str, address: str) -> Fate:  # noqa: ARG002 - its id is enough
        answer = self._calls.form("/sms/status", self._signed({"sms_id": reference}))
        _require_ok(answer)
        code = answer.get("sms", {}).get(reference, {}).get("status_code")
        if code == NOT_FOUND:
            return Fate("unknown_id")
        if code in DELIVERED:
            return Fate("delivered")
        return Fate("undelivered", f"smsru_{code}") if code in UNDELIVERED else Fate("underway")

    def told(self, body: bytes) -> list[str]:
        """A form `data[0]`, `data[1]`, … and `hash`, a digest of all of them with the key of the account."""
        fields = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        numbered = sorted((int(found[1]), text) for name, text in fields.items() if (found := ENTRY.fullmatch(name)))
        if not numbered:
            raise CallbackMalformedError
        digest = hashlib.sha256((self._api_id() + "".join(text for _, text in numbered)).encode()).hexdigest()
        if not hmac.compare_digest(digest.encode(), fields.get("hash", "").lower().encode()):
            raise CallbackForgedError
        told = [text.split("\n") for _, text in numbered]
        return [lines[1] for lines in told if lines[0] == "sms_status" and len(lines) > 1]

    def _api_id(self) -> str:
        return str(json.loads(resolve(self._credentials))["api_id"])

    def _signed(self, fields: dict[str, str]) -> dict[str, str]:
        return {"api_id": self._api_id(), **fields, "json": "1"}


def configured() -> SmsRu | None:
    """None without credentials."""
    settings = load_settings(SmsRuSettings)
    return SmsRu(settings.sms_base_url, settings.sms_credentials) if settings.sms_credentials else None


def _require_ok(answer: dict[str, Any]) -> None:
    if answer.get("status") == "OK":
        return
    code = answer.get("status_code")
    logger.warning("SMS.RU refused a message", code=code)
    if code in HERE | REPEATED:
        raise RefusedHereError(f"smsru_{code}")
    raise (PermanentDeliveryError if code in PERMANENT else TransientDeliveryError)(f"smsru_{code}")

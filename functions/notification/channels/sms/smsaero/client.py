"""SMS through SMS Aero."""

import base64
import json
from datetime import timedelta
from typing import Any, ClassVar

from core.clock import Clock, SystemClock
from core.observability import logger
from core.secrets import resolve
from core.settings import load_settings
from notification.channels.http import Calls
from notification.channels.port import Fate, Parcel
from notification.channels.sms.smsaero.settings import SmsAeroSettings
from notification.errors import CallbackForgedError, PermanentDeliveryError, RefusedHereError, TransientDeliveryError

LABEL = "SMS Aero"
REJECTED = "reject"
NOT_FOUND = frozenset({"Not found."})
DELIVERED, UNDELIVERED = 1, frozenset({2, 6})
SHORTEST, LONGEST = 2, 640
LOOKS_BACK = timedelta(minutes=15)
DEFAULT_SIGN = "SMS Aero"


class SmsAero:
    """An account, `credentials` being JSON `{"email", "api_key", "sign"}` or a reference to it.

    Messages are listed by number and text, and so one is found whose answer was lost."""

    def __init__(self, base_url: str, credentials: str, clock: Clock = SystemClock()) -> None:  # noqa: B008 - it has no state
        self._calls = Calls("smsaero", base_url)
        self._credentials = credentials
        self._clock = clock

    ANSWER: ClassVar[str] = ""

    def send(self, parcel: Parcel) -> str:
        text = parcel.message.text
        if not SHORTEST <= len(text) <= LONGEST:
            raise RefusedHereError("smsaero_length")
        number = int(parcel.address.removeprefix("+"))
        answer = self._ask("/sms/send", number=number, text=text, sign=self._known().get("sign", DEFAULT_SIGN))
        return str(_data(answer)["id"])

    def find(self, parcel: Parcel) -> str | None:
        number = parcel.address.removeprefix("+")
        found = _data(self._ask("/sms/list", number=number, text=parcel.message.text))
        listed = [each for name, each in found.items() if name.isdecimal() and isinstance(each, dict)]
        # An older one is another message in the same words.
        since = (self._clock.now() - LOOKS_BACK).timestamp()
        told = (number, parcel.message.text)
        same = [each for each in listed if (str(each["number"]), each["text"]) == told and each["dateCreate"] >= since]
        return str(max(int(each["id"]) for each in same)) if same else None

    def fate(self, reference: str, address: str) -> Fate:  # noqa: ARG002 - its id is enough
        answer = self._ask("/sms/status", id=int(reference))
        if answer.get("success") is not True and answer.get("message") in NOT_FOUND:
            return Fate("unknown_id")
        status = _data(answer).get("status")
        if status == DELIVERED:
            return Fate("delivered")
        return Fate("undelivered", f"smsaero_status_{status}") if status in UNDELIVERED else Fate("underway")

    def told(self, body: bytes) -> list[str]:  # noqa: ARG002 - whatever it says
        """It signs nothing, so nobody is believed: it is asked on a timer alone."""
        raise CallbackForgedError

    def _ask(self, path: str, **document: Any) -> dict[str, Any]:
        known = self._known()
        basic = base64.b64encode(f"{known['email']}:{known['api_key']}".encode()).decode()
        return self._calls.json(path, document, {"Authorization": f"Basic {basic}"})

    def _known(self) -> dict[str, str]:
        return dict(json.loads(resolve(self._credentials)))


def configured() -> SmsAero | None:
    """None without credentials."""
    settings = load_settings(SmsAeroSettings)
    if not settings.smsaero_credentials:
        return None
    return SmsAero(settings.smsaero_base_url, settings.smsaero_credentials)


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    if answer.get("success") is True:
        return dict(answer.get("data") or {})
    result = answer.get("result")
    logger.warning("SMS Aero refused a message", result=str(result)[:40])
    if result == REJECTED:
        raise RefusedHereError("smsaero_reject")
    if _names_the_number(answer.get("data")):
        raise PermanentDeliveryError("smsaero_number")
    raise TransientDeliveryError("smsaero_no_credits" if result == "no credits" else "smsaero_refused")


def _names_the_number(data: Any) -> bool:
    """Its validation answers the fields that are wrong, by name."""
    return isinstance(data, dict) and bool({"number", "numbers"} & data.keys())

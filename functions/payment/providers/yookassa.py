"""YooKassa, API v3 (https://yookassa.ru/developers/api). One-stage: paid means captured."""

import json
import re
import time
from collections.abc import Callable
from typing import Any, Literal, Self

import urllib3
from pydantic import BaseModel, Field, ValidationError

from core.observability import logger
from core.secrets import resolve
from payment.domain import Attempt, GatewayPayment
from payment.providers.base import GatewayRefusedError, GatewayUnreachableError, Notification
from payment.settings import PaymentSettings
from shared_schemas.payment import PaymentMethod

TIMEOUT = urllib3.Timeout(connect=3, read=10)
MAX_TRIES = 3
RETRY_SECONDS = 0.5
# A caller waits at API Gateway, which gives up after 29 s: later than this no new try begins.
RETRY_BUDGET_SECONDS = 4.0

METHODS: dict[PaymentMethod, str] = {
    "bank_card": "bank_card",
    "sbp": "sbp",
    "sberpay": "sberbank",
    "tpay": "tinkoff_bank",
    "yoomoney": "yoo_money",
}
STATUSES: dict[str, Literal["pending", "succeeded", "failed"]] = {
    "pending": "pending",
    "waiting_for_capture": "pending",
    "succeeded": "succeeded",
    "canceled": "failed",
}
Id = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
Word = Field(pattern=r"^[a-z_.]{1,64}$")


class _Amount(BaseModel):
    value: str
    currency: str


class _Confirmation(BaseModel):
    confirmation_url: str | None = None


class _Cancellation(BaseModel):
    reason: str | None = None


class _Payment(BaseModel):
    id: str = Id
    status: str
    amount: _Amount
    metadata: dict[str, Any] | None = None
    confirmation: _Confirmation | None = None
    cancellation_details: _Cancellation | None = None


class _Object(BaseModel):
    id: str = Id
    status: str = Word
    payment_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,64}$")
    metadata: dict[str, Any] | None = None


class _Notification(BaseModel):
    type: Literal["notification"]
    event: str = Word
    object: _Object


def rubles(kopecks: int) -> str:
    """Kopecks as YooKassa writes amounts: "1000.00"."""
    return f"{kopecks // 100}.{kopecks % 100:02d}"


def kopecks(rubles: str) -> int:
    """The reverse of `rubles`; `ValueError` for anything else."""
    if not re.fullmatch(r"[0-9]{1,12}\.[0-9]{2}", rubles):
        raise ValueError("not an amount in rubles")
    whole, _, part = rubles.partition(".")
    return int(whole) * 100 + int(part)


def _attempt_id(metadata: dict[str, Any] | None) -> str | None:
    value = (metadata or {}).get("attempt_id")
    return value if isinstance(value, str) else None


class YooKassa:
    """A shop at YooKassa; `credentials` is JSON, or a reference to it that is resolved on first use."""

    def __init__(self, base_url: str, credentials: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._base_url = base_url.rstrip("/")
        self._credentials = credentials
        self._sleep = sleep
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False, maxsize=2)

    @classmethod
    def configured(cls, settings: PaymentSettings) -> Self | None:
        """The shop of the settings, if they name one."""
        if not settings.yookassa_credentials:
            return None
        return cls(settings.yookassa_base_url, settings.yookassa_credentials)

    def create(self, attempt: Attempt) -> GatewayPayment:
        """The attempt's id is the Idempotence-Key, which YooKassa honours for 24 hours."""
        body: dict[str, Any] = {
            "amount": {"value": rubles(attempt.amount.amount), "currency": attempt.amount.currency},
            "capture": True,
            "confirmation": {"type": "redirect", "return_url": attempt.return_url},
            "description": f"Бронирование {attempt.booking_number}",
            "metadata": {"attempt_id": str(attempt.id)},
        }
        if attempt.method:
            body["payment_method_data"] = {"type": METHODS[attempt.method]}
        return _found(self._call("POST", "/payments", body, str(attempt.id)))

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        return _found(self._call("GET", f"/payments/{gateway_payment_id}"))

    def parse_webhook(self, body: bytes) -> Notification:
        parsed = _Notification.model_validate_json(body)
        return Notification(
            event=parsed.event,
            object_id=parsed.object.id,
            status=parsed.object.status,
            gateway_payment_id=parsed.object.payment_id or parsed.object.id,
            attempt_id=_attempt_id(parsed.object.metadata),
        )

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> bytes:
        """One request, repeated with the same key while that may help and time allows."""
        last_start = time.monotonic() + RETRY_BUDGET_SECONDS
        tries = 0
        while True:
            tries += 1
            try:
                return self._request(method, path, body, key)
            except _RetryableError as error:
                wait = error.retry_after or RETRY_SECONDS * tries
                if tries == MAX_TRIES or time.monotonic() + wait > last_start:
                    raise
                logger.warning("YooKassa is asked again", path=path, tries=tries, error=str(error))
                self._sleep(wait)

    def _request(self, method: str, path: str, body: dict[str, Any] | None, key: str | None) -> bytes:
        credentials = json.loads(resolve(self._credentials))
        headers = urllib3.make_headers(basic_auth=f"{credentials['shop_id']}:{credentials['secret_key']}")
        if key:
            headers["Idempotence-Key"] = key
        try:
            answer = self._pool.request(method, self._base_url + path, headers=headers, json=body)
        except urllib3.exceptions.HTTPError as error:
            raise _RetryableError(type(error).__name__) from error
        if answer.status == 200:
            return answer.data
        raise _error(answer.status, answer.data)


class _RetryableError(GatewayUnreachableError):
    """Worth another try at once; `retry_after` is in seconds."""

    def __init__(self, what: str, retry_after: float = 0) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class _Fault(BaseModel):
    type: str = ""
    code: str = "unknown"
    parameter: str = ""
    retry_after: float = Field(default=0, ge=0, description="milliseconds")


def _error(status: int, data: bytes) -> Exception:
    try:
        fault = _Fault.model_validate_json(data)
    except ValidationError:
        fault = _Fault()
    if status in (202, 408, 429) or status >= 500:
        return _RetryableError(f"{status} {fault.code}", fault.retry_after / 1000)
    if status in (401, 403):
        # Not the payer's doing: it works again once the operator has put the credentials right.
        logger.error("YooKassa does not accept the shop's credentials", status=status, code=fault.code)
        return GatewayUnreachableError(f"{status} {fault.code}")
    if fault.type != "error":
        # A proxy's page, or a wrong address: not the gateway's word, so nothing is final.
        return GatewayUnreachableError(f"{status} from something that is not YooKassa")
    return GatewayRefusedError(fault.code, fault.parameter)


def _found(data: bytes) -> GatewayPayment:
    try:
        payment = _Payment.model_validate_json(data)
        return GatewayPayment(
            id=payment.id,
            status=STATUSES[payment.status],
            amount=kopecks(payment.amount.value),
            currency=payment.amount.currency,
            attempt_id=_attempt_id(payment.metadata),
            confirmation_url=payment.confirmation.confirmation_url if payment.confirmation else None,
            reason=payment.cancellation_details.reason if payment.cancellation_details else None,
        )
    except (ValueError, KeyError) as error:
        raise GatewayUnreachableError(f"an unusable answer: {type(error).__name__}") from error

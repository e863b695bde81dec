"""Contracts of certificates (money) and passes (hours), which are paid in advance and used by their code."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared_schemas.common import Contract, Day, Instant, Money, SignedMoney
from shared_schemas.errors import Text
from shared_schemas.payment.payments import PositiveMoney
from shared_schemas.payment.receipts import AdvanceReceipt
from shared_schemas.providers import HandedBy
from shared_schemas.texts import Cursor, Name, Reason, Remark, Said, Secret
from shared_schemas.validation import refuse

CertificateUnit = Literal["kopecks", "minutes"]
CertificateState = Literal["active", "used_up", "expired", "blocked"]
CertificateEntryKind = Literal["sold", "payment", "returned", "payout"]
Minutes = Annotated[int, Field(strict=True, gt=0, le=60 * 10_000)]
Code = Annotated[str, Secret(40, 16, pattern=r"^[0-9A-Za-z -]+$"), Field(examples=["7K3Q-9D2M-XW4T-0ABC"])]
"""As it is printed: spaces, hyphens and small letters do not count, O is a zero, I and L are a one."""
TAIL = r"^[0-9A-Za-z]{4}$"
MONEY_OR_TIME = Text(
    "A certificate is for money, a pass for time: say one of the two",
    "У сертификата есть сумма, у абонемента время: укажите что-то одно",
)
WITH_A_PRICE = Text("A pass needs a price", "У абонемента должна быть цена")
WHICH = Text("Say which certificate: by its code, or from the list", "Укажите сертификат: его код или строку списка")


class CertificateRequest(Contract):
    """Sell a certificate over `amount`, or a pass of so many `minutes`, for `price`, which staff have taken.

    Without a `price` a certificate costs what it is worth; a gift costs 0. With `hall_ids` or `tariffs` it is good for
    these only, and the visit must begin on a day from `valid_from`, or today, to `valid_until`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Ten hours",
                    "minutes": 600,
                    "price": {"amount": 1_500_000},
                    "method": "terminal",
                    "valid_until": "2027-06-01",
                }
            ]
        }
    )

    name: Name
    amount: PositiveMoney | None = None
    minutes: Minutes | None = None
    price: Money | None = None
    method: HandedBy
    hall_ids: list[UUID] = Field(default=[], max_length=100)
    tariffs: list[Name] = Field(default=[], max_length=100)
    """Names of tariffs."""
    valid_from: Day | None = None
    valid_until: Day
    customer_id: UUID | None = None
    """Who bought it, if that is a customer of the studio; whoever has its code may use it."""
    note: Remark | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.amount is None) == (self.minutes is None):
            raise refuse("money_or_time", MONEY_OR_TIME)
        if self.minutes and self.price is None:
            raise refuse("price_missing", WITH_A_PRICE)
        return self


class HeldCertificate(Contract):
    """A certificate as who has its code sees it: `face` is what it was sold over, `remaining` what is left, in its
    unit."""

    name: str
    unit: CertificateUnit
    face: int
    remaining: int
    hall_ids: list[UUID]
    tariffs: list[str]
    valid_from: Day
    valid_until: Day
    state: CertificateState


class Certificate(HeldCertificate):
    """The same for staff; its code is known to nobody any more but for the `tail`."""

    id: UUID
    tail: str
    """The last four characters of its code."""
    price: Money
    method: HandedBy
    customer_id: UUID | None = None
    sold_by: str
    sold_at: Instant
    blocked_at: Instant | None = None


class NewCertificate(Certificate):
    """A certificate that was just sold, or has a new code: to be printed now, for it is shown once."""

    code: str


class CertificateLetter(HeldCertificate):
    """What its buyer is written of a certificate that was just sold. Without the `code` where that was made anew."""

    tail: str
    code: str | None = None


class CertificatesQuery(Contract):
    """Which certificates to list, newest first: those whose code ends so, or that a customer bought."""

    tail: Annotated[str, Secret(4, 4, pattern=TAIL)] | None = None
    customer_id: UUID | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class CertificateChanges(Contract):
    """Block a certificate or let it be used again, or say until when it is valid; what is absent stays."""

    blocked: bool | None = None
    valid_until: Day | None = None
    reason: Reason


class CertificateEntry(Contract):
    """A use of a certificate: `amount` in its unit and `worth`, the money that was paid for that; below zero what was
    used. `price` is what it paid of a booking; `receipt` what the studio's own till prints of it."""

    id: UUID
    kind: CertificateEntryKind
    amount: int
    remaining: int
    worth: SignedMoney
    price: SignedMoney | None = None
    payment_id: UUID | None = None
    booking_id: UUID | None = None
    receipt: AdvanceReceipt | None = None
    by: str
    note: Said | None = None
    at: Instant


class CertificateEntriesQuery(Contract):
    """A page of the entries, newest first."""

    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class CertificateLookup(Contract):
    """The code of a certificate, to see what is left of it."""

    code: Code


class CertificatePaymentRequest(Contract):
    """Pay for a booking with a certificate or a pass, as far as it goes: by its code, or for staff by its id."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "7K3Q-9D2M-XW4T-0ABC"}]})

    code: Code | None = None
    certificate_id: UUID | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.code is None) == (self.certificate_id is None):
            raise refuse("which_certificate", WHICH)
        return self


class CertificatePayoutRequest(Contract):
    """Give back the money that was paid for what is not used yet; the certificate is used up then."""

    method: HandedBy
    reason: Reason

"""Contracts of fiscal receipts (54-FZ)."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant, Money

ReceiptKind = Literal["payment", "settlement", "refund"]
ReceiptState = Literal["planned", "pending", "succeeded", "canceled", "unsupported", "void"]


AdvanceTender = Literal["cash", "cashless"]


class FiscalReceiptLine(Contract):
    """One line; `amount` is the whole line's. VAT, subject and mode are those of the format of fiscal documents."""

    name: str
    quantity: str = Field(examples=["1"])
    amount: Money
    vat: str = Field(examples=["22/122"])
    subject: str = Field(examples=["service"])
    mode: str = Field(examples=["full_prepayment"])


class FiscalReceipt(Contract):
    """A receipt: of a payment, of the visit that was paid in advance (`settlement`), or of a refund.

    `planned`: not ordered yet, or waiting for the payer; `pending`: waiting for the tax service; `canceled`: not
    registered, staff must look; `unsupported`: the gateway has no such receipts, or does not report on them; `void`: no
    money moved. `failure` is a code that says why. `prepaid` is what of it was paid before (tag 1215), so that no money
    comes or goes now. `printed_by`: whose cash register issues it, the gateway's or the studio's; none if `void`."""

    id: UUID
    kind: ReceiptKind
    payment_id: UUID
    refund_id: UUID | None = None
    booking_id: UUID
    status: ReceiptState
    amount: Money
    prepaid: Money
    printed_by: Literal["gateway", "till"] | None = None
    lines: list[FiscalReceiptLine]
    failure: str | None = None
    created_at: Instant
    settled_at: Instant | None = None


class AdvanceReceipt(Contract):
    """The receipt of money that came for visits to come (`advance`), or of such money that went back
    (`advance_return`), which the studio's own till prints. `tender` says under which tag the sum is: 1031 (`cash`) or
    1081 (`cashless`)."""

    kind: Literal["advance", "advance_return"]
    amount: Money
    tender: AdvanceTender
    lines: list[FiscalReceiptLine]

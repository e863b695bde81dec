"""Contracts of the payment service."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared_schemas.common import Contract, Instant, Money
from shared_schemas.events import Provider

PaymentMethod = Literal["bank_card", "sbp", "sberpay", "tpay", "yoomoney"]
PaymentStatus = Literal["creating", "pending", "succeeded", "failed", "review"]
ReturnUrl = Annotated[
    str,
    StringConstraints(max_length=2048, pattern=r"^https?://[^\s]+$"),
    Field(examples=["https://studio.example/booking/paid"]),
]


class PaymentRequest(Contract):
    """Pay what a booking is due. Without `method` the payer chooses on the gateway's page.

    `return_url` is where the gateway sends the payer back to, whatever came of it."""

    booking_id: UUID
    provider: Provider
    method: PaymentMethod | None = None
    return_url: ReturnUrl


class Payment(Contract):
    """A payment as the payer and the staff see it.

    `creating`: the gateway has not answered yet; `pending`: it waits for the payer at `confirmation_url`;
    `review`: the gateway's figures are not ours, and staff must look. `confirmation_url` is absent once nothing
    should be paid any more; `reason` says why a payment failed or is under review."""

    id: UUID
    booking_id: UUID
    customer_id: UUID
    provider: Provider
    method: PaymentMethod | None = None
    status: PaymentStatus
    amount: Money
    confirmation_url: str | None = None
    reason: str | None = None
    expires_at: Instant
    created_at: Instant


class PaymentsQuery(Contract):
    """Which payments to list."""

    booking_id: UUID

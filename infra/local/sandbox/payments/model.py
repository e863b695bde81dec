"""A payment and its refunds in no gateway's words."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["pending", "held", "succeeded", "canceled"]
RefundStatus = Literal["pending", "succeeded", "canceled"]
Currency = Literal["RUB"]


class Card(BaseModel):
    """What may be kept of a card."""

    model_config = ConfigDict(frozen=True)

    first6: str
    last4: str
    expiry_month: str
    expiry_year: str


class Payment(BaseModel):
    """One payment; amounts are kopecks, instants are the gateways' time."""

    model_config = ConfigDict(frozen=True)

    id: str
    provider: str
    status: Status = "pending"
    amount: int
    currency: Currency = "RUB"
    capture: bool
    method: str | None = None
    """What the shop asked for, in the gateway's words; None lets the payer choose."""
    description: str | None = None
    return_url: str
    metadata: dict[str, str] = Field(default_factory=dict)
    has_receipt: bool = False
    created_at: datetime
    deadline: datetime | None
    """Until then an unpaid link works, or a held payment can be captured."""
    captured_at: datetime | None = None
    card: Card | None = None
    refunded: int = 0
    cancellation: str | None = None
    """Why it was cancelled, in YooKassa's vocabulary."""


class Refund(BaseModel):
    """A refund of a payment or a part of it, in kopecks."""

    model_config = ConfigDict(frozen=True)

    id: str
    provider: str
    payment_id: str
    status: RefundStatus = "pending"
    amount: int
    description: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict)
    created_at: datetime
    due_at: datetime | None
    """When it will be decided."""
    cancellation: str | None = None

"""A payment and its refunds in no gateway's words."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["pending", "held", "succeeded", "canceled"]
Step = Literal["created", "shown", "checking", "rejected"]
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
    variant: str = ""
    """Which of its gateway's interfaces the shop speaks, where there are several."""
    order_number: str | None = None
    """The shop's own number, where the gateway wants one: never used twice."""
    status: Status = "pending"
    step: Step = "created"
    """How far the payer has come while it is pending."""
    failure: str | None = None
    """Why the bank refused the last attempt, where the payer may try again."""
    amount: int
    """What was asked for; later what was captured, and what is left after a part was given back before settlement."""
    approved: int = 0
    """What the bank agreed to."""
    reversed: int = 0
    currency: Currency = "RUB"
    capture: bool
    method: str | None = None
    """What the shop asked for or the payer chose, in YooKassa's words; None leaves the choice to the payer."""
    description: str | None = None
    confirmation: str = "redirect"
    """How the payer is led to pay, in YooKassa's words."""
    return_url: str
    fail_url: str | None = None
    """Where the payer goes after a refusal, if not to `return_url`."""
    callback_url: str | None = None
    """Where its webhooks go, if not to the usual address."""
    metadata: dict[str, str] = Field(default_factory=dict)
    keys: tuple[str, ...] = ()
    """The shop's own ids of what was done to this payment already."""
    has_receipt: bool = False
    receipt: dict[str, Any] | None = None
    """The receipt itself, for gateways that repeat it in webhooks."""
    receipt_failed: bool = False
    """Whether the receipt could not be registered, though the payment stands."""
    created_at: datetime
    deadline: datetime | None
    """Until then an unpaid link works, or a held payment can be captured."""
    authorized_at: datetime | None = None
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
    key: str | None = None
    """The shop's own id of this refund, where the gateway has one."""
    status: RefundStatus = "pending"
    amount: int
    description: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict)
    receipt: dict[str, Any] | None = None
    created_at: datetime
    due_at: datetime | None
    """When it will be decided."""
    cancellation: str | None = None


class StoredReceipt(BaseModel):
    """A receipt that came by itself, after its payment."""

    model_config = ConfigDict(frozen=True)

    id: str
    provider: str
    payment_id: str
    refund_id: str | None = None
    created_at: datetime
    due_at: datetime
    """When it is registered or fails."""
    failed: bool = False
    document: dict[str, Any]
    """What the shop sent."""

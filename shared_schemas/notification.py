"""Contracts of the notification service: the history of messages."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.channels import Channel
from shared_schemas.common import Contract, Instant
from shared_schemas.search.numbers import BookingNumber
from shared_schemas.texts import Cursor, Said

NotificationStatus = Literal["pending", "sending", "sent", "failed", "skipped"]
Delivered = Literal["delivered", "undelivered", "complained", "unknown"]
"""What its provider says became of a message; `complained` if its reader called it spam, `unknown` if it says nothing
for a day, or denies that it took it."""
TemplateName = Literal[
    "booking_created",
    "booking_confirmed",
    "booking_rescheduled",
    "booking_extended",
    "booking_amended",
    "booking_cancelled",
    "booking_expired",
    "booking_no_show",
    "booking_reinstated",
    "booking_reminder",
    "waitlist_offered",
    "waitlist_ending",
    "review_request",
    "payment_link",
    "payment_succeeded",
    "payment_failed",
    "booking_payment_refused",
    "payment_refund_started",
    "payment_refunded",
    "certificate_issued",
    "invoice_issued",
    "till_difference",
    "staff_alarm",
    "session_ended",
    "second_factor_on",
    "second_factor_off",
    "sign_in_code",
    "password_reset",
    "address_confirmation",
    "address_added",
    "account_exists",
    "password_changed",
    "staff_invitation",
]


class Message(Contract):
    """A message as its recipient reads it; an SMS has only `text`.

    To staff it is shown with links that are cut after the host. `calendar` is the iCalendar file of a mail, which puts
    the visit into a calendar, changes it or takes it out."""

    text: Said
    subject: Said | None = None
    html: Said | None = None
    calendar: Said | None = None
    unsubscribe: Said | None = None
    """Where a mail that may be left is left."""
    link: Said | None = None
    """What a notification opens."""


class Notification(Contract):
    """One message to one person over one channel; one about an account has no `booking_id`.

    `pending` waits for its (next) attempt, `sending` is being handed over, `skipped` was out of date before it was
    sent, or its recipient has no such address, or one that has not been confirmed and took all that such a one takes in
    a day. `address` and `message` are known from the first attempt on, but never those of a one-time code; `reason`
    says why the last attempt failed."""

    id: UUID
    template: TemplateName
    channel: Channel
    status: NotificationStatus
    recipient_id: UUID
    booking_id: UUID | None = None
    booking_number: Said | None = None
    attempts: int
    reason: str | None = None
    address: str | None = None
    message: Message | None = None
    correlation_id: str
    created_at: Instant
    next_attempt_at: Instant | None = None
    sent_at: Instant | None = None
    provider: str | None = None
    """Who took it, such as `smsru`; absent from messages of before 2026-12."""
    parts: int | None = None
    """How many it was billed as, if it was sent."""
    delivery: Delivered | None = None
    """Absent while it is on its way, and where its provider cannot tell."""
    delivery_reason: str | None = None
    """Why it was not delivered, or is unknown: the provider's name and its code."""
    delivered_at: Instant | None = None


class NotificationsQuery(Contract):
    """Which messages to list, newest first; `cursor` from the previous page."""

    booking_id: UUID | None = None
    number: BookingNumber | None = None
    """Of the booking, as a person types it."""
    recipient_id: UUID | None = None
    status: NotificationStatus | None = None
    delivery: Delivered | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)

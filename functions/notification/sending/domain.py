"""How an attempt to send ends, and how long to retry."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from notification.errors import (
    DeliveryError,
    GoneDeliveryError,
    NeedlessDeliveryError,
    PermanentDeliveryError,
    TransientDeliveryError,
)
from notification.messages.domain.deliveries import Delivery
from notification.writing.attached import File
from shared_schemas.notification import Message, NotificationStatus, TemplateName

MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=5)
"""How long an attempt may take before another may follow: longer than any function runs."""
TOGETHER = 10
"""How many messages are leased at once: what a crash leaves behind waits for its lease to expire."""
FRESH = timedelta(seconds=5)
"""How old what is known of a message may be when its turn comes; a provider that is slow delays those behind."""
SPAN = timedelta(days=1)
"""In which messages to an address that nobody has confirmed are counted."""
FIRST_QUESTION = timedelta(minutes=2)
"""After which time a provider is asked what became of a message."""
FIRST_DELAY = timedelta(minutes=1)
HIDDEN = "…"
LONGEST_DELAY = timedelta(hours=1)


@dataclass(frozen=True)
class Letter:
    """A rendered message and where it goes; `confirmed` and `way` as `Addressee` has them. The `secret` in it is not
    kept."""

    address: str
    message: Message
    confirmed: bool = True
    files: tuple[File, ...] = ()
    secret: str | None = None
    way: str = field(default="", repr=False)

    @property
    def kept(self) -> "Letter":
        """As staff may read it: who has the code of a certificate can use it."""
        if not self.secret:
            return self
        hidden = {
            part: re.sub(re.escape(self.secret), HIDDEN, text, flags=re.IGNORECASE)
            for part, text in self.message
            if text
        }
        return replace(self, message=self.message.model_copy(update=hidden), secret=None)


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended; `next_attempt_at` is set only if there will be another."""

    status: NotificationStatus
    letter: Letter | None = None
    reason: str | None = None
    next_attempt_at: datetime | None = None
    put_off: bool = False
    """Whether nothing was tried, so that it does not count as an attempt."""
    provider: str | None = None
    provider_reference: str | None = None
    parts: int | None = None
    ask_at: datetime | None = None
    """When its provider is to be asked what became of it."""
    gone: str | None = None
    """What was connected and leads nowhere any more."""


FINAL = frozenset(
    {
        "outdated", "no_consent", "too_many_unconfirmed", "too_many_today", "recipient_gone", "recipient_erased",
        "channel_off",
    }
)  # fmt: skip
"""Why a message is not sent that no other channel should bring either."""


@dataclass(frozen=True)
class Told:
    """So many messages of a template that somebody got, about bookings or not; and others have leased so many."""

    recipient_id: UUID
    template: TemplateName
    booked: bool
    times: int = 1
    under_way: int = 0

    @classmethod
    def by(cls, delivery: Delivery) -> "Told":
        """This one."""
        return cls(delivery.recipient_id, delivery.template, delivery.booking_id is not None)

    def is_like(self, delivery: Delivery) -> bool:
        """Whether they are counted with it: those about bookings with each other, any other with its own kind."""
        alike = self.booked if delivery.booking_id else self.template == delivery.template
        return alike and self.recipient_id == delivery.recipient_id


def by_another_channel(delivery: Delivery, outcome: Outcome) -> Delivery | None:
    """The same message by its next channel, where this one cannot reach its recipient; else None."""
    if outcome.status not in ("failed", "skipped") or outcome.reason in FINAL:
        return None
    return delivery.next_way()


def after_failure(attempts: int, error: DeliveryError, now: datetime, letter: Letter | None) -> Outcome:
    """Retry with growing pauses, for about two and a half hours in all, or give up."""
    if isinstance(error, NeedlessDeliveryError):
        return Outcome("skipped", letter, error.reason)
    if isinstance(error, PermanentDeliveryError) or attempts >= MAX_ATTEMPTS:
        gone = error.chat if isinstance(error, GoneDeliveryError) else None
        return Outcome("failed", letter, error.reason, gone=gone)
    asked = error.after if isinstance(error, TransientDeliveryError) else FIRST_DELAY
    pause = min(max(FIRST_DELAY * 2 ** (attempts - 1), asked), LONGEST_DELAY)
    return Outcome("pending", letter, error.reason, now + pause)

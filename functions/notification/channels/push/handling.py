"""How long a push service keeps a message for a browser that is away, and whether it wakes it (RFC 8030, 5.2, 5.3)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from shared_schemas.notification import TemplateName


@dataclass(frozen=True)
class Handling:
    """`urgency` decides whether a phone that saves its battery is woken."""

    keeps: timedelta
    urgency: Literal["low", "normal", "high"]


USUAL = Handling(timedelta(days=1), "normal")
# A hold or an offer ends soon.
SOON = Handling(timedelta(hours=1), "high")
# It stands in for an SMS, and may be for tomorrow: a laptop that is closed overnight must not miss it.
REMINDER = Handling(timedelta(days=1), "high")
UNHURRIED = Handling(timedelta(days=3), "low")
HANDLING: dict[TemplateName, Handling] = {
    "booking_created": SOON,
    "booking_reminder": REMINDER,
    "payment_failed": SOON,
    "waitlist_offered": SOON,
    "waitlist_ending": SOON,
    "review_request": UNHURRIED,
}


def handling_of(template: TemplateName | None) -> Handling:
    return HANDLING.get(template, USUAL) if template else USUAL
